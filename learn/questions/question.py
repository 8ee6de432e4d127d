"""A question, a variant of it for one learner, and the mark of an answer. Rules without Django.

A variant follows from the question and a seed alone: the same two give the same texts, the same
order and the same mark of the same answer, today and in a regrading next year.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Self

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from learn.core.digests import digest
from learn.prose.rendering import render_fragment, render_line
from learn.questions.documents import QuestionDocument
from learn.questions.fields import Fields
from learn.questions.parameters import Values, draw_values, evaluate_number, fill

type Json = dict[str, Any]

MAX_SEED = 2**31


@dataclass(frozen=True)
class Section:
    """A place in a lesson that a question points to."""

    module: str
    lesson: str
    anchor: str
    title: str

    @property
    def url(self) -> str:
        page = reverse("lessons:lesson", args=[self.module, self.lesson])
        return f"{page}#{self.anchor}"


@dataclass(frozen=True)
class Question:
    """A question as its author wrote it. `slug` is its file's name, unique in its module.

    `recorded` is what its snippets printed when `record_outputs` ran them.
    """

    module: str
    slug: str
    document: QuestionDocument
    section: Section | None
    content_hash: str
    recorded: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def path(self) -> str:
        """Names it in the whole course: "sqs/who-deletes"."""
        return f"{self.module}/{self.slug}"

    @property
    def kind(self) -> str:
        return self.document.kind

    def part_id(self, text: str) -> str:
        """Names an option or an item as long as its text stays; tells not what is right.

        The text is the author's, before parameters fill it: all variants have the same ids.
        """
        return digest(self.slug, " ".join(text.split()))[:10]


@dataclass(frozen=True)
class Draw:
    """What chance decides of one variant, and the author's texts filled with it.

    Without `values` there is nothing to fill in, and "{{" is plain text. The methods take what the
    author wrote; all but `dice` raise ExpressionError where that is wrong.
    """

    seed: int
    block: Callable[[str], SafeString] = render_fragment
    phrase: Callable[[str], SafeString] = render_line
    values: Values = field(default_factory=dict)

    def with_parameters(self, document: QuestionDocument) -> Self:
        """The same draw with the values of the question's parameters."""
        drawn = draw_values(document.parameters, document.require, document.values_seed(self.seed))
        return replace(self, values=drawn.values)

    def number(self, formula: float | str) -> Fraction:
        """What a number or an expression is worth."""
        return evaluate_number(formula, self.values)

    def text(self, template: str) -> str:
        """A text that is no Markdown, such as JSON or code."""
        return fill(template, self.values) if self.values else template

    def fragment(self, template: str) -> SafeString:
        """A block of Markdown, rendered."""
        return self.block(self.text(template))

    def line(self, template: str) -> SafeString:
        """A phrase in Markdown, rendered."""
        return self.phrase(self.text(template))

    def dice(self, purpose: str) -> random.Random:
        """Dice of their own for each purpose: what is added later shuffles nothing else."""
        return random.Random(f"{self.seed} {purpose}")  # noqa: S311 - reproducible, no secret


@dataclass(frozen=True)
class Remark:
    """One sentence on an answer, or on a part of it. `is_right` is None where it is neither."""

    html: SafeString
    is_right: bool | None = None


@dataclass(frozen=True)
class Mark:
    """What an answer is worth: 0 to 1, and why. `misconceptions` are for instructors."""

    score: float
    remarks: tuple[Remark, ...] = ()
    misconceptions: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.score == 1


@dataclass(frozen=True)
class Head:
    """What a variant of every kind has."""

    question: Question
    seed: int
    prompt: SafeString
    hints: tuple[SafeString, ...]
    explanation: SafeString

    @classmethod
    def of(cls, question: Question, draw: Draw) -> "Head":
        document = question.document
        return Head(
            question,
            draw.seed,
            prompt=draw.fragment(document.prompt),
            hints=tuple(map(draw.fragment, document.hints)),
            explanation=draw.fragment(document.explanation),
        )


@dataclass(frozen=True)
class Variant[A](ABC):
    """A question as one learner sees it. `A` is an answer that can be marked.

    The template `questions/_<kind>.html` asks it, `questions/_<kind>_answer.html` shows an answer.
    """

    head: Head

    @property
    def question(self) -> Question:
        return self.head.question

    @property
    def input_template(self) -> str:
        return f"questions/_{self.question.kind}.html"

    @property
    def answer_template(self) -> str:
        return f"questions/_{self.question.kind}_answer.html"

    @abstractmethod
    def read(self, fields: Fields) -> A:
        """The answer in what a browser sent.

        Raises:
            BlankAnswerError: nothing, or not all, is answered.
            AnswerError: it is no answer to this variant, such as an option that was not offered.
        """

    @abstractmethod
    def mark(self, answer: A) -> Mark:
        """What the answer is worth."""

    def job(self, _answer: A) -> Json | None:
        """What a grading worker must find out before the answer can be marked; None: nothing."""
        return None

    def mark_evaluated(self, answer: A, _evaluation: Json) -> Mark:
        """What the answer is worth, after the worker did its `job`."""
        return self.mark(answer)

    @abstractmethod
    def summary(self, answer: A) -> str:
        """The answer in at most 200 characters, the same for the same answer: to be counted."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a variant, for its author. `pattern` finds the line in the file."""

    message: str
    pattern: str = "^kind:"


def same_twice(shown: Sequence[str], key: str) -> Iterator[Fault]:
    """The texts below `key` that look the same, although their author wrote different ones."""
    for text in dict.fromkeys(text for text in shown if shown.count(text) > 1):
        yield Fault(f"{shown.count(text)} {key} are shown as '{strip_tags(text)}'", f"^{key}:")


def _no_faults(_variant: Any) -> Iterable[Fault]:
    return ()


@dataclass(frozen=True)
class Kind[D: QuestionDocument]:
    """A kind of question: the model that reads its files, and the variants that they have.

    `check` tells what is wrong with one variant although its document is right, such as options
    that parameters have made the same. It is asked of one variant of every question, and of 200 of
    those with parameters.
    """

    label: str
    document: type[D]
    vary: Callable[[Question, D, Draw], Variant[Any]]
    check: Callable[[Any], Iterable[Fault]] = _no_faults
