"""Dates in English."""

# The whole month: "8 June 2026" instead of "8 Jun 2026".
DATE_FORMAT = "j F Y"
