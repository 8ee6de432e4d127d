"""Numeric: a number to type, with its unit, or several in one question.

The right number without its unit, or with another, is worth `unit_credit` and is told so: the
calculation was right. Units that measure the same are converted. Words that say only what is
counted ("messages") may be left out. What is near enough is decided in exact arithmetic.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, Self, override

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pydantic import AfterValidator, Discriminator, Field, Tag, field_validator, model_validator

from labs import Document
from learn.questions.documents import Line, Markdown, QuestionDocument, require_distinct
from learn.questions.fields import BlankAnswerError, Fields, require_parts, single
from learn.questions.numerals import MAX_CHARACTERS
from learn.questions.parameters.documents import Formula
from learn.questions.quantities import (
    Entry,
    Slot,
    Tolerance,
    WrongNumber,
    read_entry,
    with_unit,
)
from learn.questions.question import Draw, Fault, Head, Kind, Mark, Question, Variant
from learn.questions.units import Units

MAX_SUMMARY = 200

type UnitName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^\S[^\d\n]*$")]


def _percent(text: str) -> str:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})? ?%", text):
        raise ValueError(f"'{text}' is neither a number in the unit nor a percentage such as 2%")
    return text


type Percent = Annotated[str, AfterValidator(_percent)]
type ToleranceText = Annotated[
    Annotated[int | float, Field(ge=0, le=1e12), Tag("number")]
    | Annotated[Percent, Tag("percent")],
    Discriminator(lambda value: "percent" if isinstance(value, str) else "number"),
]


class UnitDocument(Document):
    """A unit with further names for it; one that nobody knows is a unit of its own.

    `optional: true` takes a number without it as well.
    """

    name: UnitName
    aliases: Annotated[tuple[UnitName, ...], Field(max_length=20)] = ()
    optional: bool = False

    @property
    def units(self) -> Units:
        return Units.with_aliases(self.name, self.aliases)


def _form_of_unit(value: object) -> str | None:
    if isinstance(value, str):
        return "name"
    return "unit" if isinstance(value, dict | UnitDocument) else None


type UnitText = Annotated[
    Annotated[UnitName, Tag("name")] | Annotated[UnitDocument, Tag("unit")],
    Discriminator(
        _form_of_unit,
        custom_error_type="form",
        custom_error_message="Write a unit such as KB, or {name: a unit, aliases: [its, names]}",
    ),
]


class WrongAnswerDocument(Document):
    """A wrong number that learners come to. `misconception` is for instructors."""

    value: Formula
    feedback: Markdown
    misconception: Line | None = None


class QuantityDocument(Document):
    """What a number is measured in and how exact it must be.

    `tolerance` is an amount in the unit, or a percentage of the answer such as "2%".
    """

    unit: UnitText | None = None
    unit_credit: Annotated[int | float, Field(ge=0, le=1)] = 0.5
    tolerance: ToleranceText = 0
    feedback: Markdown | None = None
    wrong_answers: Annotated[tuple[WrongAnswerDocument, ...], Field(max_length=10)] = ()

    @field_validator("unit")
    @classmethod
    def _is_known(cls, unit: str | UnitDocument | None) -> str | UnitDocument | None:
        if isinstance(unit, str) and not Units().find(unit):
            raise ValueError(
                f"nobody knows the unit '{unit}'; declare it as {{name: {unit}, aliases: [...]}}"
            )
        return unit


class PartDocument(QuantityDocument):
    """One of several numbers. `label` stands beside its field, such as "Read capacity"."""

    label: Line
    answer: Formula


class NumericDocument(QuestionDocument, QuantityDocument):
    """A question for one number (`answer`), or for several (`parts`), each worth the same."""

    kind: Literal["numeric"]
    answer: Formula | None = None
    parts: Annotated[tuple[PartDocument, ...], Field(max_length=8)] = ()

    @model_validator(mode="after")
    def _has_one_answer_or_parts(self) -> Self:
        if (self.answer is None) is (not self.parts):
            raise ValueError("write either 'answer', or 'parts' with an answer each")
        if self.parts and (self.unit or self.tolerance or self.feedback or self.wrong_answers):
            names = "unit, tolerance, feedback and wrong_answers"
            raise ValueError(f"move {names} into the parts that they belong to")
        return self

    @field_validator("parts")
    @classmethod
    def _are_several(cls, parts: tuple[PartDocument, ...]) -> tuple[PartDocument, ...]:
        if len(parts) == 1:
            raise ValueError("there is one part: write its keys above, without 'parts'")
        require_distinct("the labels", [part.label for part in parts])
        return parts


@dataclass(frozen=True)
class Numeric(Variant[tuple[Entry, ...]]):
    """The numbers that one learner is asked for."""

    slots: tuple[Slot, ...]

    @property
    def max_length(self) -> int:
        return MAX_CHARACTERS

    @override
    def read(self, fields: Fields) -> tuple[Entry, ...]:
        require_parts(fields, [slot.part for slot in self.slots])
        texts = [single(fields, slot.part) for slot in self.slots]
        if not any(text.strip() for text in texts):
            raise BlankAnswerError(_("Write a number."))
        if not all(text.strip() for text in texts):
            raise BlankAnswerError(_("Write a number into each field."))
        return tuple(map(read_entry, self.slots, texts))

    @override
    def mark(self, answer: tuple[Entry, ...]) -> Mark:
        score = sum((entry.score for entry in answer), Fraction(0)) / len(answer)
        return Mark(
            float(score),
            remarks=tuple(remark for entry in answer for remark in entry.remarks),
            misconceptions=tuple(filter(None, (entry.misconception for entry in answer))),
        )

    @override
    def summary(self, answer: tuple[Entry, ...]) -> str:
        return "; ".join(entry.canonical for entry in answer)[:MAX_SUMMARY]


def vary(question: Question, document: NumericDocument, draw: Draw) -> Numeric:
    head = Head.of(question, draw)
    if document.answer is not None:
        return Numeric(head, (_slot("", "", document.answer, document, draw),))
    slots = (
        _slot(str(index), draw.text(part.label), part.answer, part, draw)
        for index, part in enumerate(document.parts)
    )
    return Numeric(head, tuple(slots))


def _slot(
    part: str, label: str, answer: float | str, document: QuantityDocument, draw: Draw
) -> Slot:
    declared = document.unit
    units = declared.units if isinstance(declared, UnitDocument) else Units()
    unit = units.find(declared.name if isinstance(declared, UnitDocument) else declared or "")
    optional = isinstance(declared, UnitDocument) and declared.optional
    return Slot(
        part=part,
        label=label,
        number=draw.number(answer),
        formula=str(answer),
        tolerance=_tolerance(document.tolerance),
        unit=unit,
        units=units,
        unit_may_miss=unit is not None and (optional or unit.is_count),
        unit_credit=Fraction(str(document.unit_credit)),
        feedback=draw.fragment(document.feedback) if document.feedback else SafeString(),
        wrong=tuple(_wrong_number(wrong, draw) for wrong in document.wrong_answers),
    )


def _tolerance(text: float | str) -> Tolerance:
    if isinstance(text, str):
        return Tolerance(Fraction(text.rstrip(" %")) / 100, is_relative=True)
    return Tolerance(Fraction(str(text)))


def _wrong_number(document: WrongAnswerDocument, draw: Draw) -> WrongNumber:
    return WrongNumber(
        number=draw.number(document.value),
        formula=str(document.value),
        feedback=draw.fragment(document.feedback),
        misconception=document.misconception or "",
    )


def check(variant: Numeric) -> Iterator[Fault]:
    """What no learner could answer, and wrong numbers that would count as right."""
    for slot in variant.slots:
        right = slot.right_answer
        if not read_entry(slot, right).is_right:
            message = f"the answer, {right}, has more decimals than anybody writes: round it"
            yield Fault(
                f"{message}, or add a tolerance such as 1%", _place("answer", slot.formula)
            )
        for wrong in slot.wrong:
            near = max(map(slot.tolerance.around, (wrong.number, slot.number)))
            if abs(wrong.number - slot.number) <= near:
                message = f"the wrong answer {with_unit(wrong.number, slot.unit)} counts as right"
                advice = f"as {right} does: change its value or the tolerance"
                yield Fault(f"{message}, {advice}", _place("value", wrong.formula))


def _place(key: str, formula: str) -> str:
    """Finds the line of a formula in its author's file."""
    return rf"\b{key}:\s*[\"']?{re.escape(formula)}"


KIND = Kind("Numeric", NumericDocument, vary, check)
