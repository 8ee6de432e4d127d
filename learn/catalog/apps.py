"""Tells Django about the catalog app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "learn.catalog"
