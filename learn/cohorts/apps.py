"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class CohortsConfig(AppConfig):
    """Settings of learn.cohorts."""

    name = "learn.cohorts"
