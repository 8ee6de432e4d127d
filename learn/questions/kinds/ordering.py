"""Ordering: items to be put into the right order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated, Literal, override

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pydantic import Field, field_validator

from labs import Document
from learn.questions.documents import Line, Markdown, QuestionDocument, require_distinct
from learn.questions.fields import (
    MISFIT,
    AnswerError,
    BlankAnswerError,
    Fields,
    require_parts,
    single,
)
from learn.questions.question import (
    Draw,
    Fault,
    Head,
    Kind,
    Mark,
    Question,
    Remark,
    Variant,
    same_twice,
)

type Credit = Literal["exact", "partial"]


class ItemDocument(Document):
    """One item. `feedback` is shown, and `misconception` noted, where its place is wrong."""

    text: Markdown
    feedback: Markdown | None = None
    misconception: Line | None = None


class OrderingDocument(QuestionDocument):
    """A question whose items stand in the right order in the file. The learner sees another."""

    kind: Literal["ordering"]
    items: Annotated[tuple[ItemDocument, ...], Field(min_length=3, max_length=10)]
    credit: Credit = "exact"

    @field_validator("items")
    @classmethod
    def _items_differ(cls, items: tuple[ItemDocument, ...]) -> tuple[ItemDocument, ...]:
        require_distinct("items", [" ".join(item.text.split()) for item in items])
        return items


@dataclass(frozen=True)
class Item:
    """One item, and the place where it belongs, from 1 on."""

    id: str
    html: SafeString
    place: int
    feedback: SafeString
    misconception: str


@dataclass(frozen=True)
class Placed:
    """An item where the learner put it."""

    item: Item
    place: int

    @property
    def is_right(self) -> bool:
        return self.place == self.item.place


type Order = tuple[Placed, ...]
"""All items, from the first place to the last."""


def kendall_share(places: Sequence[int]) -> float:
    """Kendall's tau of an order with the right one, and 0 where that is negative.

    Of all pairs, those in the right order less those in the wrong one (M. G. Kendall, "A New
    Measure of Rank Correlation", Biometrika 30, 1938). One swap of neighbours costs the same
    everywhere; the order turned round, and on average any order at random, is worth nothing.
    """
    pairs = list(combinations(places, 2))
    wrong = sum(first > second for first, second in pairs)
    return max(0, len(pairs) - 2 * wrong) / len(pairs)


@dataclass(frozen=True)
class Ordering(Variant[Order]):
    """The items in the order that one learner sees first, which is never the right one."""

    items: tuple[Item, ...]
    credit: Credit

    @property
    def places(self) -> range:
        return range(1, len(self.items) + 1)

    @property
    def solution(self) -> tuple[Item, ...]:
        return tuple(sorted(self.items, key=lambda item: item.place))

    @override
    def read(self, fields: Fields) -> Order:
        require_parts(fields, [item.id for item in self.items])
        placed = [Placed(item, self._place(single(fields, item.id))) for item in self.items]
        if not any(each.place for each in placed):
            raise BlankAnswerError(_("Put the items in order. None has a place yet."))
        if not all(each.place for each in placed):
            raise BlankAnswerError(_("Give every item a place. Some have none yet."))
        taken = [each.place for each in placed]
        for place in self.places:
            if taken.count(place) > 1:
                sentence = _("Place %(place)s is given twice. Give each item its own.")
                raise AnswerError(sentence % {"place": place})
        return tuple(sorted(placed, key=lambda each: each.place))

    def _place(self, value: str) -> int:
        """The place, 0 for none."""
        if value and value not in map(str, self.places):
            raise AnswerError(_(MISFIT))
        return int(value or 0)

    @override
    def mark(self, answer: Order) -> Mark:
        wrong = [each.item for each in answer if not each.is_right]
        remarks = tuple(Remark(item.feedback, is_right=False) for item in wrong if item.feedback)
        misconceptions = tuple(item.misconception for item in wrong if item.misconception)
        score = float(not wrong)
        if self.credit == "partial":
            score = kendall_share([each.item.place for each in answer])
        return Mark(score, remarks, misconceptions)

    @override
    def summary(self, answer: Order) -> str:
        return " ".join(each.item.id for each in answer)


def vary(question: Question, document: OrderingDocument, draw: Draw) -> Ordering:
    right = tuple(
        Item(
            id=question.part_id(item.text),
            html=draw.line(item.text),
            place=place,
            feedback=draw.fragment(item.feedback) if item.feedback else SafeString(),
            misconception=item.misconception or "",
        )
        for place, item in enumerate(document.items, start=1)
    )
    return Ordering(Head.of(question, draw), _shuffled(right, draw), document.credit)


def _shuffled(right: tuple[Item, ...], draw: Draw) -> tuple[Item, ...]:
    """Another order."""
    dice = draw.dice("items")
    shown = list(right)
    while tuple(shown) == right:
        dice.shuffle(shown)
    return tuple(shown)


def check(variant: Ordering) -> Iterator[Fault]:
    return same_twice([item.html for item in variant.items], "items")


KIND = Kind("Ordering", OrderingDocument, vary, check)
