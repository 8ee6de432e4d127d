"""Files of evaluated artefacts."""

import difflib
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, JsonValue, field_validator, model_validator

from labs import MAX_CASES, Document, evaluator_names
from learn.questions.documents import Line, Markdown, QuestionDocument
from learn.questions.question import Json

INVALID = "invalid"
MIN_HIDDEN = 2

type Code = Annotated[str, Field(min_length=1, max_length=20_000, pattern=r"\S")]


class CaseDocument(Document):
    """One case: the keys that the evaluator asks for, and what must come out (`expect`).

    A learner sees a visible case with the question. Of a hidden one that fails first, there is the
    author's `feedback`: the symptom. The case itself is shown with the solution.
    """

    model_config = ConfigDict(extra="allow")

    name: Line
    visible: bool = False
    expect: JsonValue
    feedback: Markdown | None = None
    misconception: Line | None = None

    @model_validator(mode="after")
    def _keys_are_spelt_right(self) -> Self:
        for key in self.job:
            if close := difflib.get_close_matches(key, type(self).model_fields, n=1, cutoff=0.75):
                raise ValueError(f"unknown key '{key}': did you mean '{close[0]}'?")
        return self

    @property
    def job(self) -> Json:
        """The evaluator's own keys."""
        return self.model_extra or {}


class MistakeDocument(Document):
    """A wrong answer, and which case it fails first; "invalid" where AWS refuses it."""

    text: Code
    caught_by: Line
    misconception: Line


class ArtefactDocument(QuestionDocument):
    """A question whose answer is run on cases.

    `language` is what the box takes: text for an expression of DynamoDB, JSON for all else.

    Solutions and mistakes are proved by the real evaluator when content is checked.
    """

    kind: Literal["artefact"]
    evaluator: str
    options: dict[str, JsonValue] = Field(default_factory=dict)
    language: Literal["json", "text"] | None = None
    starter: Code | None = None
    credit: Literal["all_or_nothing", "per_case"] = "all_or_nothing"
    cases: Annotated[tuple[CaseDocument, ...], Field(min_length=3, max_length=MAX_CASES)]
    solutions: Annotated[tuple[Code, ...], Field(min_length=1, max_length=5)]
    mistakes: Annotated[tuple[MistakeDocument, ...], Field(min_length=2, max_length=10)]

    @field_validator("evaluator")
    @classmethod
    def _there_is_such_an_evaluator(cls, evaluator: str) -> str:
        if evaluator not in evaluator_names():
            known = ", ".join(evaluator_names())
            raise ValueError(f"there is no '{evaluator}'; there are: {known}")
        return evaluator

    @property
    def is_json(self) -> bool:
        """Whether an answer must be JSON."""
        if self.language:
            return self.language == "json"
        return self.evaluator != "dynamodb_expression" or bool(self.options.get("whole"))
