"""A quiz as a form: one field a question, named answer-<slug>."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import override

from django import forms
from django.forms import BoundField

from learn.catalog.catalogue import MultipleChoice, Question, Quiz

PREFIX = "answer-"
STALE_FORM = "This form is incomplete or out of date. Load the page again, then answer."
UNKNOWN_QUESTION = (
    "An answer was sent to a question that is not, or no longer, in this quiz. "
    "Nothing was recorded: look through your answers and send them again."
)


@dataclass(frozen=True)
class Row:
    """A question and its field."""

    question: Question
    field: BoundField

    @property
    def template(self) -> str:
        return f"quizzes/_{self.question.kind}.html"


class QuizForm(forms.Form):
    """Every question must be answered with one of its own options."""

    form_key = forms.UUIDField(
        error_messages={"required": STALE_FORM, "invalid": STALE_FORM},
    )

    def __init__(self, quiz: Quiz, data: Mapping[str, str] | None = None) -> None:
        super().__init__(data)
        self.quiz = quiz
        for question in quiz.questions:
            self.fields[PREFIX + question.slug] = _field(question)

    @override
    def clean(self) -> None:
        if any(name.startswith(PREFIX) and name not in self.fields for name in self.data):
            self.add_error(None, UNKNOWN_QUESTION)
        for message in self.errors.get("form_key", []):
            self.add_error(None, message)

    @property
    def rows(self) -> Iterator[Row]:
        for question in self.quiz.questions:
            yield Row(question, self[PREFIX + question.slug])

    @property
    def new_key(self) -> uuid.UUID:
        """The key of the form that is shown now: whatever was sent before, was not recorded."""
        return uuid.uuid4()

    @property
    def answers(self) -> dict[str, str]:
        """`{question slug: option id}` of a valid form."""
        return {
            question.slug: self.cleaned_data[PREFIX + question.slug]
            for question in self.quiz.questions
        }


def _field(question: Question) -> forms.Field:
    match question:
        case MultipleChoice():
            return forms.ChoiceField(
                choices=[(option.id, option.id) for option in question.options],
                error_messages={
                    "required": "Choose an answer.",
                    "invalid_choice": "That is not one of this question's answers. Choose again.",
                },
            )
