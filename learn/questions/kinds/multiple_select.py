"""Multiple select: every right option, and no wrong one, is to be chosen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, override

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from pydantic import Field, ValidationInfo, field_validator

from learn.questions.documents import QuestionDocument
from learn.questions.fields import MISFIT, AnswerError, BlankAnswerError, Fields, require_parts
from learn.questions.kinds.multiple_choice import (
    Option,
    Options,
    check_options,
    draw_options,
)
from learn.questions.question import (
    Draw,
    Fault,
    Head,
    Kind,
    Mark,
    Question,
    Remark,
    Variant,
    same_twice,
)

type Credit = Literal["all_or_nothing", "partial"]


class MultipleSelectDocument(QuestionDocument):
    """A question with several right options.

    `pick` tells the learner how many are right; without it, that is part of the question. The
    `feedback` of a right option is also shown to whoever left it out, and its `misconception` is
    the wrong idea behind leaving it out.
    """

    kind: Literal["multiple_select"]
    options: Annotated[Options, Field(min_length=3, max_length=10)]
    pick: Annotated[int, Field(ge=2, le=9)] | None = None
    credit: Credit = "all_or_nothing"
    shuffle: bool = True

    @field_validator("options")
    @classmethod
    def _right_and_wrong_options_are_there(cls, options: Options) -> Options:
        right = sum(option.correct for option in options)
        if right in (0, len(options)):
            count = "all" if right else "no"
            raise ValueError(f"{count} options are marked 'correct: true'; some must be, not all")
        check_options(options)
        return options

    @field_validator("pick")
    @classmethod
    def _pick_is_the_number_of_right_options(
        cls, pick: int | None, info: ValidationInfo
    ) -> int | None:
        # Options that are wrong themselves are not there.
        right = sum(option.correct for option in info.data.get("options", ()))
        if right and pick not in (None, right):
            raise ValueError(f"is {pick}, but {right} options are marked 'correct: true'")
        return pick


def share(right: int, wrong: int, of_right: int, of_wrong: int) -> float:
    """Partial credit for options chosen, of those there are: 0 to 1.

    Each right one adds its share of the right ones, each wrong one takes its share of the wrong
    ones, and nothing is below 0: what R/exams calls the rule "false"
    (https://www.r-exams.org, `exams_eval`). Choosing everything gives 0, and so, on average before
    the floor, does choosing at random.
    """
    # One division, so that everything right is 1 exactly.
    return max(0, right * of_wrong - wrong * of_right) / (of_right * of_wrong)


@dataclass(frozen=True)
class Selection:
    """What was chosen, and what is right and was not: both in the order in which it is shown."""

    chosen: tuple[Option, ...]
    missed: tuple[Option, ...]

    @property
    def is_right(self) -> bool:
        return not self.missed and all(option.correct for option in self.chosen)


@dataclass(frozen=True)
class MultipleSelect(Variant[Selection]):
    """The options as one learner sees them. `pick` is None where the number is not told."""

    options: tuple[Option, ...]
    pick: int | None
    credit: Credit

    @property
    def correct_options(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.correct)

    @property
    def instruction(self) -> str:
        if not self.pick:
            return _("Pick all that hold.")
        return _("Pick %(number)s.") % {"number": apnumber(self.pick)}

    @override
    def read(self, fields: Fields) -> Selection:
        require_parts(fields)
        ids = fields.get("", ())
        if not ids:
            raise BlankAnswerError(f"{self.instruction} {_('Nothing is picked yet.')}")
        if len(set(ids)) < len(ids):
            raise AnswerError(_(MISFIT))
        if not set(ids) <= {option.id for option in self.options}:
            raise AnswerError(_("That is not one of this question's answers. Choose again."))
        if self.pick and len(ids) != self.pick:
            picked = _("You picked %(number)s.") % {"number": apnumber(len(ids))}
            raise AnswerError(f"{self.instruction} {picked}")
        return Selection(
            chosen=tuple(option for option in self.options if option.id in ids),
            missed=tuple(option for option in self.correct_options if option.id not in ids),
        )

    @override
    def mark(self, answer: Selection) -> Mark:
        chosen = [Remark(o.feedback, o.correct) for o in answer.chosen if o.feedback]
        missed = [Remark(o.feedback, is_right=False) for o in answer.missed if o.feedback]
        wrong = [
            o for o in (*answer.chosen, *answer.missed) if o in answer.missed or not o.correct
        ]
        misconceptions = tuple(option.misconception for option in wrong if option.misconception)
        return Mark(self._score(answer), (*chosen, *missed), misconceptions)

    def _score(self, answer: Selection) -> float:
        if self.credit == "all_or_nothing":
            return float(answer.is_right)
        right = sum(option.correct for option in answer.chosen)
        of_right = len(self.correct_options)
        return share(right, len(answer.chosen) - right, of_right, len(self.options) - of_right)

    @override
    def summary(self, answer: Selection) -> str:
        return " ".join(sorted(option.id for option in answer.chosen))


def vary(question: Question, document: MultipleSelectDocument, draw: Draw) -> MultipleSelect:
    options = draw_options(question, document.options, draw, shuffle=document.shuffle)
    return MultipleSelect(
        Head.of(question, draw), options, pick=document.pick, credit=document.credit
    )


def check(variant: MultipleSelect) -> Iterator[Fault]:
    return same_twice([option.html for option in variant.options], "options")


KIND = Kind("Multiple select", MultipleSelectDocument, vary, check)
