"""Multiple choice: exactly one option is right, and every wrong one says why it is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, override

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pydantic import Field, field_validator

from labs import Document
from learn.questions.documents import Line, Markdown, QuestionDocument, require_distinct
from learn.questions.fields import AnswerError, BlankAnswerError, Fields, require_parts, single
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


class OptionDocument(Document):
    """One answer to choose. `misconception` names the wrong idea behind it, for instructors."""

    text: Markdown
    correct: bool = False
    feedback: Markdown | None = None
    misconception: Line | None = None


type Options = tuple[OptionDocument, ...]


class MultipleChoiceDocument(QuestionDocument):
    """A question with exactly one right option. `shuffle: false` keeps the author's order."""

    kind: Literal["multiple_choice"]
    options: Annotated[Options, Field(min_length=2, max_length=8)]
    shuffle: bool = True

    @field_validator("options")
    @classmethod
    def _one_option_is_right(cls, options: Options) -> Options:
        right = [option for option in options if option.correct]
        if len(right) != 1:
            raise ValueError(
                f"{len(right)} options are marked 'correct: true'; exactly one must be"
            )
        if right[0].misconception:
            raise ValueError("the right option has a 'misconception'; move it to a wrong one")
        check_options(options)
        return options


def check_options(options: Options) -> None:
    """Options that differ, and wrong ones that say why.

    Raises:
        ValueError: with the first that does not.
    """
    require_distinct("options", [" ".join(option.text.split()) for option in options])
    for option in options:
        if not option.correct and not option.feedback:
            raise ValueError(
                f"the wrong option '{option.text.strip()}' needs 'feedback' that says why"
            )


@dataclass(frozen=True)
class Option:
    """One answer to choose. `id` is stable while the text is, and does not tell what is right."""

    id: str
    html: SafeString
    correct: bool
    feedback: SafeString
    misconception: str


def draw_options(
    question: Question, options: Options, draw: Draw, *, shuffle: bool
) -> tuple[Option, ...]:
    """The options in the order in which this variant shows them."""
    shown = [
        Option(
            id=question.part_id(option.text),
            html=draw.line(option.text),
            correct=option.correct,
            feedback=draw.fragment(option.feedback) if option.feedback else SafeString(),
            misconception=option.misconception or "",
        )
        for option in options
    ]
    if shuffle:
        draw.dice("options").shuffle(shown)
    return tuple(shown)


@dataclass(frozen=True)
class MultipleChoice(Variant[Option]):
    """The options as one learner sees them."""

    options: tuple[Option, ...]

    @property
    def correct_option(self) -> Option:
        return next(option for option in self.options if option.correct)

    @override
    def read(self, fields: Fields) -> Option:
        require_parts(fields)
        chosen = single(fields)
        if not chosen:
            raise BlankAnswerError(_("Choose an answer."))
        for option in self.options:
            if option.id == chosen:
                return option
        raise AnswerError(_("That is not one of this question's answers. Choose again."))

    @override
    def mark(self, answer: Option) -> Mark:
        remarks = (Remark(answer.feedback, answer.correct),) if answer.feedback else ()
        wrong = (answer.misconception,) if answer.misconception and not answer.correct else ()
        return Mark(float(answer.correct), remarks, wrong)

    @override
    def summary(self, answer: Option) -> str:
        return answer.id


def vary(question: Question, document: MultipleChoiceDocument, draw: Draw) -> MultipleChoice:
    options = draw_options(question, document.options, draw, shuffle=document.shuffle)
    return MultipleChoice(Head.of(question, draw), options)


def check(variant: MultipleChoice) -> Iterator[Fault]:
    return same_twice([option.html for option in variant.options], "options")


KIND = Kind("Multiple choice", MultipleChoiceDocument, vary, check)
