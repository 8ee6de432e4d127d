"""`[[check: who-deletes]]`: the place in a lesson at which a question is asked.

Markdown leaves a mark that the sanitiser lets through, since it is plain text; the page is cut
there. Two characters of Unicode's private use, which no keyboard writes, keep it apart from what
an author says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import override
from xml.etree import ElementTree

import markdown
from django.utils.safestring import SafeString
from markdown.blockprocessors import BlockProcessor

MARK = "<p>\ue000{}\ue001</p>"
MARKED = re.compile(MARK.format("([a-z0-9-]+)"))
CHECK = re.compile(r"\[\[check: *(?P<question>[a-z0-9]+(-[a-z0-9]+)*)\]\] *")
LIKE_A_CHECK = re.compile(r"\[\[.*?\]\]|\[+\s*check\s*:.*")
# Above code blocks (80), so that a list or a quotation around it is seen by its own processor.
PRIORITY = 85


@dataclass(frozen=True)
class Part:
    """A stretch of a page: HTML, or the slug of the question that is asked there."""

    html: SafeString
    question: str = ""


class InlineChecks(markdown.Extension):
    """Lets a line of its own, outside lists, quotations and admonitions, ask a question."""

    @override
    def extendMarkdown(self, md: markdown.Markdown) -> None:
        md.parser.blockprocessors.register(_Processor(md.parser), "inline_check", PRIORITY)


class _Processor(BlockProcessor):
    @override
    def test(self, parent: ElementTree.Element, block: str) -> bool:
        # The root is the one element without a class that is a <div>.
        is_root = parent.tag == "div" and not parent.attrib
        return is_root and bool(CHECK.fullmatch(block.rstrip("\n")))

    @override
    def run(self, parent: ElementTree.Element, blocks: list[str]) -> None:
        found = CHECK.fullmatch(blocks.pop(0).rstrip("\n"))
        mark = ElementTree.SubElement(parent, "p")
        mark.text = f"\ue000{found['question']}\ue001" if found else ""


def cut(html: str) -> Iterator[Part]:
    """The stretches of a page and the questions between them, in order."""
    pieces = MARKED.split(html)
    for place, piece in enumerate(pieces):
        if place % 2:
            yield Part(SafeString(), question=piece)
        elif piece.strip():
            yield Part(SafeString(piece))
