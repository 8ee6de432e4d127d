"""Links from content to the site's own pages, checked against the whole course."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve

from labs import Problem
from learn.catalog.course import Module
from learn.catalog.documents import LESSON_NAME
from learn.prose.findings import Link

type Place = tuple[str, ...]
"""A page of the course: its view's name, and the slugs in its address."""
type Places = Mapping[Place, set[str] | None]
"""The anchors of each page; None where its file is wrong, so that they are not known."""

KINDS = {
    "progress:module": "module",
    "catalog:page": "page",
    "lessons:lesson": "lesson",
    "quizzes:quiz": "quiz",
    "submissions:lab": "lab",
}


def broken_links(
    links: Sequence[Link], folders: Sequence[Path], modules: Sequence[Module]
) -> Iterator[Problem]:
    """The links that lead to no page, or to no anchor of it."""
    places = {**_named(folders), **_read(modules)}
    for link in links:
        if message := _fault(link.target, places):
            yield Problem(link.path, link.line, f"the link '{link.target}' {message}")


def _named(folders: Sequence[Path]) -> dict[Place, set[str] | None]:
    """The pages that there are by the files' names, be the files right or wrong."""
    places: dict[Place, set[str] | None] = {}
    for page in (path for folder in folders for path in folder.glob("pages/*.md")):
        places["catalog:page", page.stem] = None
    for module in (path.parent for folder in folders for path in folder.glob("*/module.toml")):
        places["progress:module", module.name] = set()
        for path in module.glob("quizzes/*.toml"):
            places["quizzes:quiz", module.name, path.stem] = set()
        for path in module.glob("lessons/*.md"):
            if name := LESSON_NAME.fullmatch(path.name):
                places["lessons:lesson", module.name, name["slug"]] = None
        for path in module.glob("labs/*/lab.toml"):
            places["submissions:lab", module.name, path.parent.name] = None
    return places


def _read(modules: Sequence[Module]) -> dict[Place, set[str] | None]:
    places: dict[Place, set[str] | None] = {}
    for module in modules:
        for lesson in module.lessons:
            places["lessons:lesson", module.slug, lesson.slug] = set(lesson.page.anchors)
        for lab in module.labs:
            places["submissions:lab", module.slug, lab.name] = set(lab.brief.anchors)
    return places


def _fault(target: str, places: Places) -> str:
    parts = urlsplit(target)
    try:
        match = resolve(unquote(parts.path))
    except Resolver404:
        return "leads to no page of the site: write it as /modules/<module>/lessons/<lesson>/"
    if match.view_name not in KINDS:
        return ""
    place = (match.view_name, *match.kwargs.values())
    if place not in places:
        return f"leads to no {KINDS[match.view_name]} of the course; {_choice(place, places)}"
    anchors = places[place]
    anchor = unquote(parts.fragment)
    if not anchor or anchors is None or anchor in anchors:
        return ""
    return f"leads to no anchor of its page; there are: {', '.join(sorted(anchors)) or 'none'}"


def _choice(place: Place, places: Places) -> str:
    names = sorted("/".join(known[1:]) for known in places if known[0] == place[0])
    return f"there are: {', '.join(names) or 'none'}"
