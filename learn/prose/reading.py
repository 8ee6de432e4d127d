"""Markdown in content files: rendered, and refused where something would be lost or lead nowhere.

The sanitiser drops what it does not allow without a word. Here the author gets that word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from django.utils.safestring import SafeString

from labs import Problem, line_of
from learn.prose.facts import Fact, with_notes
from learn.prose.findings import Findings, Link
from learn.prose.inline_checks import LIKE_A_CHECK
from learn.prose.markup import Markup
from learn.prose.notation import notation_faults, without_code, without_fenced
from learn.prose.pictures import with_pictures
from learn.prose.rendering import (
    ATTRIBUTES,
    BLOCK_TAGS,
    CLASSES,
    INLINE_TAGS,
    URL_SCHEMES,
    Page,
    render_fragment,
    render_line,
    render_page,
)
from learn.prose.terms import Terms

# A line's paragraph is taken off on purpose: it stands inside a label or a heading.
LINE_TAGS = INLINE_TAGS | {"p"}
BACK = "#fnref:"
FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")

type Fault = tuple[str, str]
"""A regular expression that finds the place, and what is wrong there."""


@dataclass(frozen=True)
class Prose:
    """A Markdown text of a file; it begins at a line, or in the first that has `opening`."""

    path: Path
    text: str
    line: int = 1
    opening: str = ""

    @classmethod
    def inside(cls, path: Path, text: str) -> Self:
        """A text that is a value in a TOML or YAML file."""
        return cls(path, text, opening=text.strip().partition("\n")[0][:40])

    @cached_property
    def first_line(self) -> int:
        """Looked for when it is asked for: most texts are right, and to search takes long."""
        return line_of(self.path, re.escape(self.opening)) if self.opening else self.line

    def line_of(self, pattern: str) -> int:
        """The first line outside code in which the expression is found, or else the first."""
        lines = enumerate(without_code(self.text).split("\n"), start=self.first_line)
        found = re.compile(pattern, re.IGNORECASE)
        return next((number for number, line in lines if found.search(line)), self.first_line)


@dataclass(frozen=True)
class Kit:
    """What the texts of a course may use: facts by id, terms by form, pictures by file name.

    `glossary` is the address of the page that holds the terms' anchors.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    glossary: str = ""
    pictures: Mapping[str, Path] = field(default_factory=dict)


def read_page(prose: Prose, findings: Findings, kit: Kit = Kit()) -> Page:
    """A lesson or a brief."""
    inspect = partial(_inspect, prose, findings, BLOCK_TAGS, kit.pictures)
    page = render_page(
        with_notes(_noted(prose, findings), kit.facts),
        inspect,
        extensions=[Terms(kit.terms, kit.glossary)] if kit.terms else (),
    )
    with findings:
        page = replace(page, html=with_pictures(page.html, kit.pictures))
    for heading in page.headings:
        if heading.level == 1:
            line = prose.line_of(rf"^(#\s*)?{re.escape(heading.title)}")
            message = f"'# {heading.title}' is a second page title: begin headings with ##"
            findings.append(Problem(prose.path, line, message))
    return page


def read_fragment(prose: Prose, findings: Findings) -> SafeString:
    """A part of a page, such as a question."""
    return render_fragment(
        _noted(prose, findings), partial(_inspect, prose, findings, BLOCK_TAGS, {})
    )


def read_line(prose: Prose, findings: Findings) -> SafeString:
    """A phrase, such as an answer to choose."""
    return render_line(_noted(prose, findings), partial(_inspect, prose, findings, LINE_TAGS, {}))


def _noted(prose: Prose, findings: Findings) -> str:
    """The text to render: without its code, which may break the highlighter, if that is wrong."""
    faults = list(notation_faults(prose.text))
    for line, message in faults:
        findings.append(Problem(prose.path, prose.first_line + line, message))
    return without_fenced(prose.text) if faults else prose.text


