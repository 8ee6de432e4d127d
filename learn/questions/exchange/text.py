"""Between Markdown, which our files hold, and the HTML of other systems."""

import re
import unicodedata

import markdown
import nh3
from bs4 import Tag
from lxml import etree, html
from markdownify import MarkdownConverter

from learn.prose.rendering import ATTRIBUTES, BLOCK_TAGS, URL_SCHEMES
from learn.questions.exchange.carried import CannotCarryError

MAX_HTML = 100_000
EXTENSIONS = ["fenced_code", "tables", "admonition", "sane_lists"]
LANGUAGE = re.compile(r"language-([\w.+#-]+)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


def to_markdown(source: str) -> str:
    """HTML as Markdown; whatever our own pages would not show is dropped first.

    Raises:
        CannotCarryError: it shows an image, is too long, or is nested too deeply.
    """
    if len(source) > MAX_HTML:
        raise CannotCarryError(f"a text has more than {MAX_HTML:,} characters")
    if re.search(r"<(img|object|video|audio|iframe|svg|math)\b", source, re.IGNORECASE):
        raise CannotCarryError("it shows an image, a formula or a film, which our pages do not")
    try:
        # In the style that our course is written in.
        written: str = MarkdownConverter(
            heading_style="ATX",
            bullets="-",
            code_language_callback=_language,
            escape_misc=False,
        ).convert(_clean(source))
    except RecursionError:
        raise CannotCarryError("a text is nested too deeply") from None
    return tidy(written)


def tidy(text: str) -> str:
    """Without control characters, spaces at ends of lines, or more than one empty line."""
    visible = CONTROL.sub("", text.strip())
    lines = "\n".join(line.rstrip() for line in visible.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)


def to_xhtml(text: str) -> list[etree._Element]:
    """Markdown as elements of XHTML; code keeps the name of its language alone."""
    body = markdown.markdown(text, extensions=EXTENSIONS)
    return list(html.fragment_fromstring(_clean(body), create_parent="div"))


def _clean(source: str) -> str:
    return nh3.clean(
        source,
        tags=BLOCK_TAGS,
        attributes={**ATTRIBUTES, "code": {"class"}},
        url_schemes=URL_SCHEMES,
        link_rel=None,
    )


def _language(element: Tag) -> str:
    """The language that stands after ``` for a <pre>: `class="language-json"`."""
    code = element.find("code")
    classes = code.get_attribute_list("class") if code else []
    found = (LANGUAGE.fullmatch(name) for name in classes if name)
    return next((name[1] for name in found if name), "text")


def slug_of(name: str, taken: set[str]) -> str:
    """A name for a question's file that is not taken: "q7", "who-deletes", "who-deletes-2"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "question"
    slug, number = words, 2
    while slug in taken:
        slug, number = f"{words}-{number}", number + 1
    return slug
