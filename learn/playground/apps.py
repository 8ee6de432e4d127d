"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class PlaygroundConfig(AppConfig):
    name = "learn.playground"
