"""Terms of the glossary in a text: the first use of each is a link."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import override

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

# Where a link would be wrong: in another one, in what is no prose, in what is a title.
CLOSED = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "sup", "th", "figcaption"}


class Terms(Extension):
    """Links the first use of each term. `terms` maps each form ("DLQ") to its entry's anchor."""

    def __init__(self, terms: Mapping[str, str], url: str) -> None:
        super().__init__()
        self._terms, self._url = terms, url

    @override
    def extendMarkdown(self, md: Markdown) -> None:
        # After inline patterns (20), so that links and code are elements already.
        md.treeprocessors.register(_Linker(md, self._terms, self._url), "terms", 15)


class _Linker(Treeprocessor):
    def __init__(self, md: Markdown, terms: Mapping[str, str], url: str) -> None:
        super().__init__(md)
        self._anchors = {form.casefold(): anchor for form, anchor in terms.items()}
        # The longest first: "dead-letter queue" is not a queue.
        forms = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
        self._pattern = re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE)
        self._url = url
        self._linked: set[str] = set()

    @override
    def run(self, root: ET.Element) -> None:
        if self._anchors:
            self._walk(root)

    def _walk(self, element: ET.Element) -> None:
        if element.tag in CLOSED:
            return
        children = list(element)
        if element.text:
            self._link(element, None, element.text)
        for child in children:
            self._walk(child)
            if child.tail:
                self._link(element, child, child.tail)

    def _link(self, parent: ET.Element, after: ET.Element | None, text: str) -> None:
        """Put links into the text that follows `after`, or begins the parent."""
        place = list(parent).index(after) + 1 if after is not None else 0
        end = 0
        before = ""
        for found in self._pattern.finditer(text):
            anchor = self._anchors[found[0].casefold()]
            if anchor in self._linked:
                continue
            self._linked.add(anchor)
            before = text[end : found.start()]
            self._set(parent, after, before)
            after = ET.Element("a", {"href": f"{self._url}#{anchor}", "class": "term"})
            after.text = found[0]
            parent.insert(place, after)
            place += 1
            end = found.end()
        self._set(parent, after, text[end:])

    @staticmethod
    def _set(parent: ET.Element, after: ET.Element | None, text: str) -> None:
        if after is None:
            parent.text = text
        else:
            after.tail = text
