"""The app's entry in INSTALLED_APPS: it hears of marked answers and of graded submissions."""

from typing import override

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "learn.review"

    @override
    def ready(self) -> None:
        from learn.review import receivers  # noqa: F401 (connects them)
