"""Filters for the templates of the dashboard."""
