"""The interactions of QTI that one of our kinds can ask."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from learn.questions.exchange.carried import CannotCarryError, Json
from learn.questions.exchange.qti.content import markdown
from learn.questions.exchange.qti.names import attribute, local
from learn.questions.exchange.qti.xml import Element

CHOICES = frozenset({"simpleChoice", "simpleAssociableChoice"})
NUMBERS = frozenset({"float", "integer"})


@dataclass(frozen=True)
class Source:
    """What a reader of an interaction looks at."""

    item: Element
    interaction: Element
    response: Element
    feedback: dict[tuple[str, str], str]

    @property
    def correct(self) -> list[str]:
        """The values of the right response, in order."""
        found = [element for element in self.response if local(element) == "correctResponse"]
        values = [child for element in found for child in element if local(child) == "value"]
        return [(value.text or "").strip() for value in values]

    @property
    def mapped(self) -> dict[str, float]:
        """`{response: points}`."""
        entries = [each for each in self.response.iter() if local(each) == "mapEntry"]
        return {
            attribute(entry, "mapKey"): number(attribute(entry, "mappedValue"))
            for entry in entries
        }

    @property
    def right(self) -> list[str]:
        """What is right, told by either."""
        mapped = self.mapped
        best = max(mapped.values(), default=0)
        return self.correct or [key for key, points in mapped.items() if best and points == best]

    @property
    def is_mapped(self) -> bool:
        """Whether the score adds up points, instead of asking for all."""
        return any(
            local(element) == "mapResponse" or "map_response" in attribute(element, "template")
            for element in self.item.iter()
        )

    def said_of(self, identifier: str) -> str:
        """The feedback on a choice."""
        said = (text for (_, each), text in self.feedback.items() if each == identifier)
        return "\n\n".join(filter(None, said))


def identifiers(interaction: Element) -> set[str]:
    """Of all its choices."""
    return {attribute(each, "identifier") for each in _choices(interaction)}


def _choices(element: Element) -> list[Element]:
    return [each for each in element.iter() if local(each) in CHOICES]


def number(text: str) -> float:
    """Raises CannotCarryError if it is no finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CannotCarryError(f"'{text[:40]}' is no number")
    return value


def _choice(source: Source) -> Json:
    right = source.right
    options = [_option(source, each, right) for each in _choices(source.interaction)]
    shuffle = {} if attribute(source.interaction, "shuffle") == "true" else {"shuffle": False}
    points = {value for value in source.mapped.values() if value > 0}
    if attribute(source.response, "cardinality") == "multiple":
        if source.is_mapped and len(points) > 1:
            raise CannotCarryError("its right answers are worth different amounts")
        return {
            "kind": "multiple_select",
            "options": options,
            **_pick(source, len(right)),
            "credit": "partial" if source.is_mapped else "all_or_nothing",
            **shuffle,
        }
    if sum(points > 0 for points in source.mapped.values()) > 1:
        raise CannotCarryError("several answers get points, and only one can be chosen")
    return {"kind": "multiple_choice", "options": options, **shuffle}


def _option(source: Source, choice: Element, right: list[str]) -> Json:
    identifier = attribute(choice, "identifier")
    option: Json = {"text": markdown(choice)}
    if identifier in right:
        option["correct"] = True
    if said := source.said_of(identifier):
        option["feedback"] = said
    return option


def _pick(source: Source, count: int) -> Json:
    limits = {attribute(source.interaction, name) for name in ("minChoices", "maxChoices")}
    return {"pick": count} if limits == {str(count)} and count > 1 else {}


def _order(source: Source) -> Json:
    by_id = {attribute(each, "identifier"): each for each in _choices(source.interaction)}
    order = source.correct
    if sorted(order) != sorted(by_id):
        raise CannotCarryError("its right order does not name every item once")
    return {"kind": "ordering", "items": [_item(source, by_id[each]) for each in order]}


def _item(source: Source, choice: Element) -> Json:
    said = source.said_of(attribute(choice, "identifier"))
    return {"text": markdown(choice), **({"feedback": said} if said else {})}


def _match(source: Source) -> Json:
    pairs = [value.split() for value in source.right]
    texts = {attribute(each, "identifier"): each for each in _choices(source.interaction)}
    if any(len(pair) != 2 or not set(pair) <= set(texts) for pair in pairs):
        raise CannotCarryError("its pairs name choices that it does not have")
    lefts = [first for first, _ in pairs]
    if len(set(lefts)) < len(lefts):
        raise CannotCarryError("a term belongs to several others")
    left_ids = _left_set(source, lefts)
    if set(lefts) != left_ids:
        raise CannotCarryError("a term belongs to nothing")
    used = {second for _, second in pairs}
    return {
        "kind": "matching",
        "pairs": [
            {"left": markdown(texts[first]), "right": markdown(texts[second])}
            for first, second in pairs
        ],
        "spare": [markdown(texts[each]) for each in texts if each not in left_ids | used],
    }


def _left_set(source: Source, lefts: list[str]) -> set[str]:
    """The identifiers of the set in which the terms are."""
    sets = [each for each in source.interaction if local(each) == "simpleMatchSet"]
    for each in sets:
        found = identifiers(each)
        if lefts and set(lefts) <= found:
            return found
    raise CannotCarryError("its terms are not in one set")


def _text_entry(source: Source) -> Json:
    if attribute(source.response, "baseType") in NUMBERS:
        return _number(source)
    mapped = source.mapped
    best = max(mapped.values(), default=0)
    if any(0 < points < best for points in mapped.values()):
        raise CannotCarryError("some of its answers get a part of the points")
    full = [key for key, points in mapped.items() if points > 0]
    accept = list(dict.fromkeys([*source.correct, *full]))
    if not accept:
        raise CannotCarryError("it names no right answer")
    entries = [each for each in source.response.iter() if local(each) == "mapEntry"]
    ignores_case = bool(entries) and all(
        attribute(entry, "caseSensitive") == "false" for entry in entries
    )
    return {"kind": "short_text", "accept": accept, "ignore_case": ignores_case}


def _number(source: Source) -> Json:
    if len(source.correct) != 1:
        raise CannotCarryError("it has not one right number")
    document: Json = {"kind": "numeric", "answer": _short(number(source.correct[0]))}
    equal = next((each for each in source.item.iter() if local(each) == "equal"), None)
    if equal is not None and attribute(equal, "toleranceMode") in ("absolute", "relative"):
        document["tolerance"] = _tolerance(equal)
    return document


def _tolerance(equal: Element) -> int | float | str:
    amounts = {number(text) for text in attribute(equal, "tolerance").split()}
    if len(amounts) != 1:
        raise CannotCarryError("its tolerance is not the same on both sides")
    amount = _short(amounts.pop())
    return f"{amount}%" if attribute(equal, "toleranceMode") == "relative" else amount


def _short(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


READERS: dict[str, Callable[[Source], Json]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "textEntryInteraction": _text_entry,
}
