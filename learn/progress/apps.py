"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "learn.progress"
