"""Our questions as items of QTI."""

from collections.abc import Iterator
from typing import Any

from learn.questions.exchange.carried import CannotCarryError
from learn.questions.exchange.portable import lost_keys, refuse_what_needs_us
from learn.questions.exchange.qti.names import Version
from learn.questions.exchange.qti.parts import PARTS, RESPONSE, SCORE, Parts, declare
from learn.questions.exchange.qti.tree import Builder
from learn.questions.exchange.qti.xml import Element
from learn.questions.kinds.matching import MatchingDocument
from learn.questions.kinds.numeric import NumericDocument
from learn.questions.kinds.ordering import OrderingDocument
from learn.questions.kinds.short_text import ShortTextDocument
from learn.questions.question import Question

FEEDBACK, EXPLANATION = "FEEDBACK", "EXPLANATION"


def write_item(question: Question, version: Version) -> tuple[bytes, list[str]]:
    """The item, and the names of what it could not take along.

    Raises:
        CannotCarryError: QTI cannot ask it as it is meant.
    """
    document = question.document
    refuse_what_needs_us(document)
    if question.kind not in PARTS:
        raise CannotCarryError(f"QTI has no questions of the kind '{question.kind}'")
    make = Builder(version)
    item = _item(question, make, PARTS[question.kind](document, make))
    return make.document(item), list(_lost(document))


def _item(question: Question, make: Builder, parts: Parts) -> Element:
    document = question.document
    body = make.make("itemBody", *make.prose(document.prompt))
    # QTI 3.0 asks what a rubric is for; not all versions of 2.1 know the word.
    use = "instructions" if make.version.is_3 else None
    for hint in document.hints:
        attributes = {"view": "tutor", "use": use, "class": "hint"}
        body.append(make.body("rubricBlock", hint, **attributes))
    body.append(parts.interaction)
    item = make.make(
        "assessmentItem",
        parts.response,
        *_outcomes(make, parts),
        body,
        make.make("responseProcessing", parts.scoring, *_shows_feedback(make, parts)),
        identifier=f"{question.module}-{question.slug}",
        title=question.slug,
        adaptive=False,
        timeDependent=False,
    )
    item.extend(
        _modal(make, FEEDBACK, identifier, text) for identifier, text in parts.feedback.items()
    )
    item.append(_modal(make, EXPLANATION, "SHOWN", document.explanation))
    return item


def _outcomes(make: Builder, parts: Parts) -> Iterator[Element]:
    zero = make.make("defaultValue", make.make("value", "0"))
    yield declare(make, "outcomeDeclaration", SCORE, "single", "float", zero)
    shown = make.make("defaultValue", make.make("value", "SHOWN"))
    yield declare(make, "outcomeDeclaration", EXPLANATION, "single", "identifier", shown)
    if parts.feedback:
        yield declare(make, "outcomeDeclaration", FEEDBACK, parts.cardinality, "identifier")


def _shows_feedback(make: Builder, parts: Parts) -> Iterator[Element]:
    """What was chosen is what is commented on."""
    if parts.feedback:
        chosen = make.make("variable", identifier=RESPONSE)
        yield make.make("setOutcomeValue", chosen, identifier=FEEDBACK)


def _modal(make: Builder, outcome: str, identifier: str, markdown: str) -> Element:
    return make.body(
        "modalFeedback",
        markdown,
        outcomeIdentifier=outcome,
        identifier=identifier,
        showHide="show",
    )


def _lost(document: Any) -> Iterator[str]:
    yield from lost_keys(document, frozenset({"hints"}))
    match document:
        case MatchingDocument() if document.confusions or any(p.feedback for p in document.pairs):
            yield "feedback on pairs"
        case OrderingDocument():
            if document.credit == "partial":
                yield "partial credit"
            if any(item.feedback or item.misconception for item in document.items):
                yield "feedback on items"
        case ShortTextDocument() if document.wrong:
            yield "feedback on wrong answers"
        case NumericDocument() if document.wrong_answers or document.feedback:
            yield "feedback on wrong answers"
