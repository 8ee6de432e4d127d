"""Groups of learners, and who teaches them."""
