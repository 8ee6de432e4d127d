"""Parameters as authors write them."""

import keyword
import re
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from labs import Document
from learn.questions.parameters.functions import FUNCTIONS
from learn.questions.parameters.language import MAX_CHARACTERS, parse

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RANGE = re.compile(r"\s*(\d+)\s*(?:-|\.\.+)\s*(\d+)\s*")

type Number = int | float
type Plain = Number | str


def _read(text: str) -> str:
    parse(text)
    return text


type Expression = Annotated[str, Field(max_length=MAX_CHARACTERS), AfterValidator(_read)]
"""A text in the language of expressions."""

type Formula = Annotated[
    Annotated[Number, Tag("number")] | Annotated[Expression, Tag("expression")],
    Discriminator(lambda value: "expression" if isinstance(value, str) else "number"),
]
"""A number, or an expression that gives one."""


class RangeDocument(Document):
    """One of the numbers from, from + step, ... up to `to`."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Annotated[float, Field(alias="from", ge=-1e12, le=1e12)]
    to: Annotated[float, Field(ge=-1e12, le=1e12)]
    step: Annotated[float, Field(gt=1e-9, le=1e12)] = 1

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        if self.from_ + self.step > self.to:
            raise ValueError(
                f"from {self.from_:g} to {self.to:g} by {self.step:g} is fewer than two values"
            )
        return self


class ChoiceDocument(Document):
    """One of some values: numbers, texts, or lists of them, such as `[GetItem, 1]`."""

    choice: Annotated[
        tuple[Plain | Annotated[tuple[Plain, ...], Field(min_length=1, max_length=20)], ...],
        Field(min_length=2, max_length=100),
    ]

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        for value in self.choice:
            if self.choice.count(value) > 1:
                raise ValueError(f"the choice {value!r} stands twice: name it once")
        return self


def _form(value: object) -> str | None:
    match value:
        case str():
            return "expression"
        case int() | float() if not isinstance(value, bool):
            return "number"
        case ChoiceDocument() | {"choice": _}:
            return "choice"
        case RangeDocument() | dict():
            return "range"
        case _:
            return None


def _no_range(text: str) -> str:
    if bounds := _RANGE.fullmatch(text):
        raise ValueError(
            f"'{text}' is one number; for a range write {{from: {bounds[1]}, to: {bounds[2]}}}"
        )
    return text


type ParameterDocument = Annotated[
    Annotated[RangeDocument, Tag("range")]
    | Annotated[ChoiceDocument, Tag("choice")]
    | Annotated[Annotated[Expression, AfterValidator(_no_range)], Tag("expression")]
    | Annotated[Number, Tag("number")],
    Discriminator(
        _form,
        custom_error_type="form",
        custom_error_message="Write {from: 1, to: 9}, {choice: [5, 7]} or an expression",
    ),
]


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no name: use small letters, digits and _, up to 40 of them")
    if keyword.iskeyword(name) or name in FUNCTIONS:
        raise ValueError(f"'{name}' is a word of the expressions: take another name")
    return name


type ParameterName = Annotated[str, AfterValidator(_name)]
type Parameters = Annotated[dict[ParameterName, ParameterDocument], Field(max_length=30)]
