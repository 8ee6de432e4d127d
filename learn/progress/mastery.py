"""How well a learner knows each concept: rules without Django.

Everything that says something about a concept is a sign, worth 0 to 1:

- a question about it that was answered: the score of the newest answer. Where the review keeps a
  memory of the question, times the probability that it is still known tomorrow (FSRS). Who was
  wrong at first has `SECOND_TRY` of that, until the memory lasts `LASTING_DAYS`.
- a check of a lab about it: 1 where it passed, 0 where it failed, and it counts `CHECK_WEIGHT`
  times: doing says more than telling. A lab that was passed stays passed, whatever came later.

The mastery is the weighted mean of the signs, in percent. From `STRONG` on it is called strong,
once `ENOUGH` questions and checks (or all there are) were tried; below `WEAK` it is called weak.
What was never asked has no mastery, which is not the same as a bad one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from learn.catalog.catalogue import Course, Lab, Module, Question
from learn.progress.words import concept_title
from learn.questions.question import Section

SECOND_TRY = 0.75
LASTING_DAYS = 7
CHECK_WEIGHT = 2
STRONG = 85
WEAK = 60
ENOUGH = 3


class Level(StrEnum):
    """What a mastery is called."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    NEW = "new"


@dataclass(frozen=True)
class Answered:
    """A question's first and newest score, 0 to 1, and what the review believes.

    `recall` is the probability that it is known tomorrow, `stability` in days: None without card.
    """

    first: float
    newest: float
    recall: float | None = None
    stability: float | None = None

    @property
    def strength(self) -> float:
        """What the question says, 0 to 1."""
        known = self.newest * (1 if self.recall is None else self.recall)
        lasts = self.stability is not None and self.stability >= LASTING_DAYS
        return known if self.first >= 1 or lasts else known * SECOND_TRY


@dataclass(frozen=True)
class Evidence:
    """All that is known of one learner.

    `questions` by path, without those that a quiz keeps back. `checks` is
    `{lab slug: {check id: whether it passed}}`, without those that say nothing.
    """

    questions: Mapping[str, Answered] = field(default_factory=dict)
    checks: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sign:
    """One question or check about a concept. `strength` is None where it was not tried."""

    strength: float | None
    weight: int
    section: Section | None = None
    lab: Lab | None = None


@dataclass(frozen=True)
class Mastery:
    """How well one concept is known. `percent` is None where nothing was tried."""

    concept: str
    signs: tuple[Sign, ...]

    @property
    def title(self) -> str:
        """The concept in words."""
        return concept_title(self.concept)

    @cached_property
    def tried(self) -> tuple[Sign, ...]:
        return tuple(sign for sign in self.signs if sign.strength is not None)

    @cached_property
    def percent(self) -> int | None:
        weight = sum(sign.weight for sign in self.tried)
        worth = sum((sign.strength or 0) * sign.weight for sign in self.tried)
        return round(100 * worth / weight) if weight else None

    @property
    def level(self) -> Level:
        if self.percent is None:
            return Level.NEW
        if self.percent < WEAK:
            return Level.WEAK
        is_enough = len(self.tried) >= min(ENOUGH, len(self.signs))
        return Level.STRONG if self.percent >= STRONG and is_enough else Level.FAIR

    @cached_property
    def section(self) -> Section | None:
        """Where to read again: what the weakest question with a place in a lesson points to."""
        return next((sign.section for sign in self._weakest_first if sign.section), None)

    @cached_property
    def lab(self) -> Lab | None:
        """The lab that failed on it; None if none did."""
        failed = (sign.lab for sign in self.tried if sign.lab and not sign.strength)
        return next(failed, None)

    @property
    def _weakest_first(self) -> list[Sign]:
        return sorted(self.signs, key=lambda sign: 2 if sign.strength is None else sign.strength)


@dataclass(frozen=True)
class ModuleMastery:
    """The concepts of a module: those that were tried, weakest first, and the others."""

    module: Module
    tried: tuple[Mastery, ...]
    new: tuple[Mastery, ...]

    @property
    def strong(self) -> int:
        return sum(one.level is Level.STRONG for one in self.tried)

    @property
    def weak(self) -> int:
        return sum(one.level is Level.WEAK for one in self.tried)


def mastery(course: Course, evidence: Evidence) -> tuple[ModuleMastery, ...]:
    """The concepts of each module that has any."""
    signs = _signs(course, evidence)
    groups: dict[str, list[Mastery]] = defaultdict(list)
    for concept, module in homes(course).items():
        groups[module].append(Mastery(concept, tuple(signs[concept])))
    return tuple(
        _group(module, groups[module.slug]) for module in course.modules if module.slug in groups
    )


def weakest(groups: Iterable[ModuleMastery], count: int) -> tuple[Mastery, ...]:
    """What is best worked on: the weak concepts of the whole course, weakest first."""
    weak = [one for group in groups for one in group.tried if one.level is Level.WEAK]
    return tuple(sorted(weak, key=lambda one: one.percent or 0)[:count])


def homes(course: Course) -> dict[str, str]:
    """`{concept: module}`, in the course's order: that which asks most about it."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for module in course.modules:
        for concept in _asked(module):
            counts[concept][module.slug] += 1
    # Of equals the first counted wins.
    return {concept: count.most_common(1)[0][0] for concept, count in counts.items()}


def _asked(module: Module) -> Iterator[str]:
    for question in module.questions:
        yield from question.document.concepts


def _group(module: Module, found: Sequence[Mastery]) -> ModuleMastery:
    tried = [one for one in found if one.tried]
    return ModuleMastery(
        module,
        tuple(sorted(tried, key=lambda one: one.percent or 0)),
        tuple(one for one in found if not one.tried),
    )


def _signs(course: Course, evidence: Evidence) -> dict[str, list[Sign]]:
    found: dict[str, list[Sign]] = defaultdict(list)
    for module in course.modules:
        for question in module.questions:
            sign = _of_question(question, evidence)
            for concept in question.document.concepts:
                found[concept].append(sign)
    for lab in course.labs:
        passed = evidence.checks.get(lab.slug, {})
        for check, concepts in lab.spec.concepts.items():
            sign = Sign(_worth(passed.get(check)), CHECK_WEIGHT, lab=lab)
            for concept in concepts:
                found[concept].append(sign)
    return found


def _of_question(question: Question, evidence: Evidence) -> Sign:
    answered = evidence.questions.get(question.path)
    return Sign(answered.strength if answered else None, weight=1, section=question.section)


def _worth(passed: bool | None) -> float | None:
    return None if passed is None else float(passed)
