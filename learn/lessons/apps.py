"""The app's entry in INSTALLED_APPS."""

from typing import override

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "learn.lessons"

    @override
    def ready(self) -> None:
        from learn.lessons import receivers  # noqa: F401 (connects them)
