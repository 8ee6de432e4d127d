"""What to do with a question, in plain sentences: one table of rules, each with its source."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from learn.quizzes.statistics import MIN_ANSWERS, Figures


class Attention(IntEnum):
    """How soon somebody should look at a question."""

    UNKNOWN = 0
    NONE = 1
    SOME = 2
    SOON = 3
    NOW = 4


@dataclass(frozen=True)
class SeenChoice:
    """One answer to the question, by the words that learners read. Also one that nobody gave."""

    label: str
    is_right: bool
    count: int = 0
    share: float = 0.0
    discrimination: float | None = None


@dataclass(frozen=True)
class Evidence:
    """The figures of a question; `offered` says that all its `choices` were there to choose."""

    figures: Figures
    choices: Sequence[SeenChoice] = ()
    offered: bool = False

    @property
    def facility(self) -> float:
        return self.figures.facility or 0.0

    @property
    def discrimination(self) -> float | None:
        """None where too few learners are compared to build a rule on it."""
        return self.figures.discrimination if self.figures.compared >= ENOUGH else None

    @property
    def chance(self) -> float:
        """A correlation this far from 0 is chance in one of twenty cases (one-sided)."""
        return 1.645 / math.sqrt(max(self.figures.compared, 1))

    @property
    def wrong(self) -> list[SeenChoice]:
        return [choice for choice in self.choices if not choice.is_right and choice.label]


@dataclass(frozen=True)
class Advice:
    """A sentence, how urgent it is, and where its rule comes from ("" where none spoke)."""

    attention: Attention
    sentence: str
    source: str = ""


@dataclass(frozen=True)
class Rule:
    """Speaks from `min_answers` on. `find` gets the evidence and the threshold."""

    attention: Attention
    min_answers: int
    threshold: float
    source: str
    find: Callable[[Evidence, float], str | None]

    def advice(self, evidence: Evidence) -> Advice | None:
        """None where the rule has nothing to say."""
        if evidence.figures.count < self.min_answers or not evidence.figures.is_enough:
            return None
        sentence = self.find(evidence, self.threshold)
        return Advice(self.attention, sentence, _(self.source)) if sentence else None


def advise(evidence: Evidence) -> tuple[Advice, ...]:
    """What is to be done, most urgent first; never empty."""
    if not evidence.figures.is_enough:
        return (Advice(Attention.UNKNOWN, _("Too few answers to say.")),)
    found = [advice for rule in RULES if (advice := rule.advice(evidence))]
    if found:
        return tuple(sorted(found, key=lambda advice: -advice.attention))
    return (Advice(Attention.NONE, _nothing_found(evidence)),)


def _nothing_found(evidence: Evidence) -> str:
    count, compared = evidence.figures.count, evidence.figures.compared
    if count < ENOUGH:
        sentence = _(
            "Nothing stands out so far. Some rules need %(enough)s answers; there are %(count)s."
        )
        return sentence % {"enough": ENOUGH, "count": count}
    if compared < ENOUGH:
        sentence = _(
            "Nothing stands out so far. Whether it tells who understood needs "
            "%(enough)s learners who answered other questions too; there are %(compared)s."
        )
        return sentence % {"enough": ENOUGH, "compared": compared}
    return _("Nothing to do: it tells those who understood from those who did not.")


def _negative(evidence: Evidence, threshold: float) -> str | None:
    value = evidence.discrimination
    if value is None or value + evidence.chance >= threshold:
        return None
    return _(
        "Those who do well elsewhere do worse here: the key may be wrong, or the text misleads. "
        "Check which answer counts as right."
    )


def _strong_distractor(evidence: Evidence, threshold: float) -> str | None:
    drawn = [
        (choice.discrimination, choice.label)
        for choice in evidence.wrong
        if choice.count >= MIN_ANSWERS
        and choice.discrimination is not None
        and choice.discrimination > max(threshold, evidence.chance)
    ]
    if not drawn or evidence.discrimination is None:
        return None
    label = max(drawn)[1]
    sentence = _(
        "Strong learners give the answer “%(answer)s” more often than weak ones: it may be right "
        "too. Read the question with that answer in mind, and rule it out or accept it."
    )
    return sentence % {"answer": label}


def _popular_wrong(evidence: Evidence, threshold: float) -> str | None:
    wrong = max(evidence.wrong, key=lambda choice: choice.share, default=None)
    if wrong is None or wrong.share < threshold:
        return None
    sentence = _(
        "%(share)s answer “%(answer)s”: the wording may make it "
        "right too, look at it. If it is plainly wrong, the lesson leaves this idea standing."
    )
    return sentence % {"share": capfirst(in_words(wrong.share)), "answer": wrong.label}


def _hard(evidence: Evidence, threshold: float) -> str | None:
    if evidence.facility >= threshold:
        return None
    sentence = _(
        "The mean score is %(share)s, about what guessing gives: check the key, "
        "and whether the lesson teaches what is asked before it is asked."
    )
    return sentence % {"share": f"{evidence.facility:.0%}"}


def _weak(evidence: Evidence, threshold: float) -> str | None:
    value = evidence.discrimination
    if value is None or value >= threshold or evidence.facility > TOO_EASY:
        return None
    if _negative(evidence, 0.0):
        return None
    return _(
        "Those who do well elsewhere do hardly better here: it measures something else. "
        "Let it ask for one decision only, and make the wrong answers plainly wrong."
    )


def _hints(evidence: Evidence, threshold: float) -> str | None:
    share = evidence.figures.hinted
    if share is None or share < threshold:
        return None
    sentence = _(
        "%(share)s open a hint before they answer: "
        "the question may not say clearly enough what is asked."
    )
    return sentence % {"share": capfirst(in_words(share))}


def _easy(evidence: Evidence, threshold: float) -> str | None:
    if evidence.facility <= threshold:
        return None
    return _(
        "Nearly all get it right, so it tells nothing about who understood. "
        "Keep it as a first step, or ask for something harder."
    )


def _unused(evidence: Evidence, threshold: float) -> str | None:
    # Where nearly all are right, no wrong option can be chosen often.
    if not evidence.offered or evidence.facility > TOO_EASY:
        return None
    idle = [choice.label for choice in evidence.wrong if choice.share < threshold]
    if not idle:
        return None
    sentence = _(
        "Hardly anybody chooses %(answers)s: put a mistake there that learners really make."
    )
    return sentence % {"answers": listed(idle)}


ENOUGH = 50
TOO_EASY = 0.95
# A guess among four options is right as often.
TOO_HARD = 0.25

BALOGH = gettext_noop(
    "a discrimination of 0.15 or more is good "
    "(Balogh, A Practical Guide to Creating Quality Exams)"
)
TARRANT = gettext_noop(
    "a distractor works if 5 % or more choose it, and the weak rather than the strong "
    "(Tarrant, Ware and Mohammed 2009, BMC Medical Education 9:40)"
)
OURS = gettext_noop("our own rule of thumb")

RULES: tuple[Rule, ...] = (
    Rule(Attention.NOW, ENOUGH, 0.0, BALOGH, _negative),
    Rule(Attention.NOW, ENOUGH, 0.1, TARRANT, _strong_distractor),
    Rule(Attention.NOW, 20, 0.5, OURS, _popular_wrong),
    Rule(Attention.SOON, 20, TOO_HARD, OURS, _hard),
    Rule(Attention.SOON, ENOUGH, 0.15, BALOGH, _weak),
    Rule(Attention.SOME, 20, 0.5, OURS, _hints),
    Rule(Attention.SOME, ENOUGH, TOO_EASY, OURS, _easy),
    Rule(Attention.SOME, ENOUGH, 0.05, TARRANT, _unused),
)
"""The thresholds. Correlations of fewer than 50 learners have a standard error above 0.14; what
calls a key wrong must in addition be more than chance."""

MOODLE = gettext_noop(
    "above 0.75 is satisfactory, below 0.64 is not (Moodle, Quiz report statistics)"
)
GOOD_ALPHA = 0.75
POOR_ALPHA = 0.64


def of_alpha(alpha: float) -> Advice:
    """What Cronbach's alpha means for a quiz."""
    if alpha >= GOOD_ALPHA:
        sentence = _("The scores tell learners apart well.")
        return Advice(Attention.NONE, sentence, _(MOODLE))
    if alpha >= POOR_ALPHA:
        sentence = _("Fair: do not decide on a point or two. More questions would help.")
        return Advice(Attention.SOME, sentence, _(MOODLE))
    if alpha >= 0:
        sentence = _(
            "Too low to compare single learners by it. "
            "Add questions, and mend those below that discriminate badly."
        )
        return Advice(Attention.SOON, sentence, _(MOODLE))
    sentence = _("The questions work against each other: check which answers count as right.")
    return Advice(Attention.NOW, sentence, _(MOODLE))


def in_words(share: float) -> str:
    """A share as people say it: "nine of ten"."""
    tenths = round(share * 10)
    if tenths in (0, 10):
        return _("nearly all") if tenths else _("hardly any")
    return _("%(number)s of ten") % {"number": apnumber(tenths)}


def listed(labels: Sequence[str]) -> str:
    """“one”, “two” or “three”"""
    quoted = [_("“%(label)s”") % {"label": label} for label in labels]
    *first, last = quoted
    return (
        _("%(first)s or %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    )
