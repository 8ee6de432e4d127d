"""Markdown to safe HTML. The sanitiser runs last, so nothing that Markdown lets through counts."""

import html
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

import markdown
import nh3
from django.utils.safestring import SafeString
from markdown.extensions import Extension
from pygments.token import STANDARD_TYPES

from learn.prose.inline_checks import InlineChecks, Part, cut

SHOWN_LEVELS = (2, 3)

type Inspect = Callable[[str], None]
"""Is shown the HTML before the sanitiser takes from it what is not allowed."""


@dataclass(frozen=True)
class Heading:
    """A heading that can be linked to."""

    level: int
    anchor: str
    title: str


@dataclass(frozen=True)
class Page:
    """A rendered text and its headings, in order."""

    html: SafeString
    headings: tuple[Heading, ...]

    @property
    def contents(self) -> tuple[Heading, ...]:
        """The headings of a table of contents."""
        return tuple(heading for heading in self.headings if heading.level in SHOWN_LEVELS)

    @property
    def anchors(self) -> tuple[str, ...]:
        """What can be linked to."""
        return tuple(heading.anchor for heading in self.headings)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The text, cut where questions are asked."""
        return tuple(cut(self.html))

    @property
    def checks(self) -> tuple[str, ...]:
        """The slugs of the questions that are asked in the text, in order."""
        return tuple(part.question for part in self.parts if part.question)

    def heading(self, anchor: str) -> Heading | None:
        return next((heading for heading in self.headings if heading.anchor == anchor), None)


def _ignore(_body: str) -> None:
    """Let everything be."""


def render_page(
    text: str, inspect: Inspect = _ignore, *, extensions: Sequence[Extension] = ()
) -> Page:
    """A whole text: lesson or brief, with anchors and footnotes."""
    converter = markdown.Markdown(
        extensions=[*FRAGMENT_EXTENSIONS, *PAGE_EXTENSIONS, InlineChecks(), *extensions],
        extension_configs=EXTENSION_CONFIGS,
    )
    body = converter.convert(text)
    inspect(body)
    tokens: list[TocToken] = getattr(converter, "toc_tokens", [])
    return Page(html=SafeString(_blocks.clean(body)), headings=tuple(_headings(tokens)))


def render_fragment(text: str, inspect: Inspect = _ignore) -> SafeString:
    """A part of a page, such as a question: no anchors, which could collide."""
    return SafeString(_blocks.clean(_convert(text, inspect)))


def render_line(text: str, inspect: Inspect = _ignore) -> SafeString:
    """A phrase inside a label or a heading: inline markup alone."""
    return SafeString(_phrases.clean(_convert(text, inspect)).strip())


def _convert(text: str, inspect: Inspect) -> str:
    body = _fragments.converter.reset().convert(text)
    inspect(body)
    return body


class _Fragments(threading.local):
    """A converter for each thread: to build one takes four times as long as to use it."""

    def __init__(self) -> None:
        self.converter = markdown.Markdown(
            extensions=FRAGMENT_EXTENSIONS, extension_configs=EXTENSION_CONFIGS
        )


class TocToken(TypedDict):
    """What Markdown's toc extension tells about a heading. `name` is escaped."""

    level: int
    id: str
    name: str
    children: list["TocToken"]


def _headings(tokens: list[TocToken]) -> Iterator[Heading]:
    for token in tokens:
        yield Heading(token["level"], token["id"], html.unescape(token["name"]))
        yield from _headings(token["children"])


PAGE_EXTENSIONS = ["footnotes", "toc", "attr_list"]
FRAGMENT_EXTENSIONS = ["fenced_code", "codehilite", "tables", "admonition", "sane_lists"]
EXTENSION_CONFIGS: dict[str, dict[str, object]] = {
    # A guessed language colours plain output at random.
    "codehilite": {"guess_lang": False},
    # The Content-Security-Policy forbids the style attribute, which is the default.
    "tables": {"use_align_attribute": True},
}
_fragments = _Fragments()

INLINE_TAGS = {
    *("abbr", "b", "br", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp"),
    *("small", "span", "strong", "sub", "sup", "var"),
}
BLOCK_TAGS = {
    *INLINE_TAGS,
    *("a", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "summary"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "li", "sup")},
}
ADMONITIONS = ("note", "tip", "hint", "important", "warning", "danger", "example")
CLASSES = {
    "a": {"footnote-backref", "footnote-ref", "term"},
    "div": {"codehilite", "footnote", "admonition", *ADMONITIONS},
    "p": {"admonition-title"},
    "span": {"hll", *filter(None, STANDARD_TYPES.values())},
}
URL_SCHEMES = {"http", "https", "mailto"}


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=URL_SCHEMES,
        # No script of another site may reach back through window.opener.
        link_rel="noopener noreferrer",
        # A wide listing scrolls, and must do so for who has no mouse.
        set_tag_attribute_values={"pre": {"tabindex": "0"}},
        strip_comments=True,
    )


# To make one takes longer than to use it.
_blocks, _phrases = _cleaner(BLOCK_TAGS), _cleaner(INLINE_TAGS)
