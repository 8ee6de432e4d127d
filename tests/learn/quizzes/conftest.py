"""The small course as the site's course, with a quiz as a test wants it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from learn.catalog.catalogue import Course, Quiz, get_course
from learn.quizzes.answering import variant_for
from learn.quizzes.models import Attempt
from tests.learn.course_files import QUIZ, write_course

type Sheet = dict[int, dict[str, list[str]]]
type MakeQuiz = Callable[..., Quiz]

FILE = "queues/quizzes/check.toml"
URL = "/modules/queues/quizzes/check/"
NOON = "2026-06-01T12:00:00Z"


@pytest.fixture
def make_quiz(tmp_path: Path, settings: Settings) -> MakeQuiz:
    """Serves the small course with these rules, and perhaps more tables, in its one quiz."""

    def make(rules: str = "", tables: str = "", **files: str) -> Quiz:
        text = QUIZ.replace("shuffle = false\n", f"shuffle = false\n{rules}\n{tables}\n")
        folder = tmp_path / f"content-{len(list(tmp_path.iterdir()))}"
        settings.CONTENT_DIRS = (write_course(folder, {FILE: text, **files}),)
        return get_course().quizzes[0]

    return make


@pytest.fixture
def course(make_quiz: MakeQuiz) -> Course:
    make_quiz()
    return get_course()


@pytest.fixture
def quiz(make_quiz: MakeQuiz) -> Quiz:
    """No limits, and everything is shown at once."""
    return make_quiz()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The server's clock, at noon and standing still."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def right_sheet(attempt: Attempt) -> Sheet:
    """The right answers of an attempt at multiple-choice questions."""
    return {
        answer.position: {"": [variant_for(answer).correct_option.id]}  # type: ignore[attr-defined]
        for answer in attempt.answers.select_related("version")
    }


def wrong_fields(attempt: Attempt, position: int) -> dict[str, list[str]]:
    """A wrong answer to the question at this position."""
    variant = variant_for(attempt.answers.select_related("version").get(position=position))
    wrong = next(option for option in variant.options if not option.correct)  # type: ignore[attr-defined]
    return {"": [wrong.id]}


def form_of(sheet: Sheet, **more: str) -> dict[str, str | list[str]]:
    """The form that a browser would send."""
    parts = {
        f"q{position}-{part}" if part else f"q{position}": values
        for position, fields in sheet.items()
        for part, values in fields.items()
    }
    return {**parts, **more}
