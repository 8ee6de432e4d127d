"""The summaries of answers, in words again: for those who look at many answers at once."""

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from learn.questions.question import Variant
from learn.questions.variants import variant_of

LABEL_LENGTH = 90
PARTS = ("options", "items", "terms", "choices")
"""Where variants keep what has an id and a text."""
OTHER_SEEDS = range(1, 20)


@dataclass(frozen=True)
class Words:
    """What summaries of answers to one question mean.

    `labels` are the words of what has an id. `offered` is {} unless every learner chooses one of
    the same options: `{id: whether it is right}`.
    """

    labels: Mapping[str, str]
    offered: Mapping[str, bool]

    @classmethod
    def of(cls, variant: Variant[Any]) -> Self:
        """Also of a question whose options have other ids in other variants."""
        labels = dict(_labels(variant))
        if set(labels) == set(dict(_labels(_other(variant, OTHER_SEEDS[0])))):
            return cls(labels, _offered(variant))
        for seed in OTHER_SEEDS:
            labels |= dict(_labels(_other(variant, seed)))
        return cls(labels, {})

    def lines(self, summary: str) -> list[str]:
        """A line for each option, place or pair; else the summary itself; [] for a blank."""
        ids = [part.split(":") for part in summary.split()]
        if not ids or any(each not in self.labels for part in ids for each in part):
            return [summary] if summary else []
        return [" → ".join(self.labels[each] for each in part) for part in ids]


def label_of(text: SafeString, length: int = LABEL_LENGTH) -> str:
    """The words of a piece of HTML, in one line: plain text, to be escaped like any other."""
    words = " ".join(html.unescape(strip_tags(text)).split())
    return Truncator(words).chars(length)


def _other(variant: Variant[Any], seed: int) -> Variant[Any]:
    return variant_of(variant.question, seed) if variant.question.document.parameters else variant


def _labels(variant: Variant[Any]) -> Iterator[tuple[str, str]]:
    for name in PARTS:
        for part in getattr(variant, name, ()):
            yield part.id, label_of(part.html)


def _offered(variant: Variant[Any]) -> dict[str, bool]:
    if not getattr(variant, "correct_option", None):
        return {}
    return {option.id: option.correct for option in getattr(variant, "options", ())}
