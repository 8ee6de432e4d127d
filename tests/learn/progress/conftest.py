"""The small course as the site's course."""

from pathlib import Path

import pytest
from pytest_django import Settings

from learn.catalog.catalogue import Course, get_course
from tests.learn.course_files import LESSON, WHO_DELETES, write_course

ASKING = LESSON + "\n[[check: who-deletes]]\n"


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> Course:
    """Its first lesson asks one question."""
    changes = {
        "queues/lessons/01-message-life.md": ASKING,
        "queues/questions/who-deletes.yaml": WHO_DELETES,
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", changes),)
    return get_course()
