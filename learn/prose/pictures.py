"""Pictures of lessons: SVG files that become a part of the page, so that they take its colours.

A picture is drawn with classes instead of colours, and is readable in both schemes by itself. What
is not in the tables below is refused, so that nothing can run, load or restyle the page.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import override

from django.utils.safestring import SafeString

from labs import ContentError, Problem, read_text

SVG = "{http://www.w3.org/2000/svg}"
# Wider ones would have to be shrunk on a page, and their text with them.
MAX_WIDTH = 720

_PLACE = {"x", "y", "dx", "dy"}
_PAINT = {"class", "transform", "opacity", "stroke-width", "stroke-dasharray", "stroke-linecap"}
_MARKS = {"marker-start", "marker-mid", "marker-end"}
ELEMENTS: Mapping[str, set[str]] = {
    "svg": {"viewBox"},
    "title": set(),
    "desc": set(),
    "defs": set(),
    "g": {"text-anchor", *_PAINT},
    "path": {"d", *_PAINT, *_MARKS},
    "line": {"x1", "y1", "x2", "y2", *_PAINT, *_MARKS},
    "polyline": {"points", *_PAINT, *_MARKS},
    "polygon": {"points", *_PAINT},
    "rect": {"width", "height", "rx", "ry", *_PLACE, *_PAINT},
    "circle": {"cx", "cy", "r", *_PAINT},
    "ellipse": {"cx", "cy", "rx", "ry", *_PAINT},
    "text": {"text-anchor", *_PLACE, *_PAINT},
    "tspan": {"text-anchor", *_PLACE, *_PAINT},
    "marker": {
        *("id", "viewBox", "refX", "refY", "markerWidth", "markerHeight", "orient", "class"),
    },
}
# Each has its colours for both schemes in catalog.css.
CLASSES = {
    *("box", "box-strong", "box-good", "box-bad", "box-warn", "box-ghost"),
    *("arrow", "arrow-good", "arrow-bad", "arrow-dashed", "head", "head-good", "head-bad"),
    *("axis", "grid", "bar", "bar-good", "bar-bad", "bar-warn", "dot"),
    *("label", "label-strong", "label-small", "label-muted", "label-good", "label-bad", "code"),
}
IMAGE = re.compile(r"<p>\s*(<img [^>]*>)\s*</p>")


def read_pictures(folder: Path) -> dict[str, Path]:
    """The pictures of a module by their files' names, as lessons write them."""
    return {path.name: path for path in sorted(folder.glob("pictures/*.svg"))}


def read_picture(path: Path) -> str:
    """The picture as it stands in a page, without its `<svg>` label, which is the lesson's.

    Raises:
        ContentError: it is no SVG, or has something that a page must not have.
    """
    text = read_text(path)
    if "<!" in text.replace("<!--", ""):
        raise ContentError([Problem(path, 1, "has a DOCTYPE or CDATA: remove it")])
    try:
        root = ET.fromstring(text)  # noqa: S314 - no DOCTYPE, so no entities; 1 MB at most
    except ET.ParseError as error:
        line = error.position[0]
        raise ContentError([Problem(path, line, f"is not XML: {error.msg}")]) from None
    faults = [*_faults(root), *_size_faults(root)]
    if faults:
        lines = text.split("\n")
        raise ContentError([Problem(path, _line(lines, found), why) for found, why in faults])
    return _named_apart(_serialised(root), path.stem)


def with_pictures(body: str, pictures: Mapping[str, Path]) -> SafeString:
    """Sanitised HTML with each image of the module in place of its `<img>`.

    Raises:
        ContentError: a picture is wrong.
    """

    def figure(found: re.Match[str]) -> str:
        attributes = _attributes(found[1])
        path = pictures.get(attributes.get("src", ""))
        return _figure(attributes, read_picture(path)) if path else found[0]

    return SafeString(IMAGE.sub(figure, body))


def _figure(attributes: Mapping[str, str], picture: str) -> str:
    label = escape(attributes.get("alt", ""))
    shown = picture.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    caption = escape(attributes.get("title", ""))
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="picture">{shown}{below}</figure>'


def _attributes(tag: str) -> dict[str, str]:
    class Reader(HTMLParser):
        found: dict[str, str]

        @override
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found = {name: value or "" for name, value in attrs}

    reader = Reader()
    reader.feed(tag)
    return reader.found


def _faults(root: ET.Element) -> Iterator[tuple[str, str]]:
    """What finds the place, and what is wrong there."""
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if not element.tag.startswith(SVG) or name not in ELEMENTS:
            yield f"<{name}", f"<{name}> is not allowed; there are: {', '.join(ELEMENTS)}"
            continue
        for key, value in element.attrib.items():
            if key not in ELEMENTS[name]:
                hint = ": colours come from classes" if key in {"fill", "stroke", "style"} else ""
                yield f"{key}=", f"the attribute {key} of <{name}> is not allowed{hint}"
            elif key.startswith("marker-") and not re.fullmatch(r"url\(#[\w-]+\)", value):
                yield f"{key}=", f"{key} must name a marker of this file: url(#id)"
        for word in element.get("class", "").split():
            if word not in CLASSES:
                known = ", ".join(sorted(CLASSES))
                yield word, f"unknown class '{word}'; there are: {known}"


def _size_faults(root: ET.Element) -> Iterator[tuple[str, str]]:
    parts = root.get("viewBox", "").split()
    if len(parts) != 4 or not all(re.fullmatch(r"\d+", part) for part in parts):
        yield "<svg", 'needs viewBox="0 0 <width> <height>" in whole numbers'
    elif int(parts[2]) > MAX_WIDTH:
        yield "viewBox", f"is {parts[2]} wide: {MAX_WIDTH} at most, or its text is too small"


def _line(lines: list[str], found: str) -> int:
    return next((number for number, line in enumerate(lines, 1) if found in line), 1)


def _serialised(root: ET.Element) -> str:
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
    return ET.tostring(root, encoding="unicode")


def _named_apart(svg: str, stem: str) -> str:
    """Ids with the file's name: two pictures of one page may both have a marker 'arrow'."""
    svg = re.sub(r'\bid="([\w-]+)"', rf'id="{stem}-\1"', svg)
    return re.sub(r"url\(#([\w-]+)\)", rf"url(#{stem}-\1)", svg)
