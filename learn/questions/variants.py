"""From a question and a seed to the variant; and questions that come back from the database."""

import secrets
from functools import lru_cache
from typing import Any

from learn.prose.rendering import render_fragment, render_line
from learn.questions.kinds import KINDS
from learn.questions.question import MAX_SEED, Draw, Question, Section, Variant

type Json = dict[str, Any]

# Markdown takes a millisecond for each text, and a class of thirty is shown the same few.
_fragment = lru_cache(maxsize=8192)(render_fragment)
_line = lru_cache(maxsize=8192)(render_line)


def new_seed() -> int:
    """A seed that nobody can guess."""
    return secrets.randbelow(MAX_SEED)


def variant_of(question: Question, seed: int) -> Variant[Any]:
    """The variant that this seed gives."""
    return vary(question, Draw(seed, _fragment, _line))


def vary(question: Question, draw: Draw) -> Variant[Any]:
    """The variant that is drawn.

    Raises:
        ExpressionError: its parameters, or what is computed from them, have no value.
    """
    document = question.document
    return KINDS[question.kind].vary(question, document, draw.with_parameters(document))


def question_to_json(question: Question) -> Json:
    """All that its variants follow from, to be kept for as long as an answer is."""
    section = question.section
    return {
        "module": question.module,
        "slug": question.slug,
        "document": question.document.model_dump(mode="json"),
        "section": [section.module, section.lesson, section.anchor, section.title]
        if section
        else None,
        "content_hash": question.content_hash,
        "recorded": dict(question.recorded),
    }


def question_from_json(json: Json) -> Question:
    """The question that `question_to_json` wrote.

    Raises:
        pydantic.ValidationError, KeyError: it is of a version that this one cannot read.
    """
    kind = KINDS[json["document"]["kind"]]
    return Question(
        module=json["module"],
        slug=json["slug"],
        document=kind.document.model_validate(json["document"], strict=False),
        section=Section(*json["section"]) if json["section"] else None,
        content_hash=json["content_hash"],
        recorded=json.get("recorded", {}),
    )
