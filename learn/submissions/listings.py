"""Submitted code, highlighted and numbered."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound


@dataclass(frozen=True)
class Listing:
    """One file."""

    name: str
    html: SafeString


def listings(files: Mapping[str, str]) -> list[Listing]:
    """The files, as HTML that Pygments has escaped."""
    return [Listing(name, _highlighted(name, text)) for name, text in sorted(files.items())]


def _highlighted(name: str, text: str) -> SafeString:
    try:
        lexer = get_lexer_for_filename(name, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    formatter = HtmlFormatter(cssclass="codehilite", linenos="inline")
    return SafeString(highlight(text, lexer, formatter))
