"""What stands in a piece of HTML before it is sanitised."""

from html.parser import HTMLParser
from typing import override


class Markup(HTMLParser):
    """Every element with its attributes, and the text outside code."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open_code = 0
        self.feed(body)
        self.close()

    @property
    def ids(self) -> set[str]:
        """The anchors."""
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}

    @property
    def links(self) -> list[str]:
        """Where the links lead."""
        return [
            attributes["href"]
            for tag, attributes in self.elements
            if tag == "a" and "href" in attributes
        ]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open_code += tag == "code"

    @override
    def handle_endtag(self, tag: str) -> None:
        self._open_code -= tag == "code"

    @override
    def handle_data(self, data: str) -> None:
        if not self._open_code:
            self.text += data
