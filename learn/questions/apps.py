"""The app of questions: templates and static files, no models."""

from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "learn.questions"
