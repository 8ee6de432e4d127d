"""Which places of the course rest on which facts, and which facts want another look."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from labs import Problem, line_of, read_text
from learn.catalog.references import read_facts
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


def fact_uses(
    folders: Sequence[Path], questions: Sequence[tuple[Path, Question]]
) -> list[FactUse]:
    """All facts of the folders, in the files' order, each with its uses.

    Raises:
        ContentError: a facts.toml is wrong.
    """
    found: dict[str, list[Citation]] = defaultdict(list)
    for citation in (*_in_lessons(folders), *_in_questions(questions)):
        found[citation.fact].append(citation)
    facts = (fact for folder in folders for fact in read_facts(folder).values())
    return [FactUse(fact, tuple(found[fact.id])) for fact in facts]


def unknown_facts(
    folders: Sequence[Path], questions: Sequence[tuple[Path, Question]]
) -> Iterator[Problem]:
    """Questions that rest on facts that nobody wrote down. (A lesson lacks its note.)"""
    known = {name for folder in folders for name in read_facts(folder)}
    for citation in _in_questions(questions):
        if citation.fact not in known:
            message = f"facts: there is no fact '{citation.fact}' in facts.toml"
            yield Problem(citation.path, citation.line, message)


def _in_lessons(folders: Sequence[Path]) -> Iterator[Citation]:
    for path in (path for folder in folders for path in sorted(folder.glob("*/lessons/*.md"))):
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            for name in cited(line):
                yield Citation(name, path, number)


def _in_questions(questions: Sequence[tuple[Path, Question]]) -> Iterator[Citation]:
    for path, question in questions:
        for name in question.document.facts:
            yield Citation(name, path, line_of(path, rf"^facts:.*\b{name}\b|^ *- {name}$"))
