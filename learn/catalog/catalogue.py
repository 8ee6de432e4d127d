"""The catalogue: the course that this process serves, read once."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from labs import LabSpec, content_dirs
from learn.catalog.course import (
    Course,
    Lab,
    Lesson,
    Module,
)
from learn.catalog.loading import load_course
from learn.catalog.quiz import Quiz
from learn.questions.question import Question

__all__ = [
    "Course",
    "Lab",
    "LabSpec",
    "Lesson",
    "Module",
    "Question",
    "Quiz",
    "get_course",
    "load_course",
]


def get_course() -> Course:
    """The course in settings.CONTENT_DIRS, or else in the folders that the engine knows.

    Raises:
        ContentError: on the first call, if a file is wrong.
    """
    folders = getattr(settings, "CONTENT_DIRS", None) or content_dirs()
    return _load_once(tuple(folders))


@lru_cache(maxsize=8)
def _load_once(folders: tuple[Path, ...]) -> Course:
    return load_course(folders)
