"""The small course as the site's course."""

from pathlib import Path

import pytest
from pytest_django import Settings

from learn.catalog.catalogue import Course, get_course
from tests.learn.course_files import write_course


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> Course:
    settings.CONTENT_DIRS = (write_course(tmp_path / "content"),)
    return get_course()
