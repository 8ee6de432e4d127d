"""Our questions in GIFT."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from learn.questions.exchange.carried import CannotCarryError, Note
from learn.questions.exchange.gift.syntax import escape
from learn.questions.exchange.portable import (
    answer_and_tolerance,
    lost_keys,
    plain,
    refuse_what_needs_us,
)
from learn.questions.kinds.matching import MatchingDocument
from learn.questions.kinds.multiple_choice import MultipleChoiceDocument
from learn.questions.kinds.multiple_select import MultipleSelectDocument
from learn.questions.kinds.numeric import NumericDocument
from learn.questions.kinds.short_text import ShortTextDocument
from learn.questions.question import Question


def write_gift(questions: Iterable[Question]) -> tuple[str, list[Note]]:
    """A GIFT file with the questions that it can express, and notes on what it cannot."""
    parts: list[str] = []
    notes: list[Note] = []
    module = None
    for question in questions:
        try:
            text = _text(question)
        except CannotCarryError as error:
            notes.append(Note(question.path, str(error), is_left_out=True))
            continue
        if question.module != module:
            module = question.module
            parts.append(f"$CATEGORY: {module}\n")
        parts.append(text)
        notes += _notes(question)
    return "\n".join(parts), notes


def _text(question: Question) -> str:
    document = question.document
    refuse_what_needs_us(document)
    if question.kind not in ANSWERS:
        raise CannotCarryError(f"GIFT has no questions of the kind '{question.kind}'")
    answers = "\n".join(f"  {line}" for line in ANSWERS[question.kind](document))
    tags = "".join(f" [tag:{concept}]" for concept in document.concepts)
    comment = f"//{tags}\n" if tags else ""
    prompt, explanation = escape(document.prompt), escape(document.explanation)
    title = f"::{escape(question.slug)}::[markdown]"
    return f"{comment}{title}{prompt} {{\n{answers}\n  ####{explanation}\n}}\n"


def _notes(question: Question) -> Iterator[Note]:
    lost = list(lost_keys(question.document, frozenset({"concepts"})))
    if isinstance(question.document, MatchingDocument) and (
        question.document.confusions or any(pair.feedback for pair in question.document.pairs)
    ):
        lost.append("feedback on pairs")
    if isinstance(question.document, NumericDocument) and question.document.feedback:
        lost.append("feedback on other answers")
    if lost:
        yield Note(question.path, f"without its {', '.join(lost)}")


def _answer(sign: str, text: str, feedback: str | None) -> str:
    return f"{sign}{escape(text)}" + (f" #{escape(feedback)}" if feedback else "")


def _multiple_choice(document: MultipleChoiceDocument) -> Iterator[str]:
    for option in document.options:
        yield _answer("=" if option.correct else "~", option.text, option.feedback)


def _multiple_select(document: MultipleSelectDocument) -> Iterator[str]:
    right = sum(option.correct for option in document.options)
    wrong = len(document.options) - right
    # Moodle adds up what is chosen: all or nothing is a wrong one that takes everything.
    penalty = 100 if document.credit == "all_or_nothing" else 100 / wrong
    for option in document.options:
        weight = 100 / right if option.correct else -penalty
        yield _answer(f"~%{_percent(weight)}%", option.text, option.feedback)


def _percent(weight: float) -> str:
    """With five decimals, as Moodle knows a third."""
    return f"{weight:.5f}".rstrip("0").rstrip(".")


def _matching(document: MatchingDocument) -> Iterator[str]:
    if any("->" in pair.left for pair in document.pairs):
        raise CannotCarryError("a term has a '->', which ends it in GIFT")
    for pair in document.pairs:
        yield f"={escape(pair.left)} -> {escape(pair.right)}"
    for spare in document.spare:
        yield f"= -> {escape(spare)}"


def _short_text(document: ShortTextDocument) -> Iterator[str]:
    forms = [*document.accept, *(form for wrong in document.wrong for form in wrong.forms)]
    if any("*" in form or "->" in form for form in forms):
        raise CannotCarryError("a form has a '*' or a '->', which mean something else in GIFT")
    for form in document.accept:
        yield _answer("=", form, None)
    for wrong in document.wrong:
        for form in wrong.forms:
            yield _answer("=%0%", form, wrong.feedback)


def _numeric(document: NumericDocument) -> Iterator[str]:
    answer, tolerance = answer_and_tolerance(document)
    yield "#"
    yield f"={plain(answer)}:{plain(tolerance)}"
    for wrong in document.wrong_answers:
        if isinstance(wrong.value, str):
            raise CannotCarryError("a wrong answer is an expression")
        yield _answer("=%0%", str(wrong.value), wrong.feedback)


type Write = Callable[[Any], Iterator[str]]

ANSWERS: dict[str, Write] = {
    "multiple_choice": _multiple_choice,
    "multiple_select": _multiple_select,
    "matching": _matching,
    "short_text": _short_text,
    "numeric": _numeric,
}
