"""The small course as the site's course."""

from pathlib import Path

import pytest
from pytest_django import Settings

from learn.catalog.catalogue import Course, Quiz, get_course
from tests.learn.course_files import write_course


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> Course:
    settings.CONTENT_DIRS = (write_course(tmp_path / "content"),)
    return get_course()


def quiz_of(course: Course) -> Quiz:
    """The small course's quiz."""
    quiz = course.quiz("queues/quiz")
    assert quiz is not None
    return quiz


def right_answers(quiz: Quiz) -> dict[str, str]:
    """`{question slug: id of the right option}`."""
    return {question.slug: question.correct_option.id for question in quiz.questions}
