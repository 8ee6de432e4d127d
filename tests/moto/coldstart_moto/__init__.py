"""Loaded by pytest beside moto's own tests; see tests/moto/__main__.py."""
