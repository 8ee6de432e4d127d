"""Filters for the templates of questions."""
