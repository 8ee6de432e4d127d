"""Tells Django about the lessons app."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "learn.lessons"
