"""Tells Django about the quizzes app."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "learn.quizzes"
