"""Which places of the course rest on which facts, and which facts want another look."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labs import Problem, line_of
from learn.catalog.course import Course
from learn.prose.facts import Fact, cited
from learn.questions.question import Question


@dataclass(frozen=True)
class Citation:
    """One place that rests on a fact."""

    fact: str
    path: Path
    line: int


@dataclass(frozen=True)
class FactUse:
    """A fact, and every place that rests on it."""

    fact: Fact
    citations: tuple[Citation, ...]

    def is_due(self, today: dt.date) -> bool:
        return self.fact.review_by <= today


def fact_uses(course: Course, questions: Sequence[tuple[Path, Question]]) -> list[FactUse]:
    """All facts of the course, in the files' order, each with its uses."""
    found: dict[str, list[Citation]] = defaultdict(list)
    for citation in (*_in_texts(course), *_in_questions(questions)):
        found[citation.fact].append(citation)
    return [FactUse(fact, tuple(found[fact.id])) for fact in course.facts]


def unknown_facts(course: Course, questions: Sequence[tuple[Path, Question]]) -> Iterator[Problem]:
    """Questions that rest on facts that nobody wrote down. (A lesson lacks its note.)"""
    known = {fact.id for fact in course.facts}
    for citation in _in_questions(questions):
        if citation.fact not in known:
            message = f"facts: there is no fact '{citation.fact}' in facts.toml"
            yield Problem(citation.path, citation.line, message)


def _in_texts(course: Course) -> Iterator[Citation]:
    lessons = (lesson for module in course.modules for lesson in module.lessons)
    bodies = (*(lesson.body for lesson in lessons), *(page.body for page in course.pages))
    for body in bodies:
        for number, line in enumerate(body.text.split("\n"), start=body.first_line):
            for name in cited(line):
                yield Citation(name, body.path, number)


def _in_questions(questions: Sequence[tuple[Path, Question]]) -> Iterator[Citation]:
    for path, question in questions:
        for name in question.document.facts:
            yield Citation(name, path, line_of(path, rf"^facts:.*\b{name}\b|^ *- {name}$"))
