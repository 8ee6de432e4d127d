"""The app's entry in INSTALLED_APPS."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Settings of learn.accounts."""

    name = "learn.accounts"
