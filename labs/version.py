"""The engine's version: a grade stores it, so that it can be explained later."""

__version__ = "0.1.0"
