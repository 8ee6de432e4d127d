"""Daily review: each question that was answered comes back when it is about to be forgotten."""
