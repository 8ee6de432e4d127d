"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    """Settings of learn.personal."""

    name = "learn.personal"
