"""Short text: a word or a phrase, in one of the forms that the author accepts."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, override

import re2
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pydantic import Field, field_validator

from labs import Document
from learn.questions.documents import Line, Markdown, QuestionDocument
from learn.questions.fields import AnswerError, BlankAnswerError, Fields, require_parts, single
from learn.questions.question import Draw, Fault, Head, Kind, Mark, Question, Remark, Variant
from learn.questions.spelling import Spelling, near_miss

MAX_LENGTH = 200

type Form = Annotated[str, Field(min_length=1, max_length=MAX_LENGTH, pattern=r"^\S[^\n]*$")]


class WrongDocument(Document):
    """Wrong answers that have feedback of their own."""

    forms: Annotated[tuple[Form, ...], Field(min_length=1, max_length=20)]
    feedback: Markdown
    misconception: Line | None = None


class ShortTextDocument(QuestionDocument, Spelling):
    """A question with an answer to type. The first form of `accept` is shown as the right one.

    `regex` are further forms, in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax),
    which has neither look-around nor back-references and so never takes long. One must fit the
    whole answer after `tidy`. Parameters are not filled into it.
    """

    kind: Literal["short_text"]
    accept: Annotated[tuple[Form, ...], Field(min_length=1, max_length=20)]
    regex: Annotated[tuple[Form, ...], Field(max_length=10)] = ()
    wrong: Annotated[tuple[WrongDocument, ...], Field(max_length=10)] = ()
    check_spelling: bool = True

    @field_validator("regex")
    @classmethod
    def _patterns_compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            compiled(pattern, ignore_case=False)
        return patterns


@lru_cache(maxsize=1024)
def compiled(pattern: str, *, ignore_case: bool) -> Any:
    """The pattern, which matches in time linear in the text.

    Raises:
        ValueError: it is none, or asks for what that rules out.
    """
    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else error
        raise ValueError(f"the pattern '{pattern}' is not one of RE2: {reason}") from None


@dataclass(frozen=True)
class Wrong:
    """Recognised wrong forms, as they are compared."""

    forms: tuple[str, ...]
    feedback: SafeString
    misconception: str


@dataclass(frozen=True)
class Typed:
    """An answer as it was typed, and as it is compared."""

    text: str
    form: str


@dataclass(frozen=True)
class ShortText(Variant[Typed]):
    """The forms of one variant: `accept` as the author wrote them, parameters filled."""

    accept: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    document: ShortTextDocument

    @property
    def max_length(self) -> int:
        return MAX_LENGTH

    @override
    def read(self, fields: Fields) -> Typed:
        require_parts(fields)
        text = single(fields)
        if len(text) > MAX_LENGTH:
            sentence = _(
                "An answer here has at most %(most)s characters, and yours %(number)s. Shorten it."
            )
            raise AnswerError(sentence % {"most": MAX_LENGTH, "number": f"{len(text):,}"})
        form = self.document.compared(text)
        if not form:
            raise BlankAnswerError(_("Write an answer."))
        return Typed(" ".join(text.split()), form)

    def accepts(self, text: str) -> bool:
        """Whether the text is a right answer."""
        rules = self.document
        if rules.compared(text) in map(rules.compared, self.accept):
            return True
        tidied = rules.tidy(text)
        patterns = (compiled(pattern, ignore_case=rules.ignore_case) for pattern in rules.regex)
        return any(pattern.fullmatch(tidied) for pattern in patterns)

    @override
    def mark(self, answer: Typed) -> Mark:
        if self.accepts(answer.text):
            return Mark(1.0)
        for wrong in self.wrong:
            if answer.form in wrong.forms:
                ideas = (wrong.misconception,) if wrong.misconception else ()
                return Mark(0.0, (Remark(wrong.feedback, is_right=False),), ideas)
        hint = near_miss(answer.text, self.accept) if self.document.check_spelling else ""
        return Mark(0.0, (Remark(format_html("<p>{}</p>", hint), is_right=False),) if hint else ())

    @override
    def summary(self, answer: Typed) -> str:
        return answer.form[:MAX_LENGTH]


def vary(question: Question, document: ShortTextDocument, draw: Draw) -> ShortText:
    wrong = tuple(
        Wrong(
            forms=tuple(document.compared(draw.text(form)) for form in each.forms),
            feedback=draw.fragment(each.feedback),
            misconception=each.misconception or "",
        )
        for each in document.wrong
    )
    accept = tuple(map(draw.text, document.accept))
    return ShortText(Head.of(question, draw), accept, wrong, document)


def check(variant: ShortText) -> Iterator[Fault]:
    """Forms that no answer can have, and wrong ones that are right or stand twice."""
    for form in variant.accept:
        if not variant.document.compared(form) or len(form) > MAX_LENGTH:
            yield Fault(f"accept: nobody can give the answer '{form}'; write another", "^accept:")
    seen: set[str] = set()
    for form in (form for wrong in variant.wrong for form in wrong.forms):
        if not form or variant.accepts(form):
            reason = "is also accepted" if form else "is empty when it is compared"
            yield Fault(f"wrong: the form '{form}' {reason}; remove it", "^wrong:")
        if form in seen:
            yield Fault(f"wrong: the form '{form}' stands twice; name it once", "^wrong:")
        seen.add(form)


KIND = Kind("Short text", ShortTextDocument, vary, check)
