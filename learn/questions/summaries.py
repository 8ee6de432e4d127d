"""The summaries of answers, in words again: for those who look at many answers at once."""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from learn.questions.question import Variant

LABEL_LENGTH = 90
PARTS = ("options", "items", "terms", "choices")
"""Where variants keep what has an id and a text."""


def label_of(text: SafeString, length: int = LABEL_LENGTH) -> str:
    """The words of a piece of HTML, in one line: plain text, to be escaped like any other."""
    words = " ".join(html.unescape(strip_tags(text)).split())
    return Truncator(words).chars(length)


def lines_of(variant: Variant[Any], summary: str) -> list[str]:
    """The summary in words: a line for each option, place or pair; else the summary itself."""
    labels = dict(_labels(variant))
    ids = [part.split(":") for part in summary.split()]
    if not ids or any(each not in labels for part in ids for each in part):
        return [summary] if summary else []
    return [" → ".join(labels[each] for each in part) for part in ids]


def _labels(variant: Variant[Any]) -> Iterator[tuple[str, str]]:
    for name in PARTS:
        for part in getattr(variant, name, ()):
            yield part.id, label_of(part.html)


def options_of(variant: Variant[Any]) -> Mapping[str, bool]:
    """Where exactly one option is to be chosen: `{id: whether it is right}`. Else {}."""
    if not hasattr(variant, "correct_option"):
        return {}
    return {option.id: option.correct for option in getattr(variant, "options", ())}
