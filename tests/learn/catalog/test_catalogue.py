from pathlib import Path

import pytest
from pytest_django import Settings

from labs import ContentError, content_dirs
from learn.catalog.catalogue import Course, get_course, load_course


def test_it_reads_the_course_once(course: Course) -> None:
    assert get_course() is course


def test_it_reports_a_wrong_course_each_time(tmp_path: Path, settings: Settings) -> None:
    settings.CONTENT_DIRS = (tmp_path,)
    for _ in range(2):
        with pytest.raises(ContentError):
            get_course()


def test_it_serves_the_projects_own_course() -> None:
    assert get_course() == load_course(content_dirs())
