"""What can be found: each part of a lesson, brief or page by itself, so that a hit leads there."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from learn.catalog.catalogue import Course, Lesson, Module
from learn.catalog.references import GLOSSARY_URL
from learn.prose.inline_checks import MARKED
from learn.prose.rendering import Page

KINDS: dict[str, Promise] = {
    "lesson": _("Lesson"),
    "lab": _("Lab"),
    "question": _("Question that you answered"),
    "term": _("Glossary"),
    "page": _("Page"),
}
_PARTS = re.compile(r'(?=<h[23][^>]* id=")')
_ANCHOR = re.compile(r'<h[23][^>]* id="([^"]+)"[^>]*>(.*?)</h[23]>', re.DOTALL)
_NOTE = re.compile(r"<sup\b.*?</sup>", re.DOTALL)
_END_OF_BLOCK = re.compile(r"</(?:p|li|t[dhr]|h\d|pre|div|dt|dd|text|tspan|title|desc)>|<br\s*/?>")
_PARAMETER = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True)
class Entry:
    """One thing to find. `url` is "" for a question, whose page differs for each learner.

    `place` says where it belongs ("SQS · Life of a message"), `text` is plain.
    """

    kind: str
    key: str
    title: str
    place: str
    url: str
    text: str


def entries(course: Course) -> Iterator[Entry]:
    """Everything in the course that can be found."""
    for module in course.modules:
        for lesson in module.lessons:
            yield from _lesson(module, lesson)
        for lab in module.labs:
            text = f"{lab.summary} {_plain(lab.brief.html)}"
            yield Entry("lab", lab.slug, lab.title, module.title, lab.url, text)
        for question in module.questions:
            text = _plain(_PARAMETER.sub("…", question.document.prompt))
            yield Entry("question", question.path, _first_words(text), module.title, "", text)
    for term in course.glossary:
        others = ", ".join(form for form in term.forms if form != term.title)
        url = f"{GLOSSARY_URL}#{term.anchor}"
        yield Entry("term", term.anchor, term.title, others, url, _plain(term.html))
    for page in course.pages:
        yield from _parts("page", page.slug, page.title, "", page.url, page.page, page.summary)


def _lesson(module: Module, lesson: Lesson) -> Iterator[Entry]:
    key, about = f"{module.slug}/{lesson.slug}", f"{lesson.summary} {' '.join(lesson.objectives)}"
    yield from _parts("lesson", key, lesson.title, module.title, lesson.url, lesson.page, about)


def _parts(
    kind: str, key: str, title: str, place: str, url: str, page: Page, about: str
) -> Iterator[Entry]:
    opening, *parts = _PARTS.split(page.html)
    yield Entry(kind, key, title, place, url, f"{_plain(about)} {_plain(opening)}")
    where = f"{place} · {title}" if place else title
    for part in parts:
        if found := _ANCHOR.match(part):
            anchor, heading = found.groups()
            text = _plain(part[found.end() :])
            yield Entry(kind, f"{key}#{anchor}", _plain(heading), where, f"{url}#{anchor}", text)


def _plain(markup: str) -> str:
    """The words of HTML in one line: blocks apart, without notes' numbers and inline checks."""
    apart = _END_OF_BLOCK.sub(" ", _NOTE.sub("", MARKED.sub("", markup)))
    return " ".join(html.unescape(strip_tags(apart)).split())


def _first_words(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[:length].rpartition(" ")[0] + " …"
