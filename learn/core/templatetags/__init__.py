"""Template filters for every page."""
