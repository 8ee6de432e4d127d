"""Markdown's own notation: what is written so that Markdown would not see it."""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache

from markdown.extensions.fenced_code import FencedBlockPreprocessor
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.util import ClassNotFound

from learn.prose.rendering import ADMONITIONS

FENCED = FencedBlockPreprocessor.FENCED_BLOCK_RE
FENCE = re.compile(r"^\s*(```|~~~)", re.MULTILINE)
OPENING = re.compile(r"(?P<fence>`{3,}|~{3,}) *\.?(?P<lang>[\w#.+-]*) *(hl_lines=.*)?")
INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
ADMONITION = re.compile(r"^\s*!!!.*$", re.MULTILINE)
RIGHT_ADMONITION = re.compile(r'\s*!!! ?(?P<kind>\w+)( +".*")? *')

type Fault = tuple[int, str]
"""The line in the text, from 0, and what is wrong there."""


def notation_faults(text: str) -> Iterator[Fault]:
    """Fences and admonitions that would show as plain text, or without colour."""
    for block in FENCED.finditer(text):
        yield from _block_faults(block, _line(text, block.start()))
    rest = without_fenced(text)
    for fence in FENCE.finditer(rest):
        message = (
            f"the code fence {fence[1]} is not closed, or is indented: begin and end the code"
        )
        yield _line(rest, fence.start(1)), f"{message} with {fence[1]} at the start of a line"
    for admonition in ADMONITION.finditer(rest):
        if message := _admonition_fault(admonition[0]):
            yield _line(rest, admonition.end()), message


def without_code(text: str) -> str:
    """The text with spaces in place of code, line by line."""
    return INLINE_CODE.sub(_blank, without_fenced(text))


def without_fenced(text: str) -> str:
    """The text with spaces in place of fenced code, line by line."""
    return FENCED.sub(_blank, text)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place)


def _block_faults(block: re.Match[str], line: int) -> Iterator[Fault]:
    first, *code = block[0].split("\n")
    opening = OPENING.fullmatch(first)
    if not opening:
        yield (
            line,
            f"write the language alone after {block['fence']}, as in {block['fence']}python",
        )
        return
    if message := _language_fault(opening["lang"]):
        yield line, message
    if any(re.match(rf"{block['fence']}\w", text) for text in code):
        yield line, f"the code fence is not closed: end the code with a line {block['fence']}"


@lru_cache(maxsize=64)  # every block of a course has one of a few
def _language_fault(language: str) -> str:
    if not language:
        return ""
    try:
        get_lexer_by_name(language)
    except ClassNotFound:
        known = [alias for _, aliases, _, _ in get_all_lexers() for alias in aliases]
        hint = _hint(language.lower(), known) or ": write text if there is none"
        return f"unknown language '{language}' of a code block{hint}"
    return ""


def _admonition_fault(line: str) -> str:
    found = RIGHT_ADMONITION.fullmatch(line)
    if not found:
        return f"""'{line.strip()}' is no admonition: write !!! {ADMONITIONS[0]} "Title\""""
    if found["kind"].lower() not in ADMONITIONS:
        hint = _hint(found["kind"].lower(), ADMONITIONS)
        return f"unknown admonition '{found['kind']}'{hint or _choice(ADMONITIONS)}"
    return ""


def _hint(word: str, known: list[str] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f": did you mean '{close[0]}'?" if close else ""


def _choice(known: tuple[str, ...]) -> str:
    return f": there are {', '.join(known)}"
