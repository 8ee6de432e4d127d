"""What lessons refer to: facts.toml and glossary.toml of a content folder."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from django.utils.safestring import SafeString
from pydantic import Field

from labs import ContentError, Document, Problem, line_of, read_toml
from learn.prose.facts import Fact
from learn.prose.findings import Findings, Link
from learn.prose.reading import Kit, Prose, read_fragment
from learn.questions.documents import FactId, Line, Markdown, Slug

# Quotas and prices change a few times a year.
REVIEW_DAYS = 180
GLOSSARY_URL = "/glossary/"


class FactDocument(Document):
    """One fact. `url` is the page on which it stands, `reviewed` the day on which it was read."""

    statement: Line
    source: Line
    url: Annotated[str, Field(pattern=r"^https://\S+$", max_length=300)]
    reviewed: dt.date
    review_by: dt.date | None = None


class FactsDocument(Document):
    """facts.toml: `[facts.A1]`, ..."""

    facts: dict[FactId, FactDocument]


class TermDocument(Document):
    """One entry of the glossary. `forms` are other words for it, such as plurals and initials."""

    term: Line
    text: Markdown
    forms: tuple[Line, ...] = ()
    lesson: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+(#\S+)?$")] | None = None


class GlossaryDocument(Document):
    """glossary.toml: `[terms.dead-letter-queue]`, ..."""

    terms: dict[Slug, TermDocument]


@dataclass(frozen=True)
class Term:
    """One entry of the glossary. `link` leads to the lesson that teaches it, or is ""."""

    anchor: str
    title: str
    html: SafeString
    forms: tuple[str, ...]
    link: str


@dataclass(frozen=True)
class References:
    """What the lessons of one content folder refer to."""

    facts: Mapping[str, Fact]
    terms: Mapping[str, Term]

    @property
    def kit(self) -> Kit:
        """For reading the folder's texts."""
        forms = {form: term.anchor for term in self.terms.values() for form in term.forms}
        return Kit(self.facts, forms, GLOSSARY_URL)


def read_references(folder: Path, findings: Findings) -> References:
    """Both files; what is wrong with them goes to `findings`."""
    return References(
        findings.attempt(partial(read_facts, folder)) or {},
        findings.attempt(partial(read_glossary, folder, findings)) or {},
    )


def read_facts(folder: Path) -> dict[str, Fact]:
    """The facts of a content folder by id; none where it has no facts.toml.

    Raises:
        ContentError: with every problem of the file.
    """
    path = folder / "facts.toml"
    if not path.exists():
        return {}
    return {
        name: Fact(
            id=name,
            statement=fact.statement,
            source=fact.source,
            url=fact.url,
            reviewed=fact.reviewed,
            review_by=fact.review_by or fact.reviewed + dt.timedelta(days=REVIEW_DAYS),
        )
        for name, fact in read_toml(path, FactsDocument).facts.items()
    }


def read_glossary(folder: Path, findings: Findings) -> dict[str, Term]:
    """The glossary of a content folder by anchor; empty where it has no glossary.toml.

    Raises:
        ContentError: with every problem of the file.
    """
    path = folder / "glossary.toml"
    if not path.exists():
        return {}
    document = read_toml(path, GlossaryDocument)
    if problems := list(_ambiguous(path, document.terms)):
        raise ContentError(problems)
    for term in document.terms.values():
        if term.lesson:
            line = line_of(path, re.escape(f'"{term.lesson}"'))
            findings.links.append(Link(path, line, _link(term.lesson)))
    return {
        anchor: Term(
            anchor=anchor,
            title=term.term,
            html=read_fragment(Prose.inside(path, term.text), findings),
            forms=(term.term, *term.forms),
            link=_link(term.lesson) if term.lesson else "",
        )
        for anchor, term in document.terms.items()
    }


def _link(lesson: str) -> str:
    page, _, anchor = lesson.partition("#")
    module, slug = page.split("/")
    return f"/modules/{module}/lessons/{slug}/{'#' if anchor else ''}{anchor}"


def _ambiguous(path: Path, terms: Mapping[str, TermDocument]) -> Iterator[Problem]:
    """A word for two entries: a text could not know which one it means."""
    seen: dict[str, str] = {}
    for anchor, term in terms.items():
        for form in (term.term, *term.forms):
            other = seen.setdefault(form.casefold(), anchor)
            if other != anchor:
                line = line_of(path, rf"^\[terms\.{anchor}\]")
                yield Problem(path, line, f"'{form}' is a form of '{other}' too: keep it in one")
