"""Tells Django about the quizzes app."""

from typing import override

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "learn.quizzes"

    @override
    def ready(self) -> None:
        from learn.quizzes import receivers  # noqa: F401 (it needs the models)
