"""The small course, whose first lesson asks two questions."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from learn.catalog.catalogue import Course, get_course
from learn.questions.question import Question
from tests.learn.course_files import LESSON, WHO_DELETES, write_course

LESSON_URL = "/modules/queues/lessons/message-life/"
ASKING = LESSON + "\n[[check: who-deletes]]\n\nAnd then:\n\n[[check: how-often]]\n"
HINTS = "hints:\n  - Look at `DeleteMessage`.\n  - Who calls it?\n"


def url_of(slug: str) -> str:
    return f"{LESSON_URL}questions/{slug}/"


WHO = url_of("who-deletes")
FIELD = "check_who_deletes"


@pytest.fixture(autouse=True)
def course(tmp_path: Path, settings: Settings) -> Course:
    changes = {
        "queues/lessons/01-message-life.md": ASKING,
        "queues/questions/who-deletes.yaml": WHO_DELETES + HINTS,
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", changes),)
    return get_course()


@pytest.fixture
def question(course: Course) -> Question:
    found = course.question("queues/who-deletes")
    assert found is not None
    return found


type Page = Any
"""Django's test response, whose type no stub tells in full."""

type Send = Callable[..., Page]


def ticket_in(page: Page, slug: str = "who-deletes") -> str:
    """The ticket of the question's form on the page."""
    form = page.content.decode().partition(f'id="question_{slug}"')[2]
    found = re.search(r'name="ticket" value="([^"]+)"', form)
    assert found, "the question is not asked on the page"
    return found[1]


def option(page: Page, text: str) -> str:
    """The value of the option with this text."""
    found = re.search(
        rf'value="(\w+)"[^>]*>\s*<span[^>]*>{re.escape(text)}', page.content.decode()
    )
    assert found, text
    return found[1]


def answer(client: Client, text: str, **more: Any) -> Page:
    """Open the lesson, choose the option with this text, and send it."""
    page = client.get(LESSON_URL)
    data = {"ticket": ticket_in(page), FIELD: option(page, text)}
    return client.post(WHO, data, **more)
