"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Settings of learn.dashboard."""

    name = "learn.dashboard"
