"""The questions that lessons ask in their text: each must be there, and once in a lesson."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from labs import Problem, read_text
from learn.catalog.course import Lesson
from learn.catalog.documents import LESSON_NAME
from learn.prose.rendering import Page


def misplaced_checks(
    folder: Path, lessons: Mapping[str, Lesson | None], questions: Collection[str]
) -> Iterator[Problem]:
    """Checks of a module's lessons that ask nothing. `questions` are the slugs of its files."""
    for path in sorted(folder.glob("lessons/*")):
        name = LESSON_NAME.fullmatch(path.name)
        lesson = lessons.get(name["slug"]) if name else None
        if lesson:
            yield from _faults(path, lesson.page, questions)


def checks_in_brief(path: Path, page: Page) -> Iterator[Problem]:
    """A lab's brief asks no questions."""
    for slug in page.checks:
        message = f"asks the question '{slug}', which a lesson alone can: remove the line"
        yield Problem(path, _lines_of(path, slug)[0], message)


def _faults(path: Path, page: Page, questions: Collection[str]) -> Iterator[Problem]:
    for slug in dict.fromkeys(page.checks):
        first, *others = _lines_of(path, slug)
        if slug not in questions:
            known = ", ".join(sorted(questions)) or "none"
            message = f"asks the question '{slug}', but questions/{slug}.yaml is missing"
            yield Problem(path, first, f"{message}; there are: {known}")
        if page.checks.count(slug) > 1:
            message = f"asks the question '{slug}' for the second time: remove one of the two"
            yield Problem(path, (others or [first])[0], message)


def _lines_of(path: Path, slug: str) -> list[int]:
    """The lines that ask the question; [1] if there is none."""
    line = re.compile(rf"\[\[check: *{re.escape(slug)}\]\] *")
    lines = enumerate(read_text(path).split("\n"), start=1)
    return [number for number, text in lines if line.fullmatch(text)] or [1]
