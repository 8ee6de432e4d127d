"""What first answers tell of questions and quizzes, as pages show it: no figure is NaN."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from learn.quizzes.answer_sheets import Learners, Sheet, Version, first_answers
from learn.quizzes.item_analysis import Choices, Codes, Items, analyse

MIN_ANSWERS = 5
"""Below it a page shows counts alone: the figures would tell of chance, or of one learner."""

CHOICES_KEPT = 20


@dataclass(frozen=True)
class ChoiceFigures:
    """One answer that learners gave, `summary` as `Variant.summary` wrote it ("": none).

    `share` is of all answers to the question; `top` and `bottom` of those of the strongest and
    the weakest third. `score` is the mean of what it was worth, which can differ between variants.
    """

    summary: str
    count: int = 0
    share: float = 0.0
    score: float = 0.0
    discrimination: float | None = None
    top: float | None = None
    bottom: float | None = None

    @property
    def is_right(self) -> bool:
        return self.score == 1


@dataclass(frozen=True)
class Figures:
    """What answers tell of one version of a question. With too few answers all but counts is None.

    `low` and `high` bound the facility (the mean score), by 95 %. `seconds` is the median of the
    `timed` answers: those to questions that were asked alone. `choices` come most frequent first.
    """

    version: str
    count: int = 0
    facility: float | None = None
    low: float | None = None
    high: float | None = None
    compared: int = 0
    discrimination: float | None = None
    hinted: float | None = None
    timed: int = 0
    seconds: float | None = None
    choices: tuple[ChoiceFigures, ...] = ()

    @property
    def is_enough(self) -> bool:
        return self.count >= MIN_ANSWERS


@dataclass(frozen=True)
class Statistics:
    """The figures of all versions that were answered, by their content hash."""

    by_version: Mapping[str, Figures] = field(default_factory=dict)
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)

    def of(self, version: str) -> Figures:
        """Of one version, if need be without an answer."""
        return self.by_version.get(version, Figures(version))

    def versions_of(self, path: str) -> tuple[Version, ...]:
        """The answered versions of the question with this path."""
        return self.versions.get(path, ())


def of_module(learners: Learners, module: str = "") -> Statistics:
    """Of the learners' first answers to a module's questions; "" is all modules."""
    return statistics(first_answers(learners, module))


def statistics(sheet: Sheet) -> Statistics:
    """The figures of each version on the sheet."""
    items, choices = analyse(sheet.answers)
    of_item = _choice_figures(sheet, items, choices)
    by_version = {
        version.content_hash: _figures(version, index, items, of_item[index])
        for index, version in enumerate(sheet.versions)
    }
    return Statistics(by_version, _grouped(sheet.versions))


def _grouped(versions: Iterable[Version]) -> dict[str, tuple[Version, ...]]:
    found: dict[str, tuple[Version, ...]] = {}
    for version in versions:
        found[version.path] = (*found.get(version.path, ()), version)
    return found


def _figures(
    version: Version, index: int, items: Items, choices: Sequence[ChoiceFigures]
) -> Figures:
    count = int(items.count[index])
    if count < MIN_ANSWERS:
        return Figures(version.content_hash, count, choices=_counts_alone(choices))
    compared, timed = int(items.compared[index]), int(items.timed[index])
    return Figures(
        version=version.content_hash,
        count=count,
        facility=number(items.facility[index]),
        low=number(items.low[index]),
        high=number(items.high[index]),
        compared=compared,
        discrimination=number(items.discrimination[index]) if compared >= MIN_ANSWERS else None,
        hinted=number(items.hinted[index]),
        timed=timed,
        seconds=number(items.seconds[index]) if timed >= MIN_ANSWERS else None,
        choices=_in_order(choices),
    )


def _counts_alone(choices: Sequence[ChoiceFigures]) -> tuple[ChoiceFigures, ...]:
    return tuple(
        ChoiceFigures(choice.summary, choice.count, score=choice.score)
        for choice in _in_order(choices)
    )


def _in_order(choices: Sequence[ChoiceFigures]) -> tuple[ChoiceFigures, ...]:
    """Most frequent first; the same order each time, though databases give rows in any."""
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.summary)))


def _choice_figures(sheet: Sheet, items: Items, choices: Choices) -> list[list[ChoiceFigures]]:
    """For each item its most frequent answers."""
    found: list[list[ChoiceFigures]] = [[] for _ in sheet.versions]
    for row in _most_frequent(choices):
        item = int(choices.item[row])
        enough = items.compared[item] >= MIN_ANSWERS
        found[item].append(
            ChoiceFigures(
                summary=sheet.summaries[choices.choice[row]],
                count=int(choices.count[row]),
                share=float(choices.count[row] / items.count[item]),
                score=float(choices.score[row]),
                discrimination=number(choices.discrimination[row]) if enough else None,
                top=number(choices.top[row]) if enough else None,
                bottom=number(choices.bottom[row]) if enough else None,
            )
        )
    return found


def _most_frequent(choices: Choices) -> Codes:
    """The rows of the few most frequent choices of each item, most frequent first."""
    order = np.lexsort((choices.choice, -choices.count, choices.item))
    item = choices.item[order]
    place = np.arange(len(order)) - np.searchsorted(item, item)
    return order[place < CHOICES_KEPT]


def number(value: float) -> float | None:
    """None for what is no number."""
    return float(value) if math.isfinite(value) else None