def _inspect(
    prose: Prose, findings: Findings, tags: set[str], pictures: Mapping[str, Path], body: str
) -> None:
    markup = Markup(body)
    faults = [
        *_removed(markup, tags),
        *_images(markup, pictures),
        *_links(markup),
        *_footnotes(markup),
        *_checks(markup),
    ]
    for pattern, message in dict.fromkeys(faults):
        findings.append(Problem(prose.path, prose.line_of(pattern), message))
    for target in markup.links:
        if target.startswith("/"):
            findings.links.append(Link(prose.path, prose.line_of(re.escape(target)), target))


def _removed(markup: Markup, tags: set[str]) -> Iterator[Fault]:
    for tag, attributes in markup.elements:
        if tag not in tags:
            reason = "is possible on a page alone" if tag in BLOCK_TAGS else "is not allowed"
            yield rf"<{tag}\b", f"<{tag}> {reason} and would be left out: write it otherwise"
            continue
        for name in attributes.keys() - ATTRIBUTES.get(tag, set()) - {"class"}:
            message = f"the attribute {name} of <{tag}> is not allowed and would be left out"
            yield rf"\b{re.escape(name)}\b", f"{message}: remove it"
        names = attributes.get("class", "").split()
        # An admonition's kind is also a class, and is told from the text.
        if "admonition" not in names:
            for name in sorted(set(names) - CLASSES.get(tag, set())):
                message = f"the class {name} of <{tag}> is not allowed and would be left out"
                yield re.escape(name), f"{message}: remove it"


def _images(markup: Markup, pictures: Mapping[str, Path]) -> Iterator[Fault]:
    for tag, attributes in markup.elements:
        if tag != "img":
            continue
        source = attributes.get("src", "")
        place = rf"<img\b|{re.escape(source)}"
        if source not in pictures:
            known = ", ".join(pictures) or "none"
            yield (
                place,
                f"the image '{source}' is not in the module's pictures/: there are {known}",
            )
        elif not attributes.get("alt", "").strip():
            yield place, f"the image '{source}' needs a text for those who do not see it: ![...]"


def _links(markup: Markup) -> Iterator[Fault]:
    for target in markup.links:
        if not target.startswith(BACK) and (message := _link_fault(target, markup.ids)):
            yield re.escape(target), message


def _link_fault(target: str, anchors: set[str]) -> str:
    """What is wrong with a link, as far as this text alone tells."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return f"the link '{target}' is no address"
    if parts.scheme or parts.netloc:
        if parts.scheme.lower() in URL_SCHEMES:
            return ""
        return f"the link '{target}' is not allowed and would be left out: begin it with https://"
    if target.startswith("#"):
        if unquote(target[1:]) in anchors:
            return ""
        choice = ", ".join(sorted(anchors)) or "none"
        return f"the link '{target}' names no anchor of this text; there are: {choice}"
    if target.startswith("/"):
        return ""
    return f"write the link '{target}' from the root: /modules/<module>/lessons/<lesson>/#<anchor>"


def _footnotes(markup: Markup) -> Iterator[Fault]:
    for name in FOOTNOTE.findall(markup.text):
        message = f"the footnote '[^{name}]' is not defined: write a line '[^{name}]: ...'"
        yield re.escape(f"[^{name}]"), message
    for target in markup.links:
        if target.startswith(BACK) and target[1:] not in markup.ids:
            name = target.removeprefix(BACK)
            message = f"the footnote '[^{name}]' is used nowhere: refer to it, or remove it"
            yield re.escape(f"[^{name}]"), message


def _checks(markup: Markup) -> Iterator[Fault]:
    """What was meant as an inline check, and would show as plain text."""
    for found in LIKE_A_CHECK.findall(markup.text):
        message = (
            f"'{found}' asks no question here: write [[check: <question>]] in a lesson, at the "
            "start of a line of its own, with an empty line before and after it"
        )
        yield re.escape(found), message
