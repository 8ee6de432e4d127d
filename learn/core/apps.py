"""The app's entry in INSTALLED_APPS."""

from typing import override

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Settings of learn.core."""

    name = "learn.core"

    @override
    def ready(self) -> None:
        from learn.core import checks  # noqa: F401 (registers the checks)
