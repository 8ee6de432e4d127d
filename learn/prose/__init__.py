"""Markdown of content files: read, refused where something would be lost, rendered safely."""
