"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "learn.search"
