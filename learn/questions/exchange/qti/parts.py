"""What each kind of question gives an item: response, interaction, scoring, feedback."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from learn.questions.exchange.portable import answer_and_tolerance, plain
from learn.questions.exchange.qti.tree import Builder
from learn.questions.exchange.qti.xml import Element
from learn.questions.kinds.matching import MatchingDocument
from learn.questions.kinds.multiple_choice import MultipleChoiceDocument
from learn.questions.kinds.multiple_select import MultipleSelectDocument
from learn.questions.kinds.numeric import NumericDocument
from learn.questions.kinds.ordering import OrderingDocument
from learn.questions.kinds.short_text import ShortTextDocument

RESPONSE, SCORE = "RESPONSE", "SCORE"

type Choice = MultipleChoiceDocument | MultipleSelectDocument


@dataclass(frozen=True)
class Parts:
    """What one kind gives an item. `feedback` is on choices, `{identifier: Markdown}`."""

    response: Element
    interaction: Element
    scoring: Element
    feedback: dict[str, str]
    cardinality: str = "single"


def declare(
    make: Builder, name: str, identifier: str, cardinality: str, base: str, *children: Element
) -> Element:
    return make.make(
        name, *children, identifier=identifier, cardinality=cardinality, baseType=base
    )


def _correct(make: Builder, values: Sequence[str]) -> Element:
    return make.make("correctResponse", *(make.make("value", value) for value in values))


def _mapping(make: Builder, points: dict[str, float], **attributes: object) -> Element:
    entries = [
        make.make("mapEntry", mapKey=key, mappedValue=f"{value:.10g}", **attributes)
        for key, value in points.items()
    ]
    return make.make("mapping", *entries, lowerBound=0, upperBound=1, defaultValue=0)


def _adds_points(make: Builder) -> Element:
    return make.make(
        "setOutcomeValue", make.make("mapResponse", identifier=RESPONSE), identifier=SCORE
    )


def _all_or_nothing(make: Builder, name: str = "match", **attributes: object) -> Element:
    """One point if the response is the right one."""
    given = make.make("variable", identifier=RESPONSE)
    right = make.make("correct", identifier=RESPONSE)
    one = make.make("baseValue", "1", baseType="float")
    point = make.make("setOutcomeValue", one, identifier=SCORE)
    condition = make.make("responseIf", make.make(name, given, right, **attributes), point)
    return make.make("responseCondition", condition)


def _choices(document: Choice, make: Builder, **limits: object) -> Element:
    found = [
        make.phrase("simpleChoice", option.text, identifier=f"c{place}")
        for place, option in enumerate(document.options, start=1)
    ]
    return make.make(
        "choiceInteraction",
        *found,
        responseIdentifier=RESPONSE,
        shuffle=document.shuffle,
        **limits,
    )


def _said(document: Choice) -> dict[str, str]:
    options = enumerate(document.options, start=1)
    return {f"c{place}": option.feedback for place, option in options if option.feedback}


def _right(document: Choice) -> list[str]:
    options = enumerate(document.options, start=1)
    return [f"c{place}" for place, option in options if option.correct]


def _multiple_choice(document: MultipleChoiceDocument, make: Builder) -> Parts:
    correct = _correct(make, _right(document))
    return Parts(
        response=declare(make, "responseDeclaration", RESPONSE, "single", "identifier", correct),
        interaction=_choices(document, make, maxChoices=1),
        scoring=_all_or_nothing(make),
        feedback=_said(document),
    )


def _multiple_select(document: MultipleSelectDocument, make: Builder) -> Parts:
    right = _right(document)
    children = [_correct(make, right)]
    is_partial = document.credit == "partial"
    if is_partial:
        children.append(_mapping(make, _shares(len(document.options), right)))
    pick = document.pick
    response = declare(make, "responseDeclaration", RESPONSE, "multiple", "identifier", *children)
    return Parts(
        response=response,
        interaction=_choices(document, make, maxChoices=pick or 0, minChoices=pick),
        scoring=_adds_points(make) if is_partial else _all_or_nothing(make),
        feedback=_said(document),
        cardinality="multiple",
    )


def _shares(count: int, right: list[str]) -> dict[str, float]:
    wrong = -1 / (count - len(right))
    names = [f"c{place}" for place in range(1, count + 1)]
    return {name: 1 / len(right) if name in right else wrong for name in names}


def _ordering(document: OrderingDocument, make: Builder) -> Parts:
    names = [f"c{place}" for place in range(1, len(document.items) + 1)]
    choices = [
        make.phrase("simpleChoice", item.text, identifier=name)
        for name, item in zip(names, document.items, strict=True)
    ]
    # The file's order is the right one, so it must not be the one that is shown.
    interaction = make.make(
        "orderInteraction", *choices, responseIdentifier=RESPONSE, shuffle=True
    )
    response = declare(
        make, "responseDeclaration", RESPONSE, "ordered", "identifier", _correct(make, names)
    )
    return Parts(response, interaction, _all_or_nothing(make), {})


def _matching(document: MatchingDocument, make: Builder) -> Parts:
    rights = {text: f"r{place}" for place, text in enumerate(document.rights, start=1)}
    lefts = [(f"l{place}", pair) for place, pair in enumerate(document.pairs, start=1)]
    right = [f"{name} {rights[pair.right]}" for name, pair in lefts]
    one = 1 / len(right)
    response = declare(
        make,
        "responseDeclaration",
        RESPONSE,
        "multiple",
        "directedPair",
        _correct(make, right),
        _mapping(make, dict.fromkeys(right, one)),
    )
    terms = [
        make.phrase("simpleAssociableChoice", pair.left, identifier=name, matchMax=1)
        for name, pair in lefts
    ]
    # 0 is as often as you like: two terms may have the same match.
    choices = [
        make.phrase("simpleAssociableChoice", text, identifier=name, matchMax=0)
        for text, name in rights.items()
    ]
    interaction = make.make(
        "matchInteraction",
        make.make("simpleMatchSet", *terms),
        make.make("simpleMatchSet", *choices),
        responseIdentifier=RESPONSE,
        shuffle=True,
        maxAssociations=len(lefts),
    )
    return Parts(response, interaction, _adds_points(make), {})


def _field(make: Builder) -> Element:
    entry = make.make("textEntryInteraction", responseIdentifier=RESPONSE)
    paragraph = make.prose("x")[0]
    paragraph.text = None
    paragraph.append(entry)
    return paragraph


def _short_text(document: ShortTextDocument, make: Builder) -> Parts:
    points = dict.fromkeys(document.accept, 1.0)
    mapping = _mapping(make, points, caseSensitive=not document.ignore_case)
    response = declare(
        make,
        "responseDeclaration",
        RESPONSE,
        "single",
        "string",
        _correct(make, document.accept[:1]),
        mapping,
    )
    return Parts(response, _field(make), _adds_points(make), {})


def _numeric(document: NumericDocument, make: Builder) -> Parts:
    answer, tolerance = answer_and_tolerance(document)
    response = declare(
        make,
        "responseDeclaration",
        RESPONSE,
        "single",
        "float",
        _correct(make, [plain(answer)]),
    )
    amount = plain(tolerance)
    scoring = _all_or_nothing(
        make, "equal", toleranceMode="absolute", tolerance=f"{amount} {amount}"
    )
    return Parts(response, _field(make), scoring, {})


PARTS: dict[str, Callable[[Any, Builder], Parts]] = {
    "multiple_choice": _multiple_choice,
    "multiple_select": _multiple_select,
    "ordering": _ordering,
    "matching": _matching,
    "short_text": _short_text,
    "numeric": _numeric,
}
