"""Matching: each term on the left gets the option on the right that belongs to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Annotated, Literal, Self, override

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from pydantic import Field, ValidationInfo, field_validator, model_validator

from labs import Document
from learn.questions.documents import Line, Markdown, QuestionDocument, require_distinct
from learn.questions.fields import AnswerError, BlankAnswerError, Fields, require_parts, single
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

# Characters that fit into a list on a phone.
PHONE_WIDTH = 25

type Right = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^\S[^\n]*$")]


class PairDocument(Document):
    """What belongs together. `feedback` is shown when the term got something else.

    Two terms may have the same `right`. In the lists to choose from, its markup is left out.
    """

    left: Line
    right: Right
    feedback: Markdown | None = None


class ConfusionDocument(Document):
    """A wrong pair with feedback of its own, which is shown instead of the pair's."""

    left: Line
    right: Right
    feedback: Markdown
    misconception: Line | None = None


type Pairs = tuple[PairDocument, ...]
type Confusions = tuple[ConfusionDocument, ...]


class MatchingDocument(QuestionDocument):
    """A question with terms and what belongs to them. `spare` options belong to none."""

    kind: Literal["matching"]
    pairs: Annotated[Pairs, Field(min_length=2, max_length=8)]
    spare: Annotated[tuple[Right, ...], Field(max_length=6)] = ()
    confusions: Confusions = ()

    @property
    def rights(self) -> tuple[str, ...]:
        """All options, each once."""
        return _rights(self.pairs, self.spare)

    @field_validator("pairs")
    @classmethod
    def _terms_differ(cls, pairs: Pairs) -> Pairs:
        require_distinct("pairs", [pair.left for pair in pairs])
        return pairs

    @field_validator("spare")
    @classmethod
    def _spare_options_belong_to_none(
        cls, spare: tuple[str, ...], info: ValidationInfo
    ) -> tuple[str, ...]:
        require_distinct("spare", spare)
        for text in {pair.right for pair in info.data.get("pairs", ())} & set(spare):
            raise ValueError(f"'{text}' belongs to a pair; remove it here")
        return spare

    @field_validator("confusions")
    @classmethod
    def _confusions_are_wrong_pairs(
        cls, confusions: Confusions, info: ValidationInfo
    ) -> Confusions:
        # Pairs that are wrong themselves are not there.
        if pairs := info.data.get("pairs"):
            rights = _rights(pairs, info.data.get("spare", ()))
            for confusion in confusions:
                _check_confusion(confusion, pairs, rights)
        require_distinct("confusions", [f"{each.left} / {each.right}" for each in confusions])
        return confusions

    @model_validator(mode="after")
    def _there_is_a_choice(self) -> Self:
        if len(self.rights) < 2:
            raise ValueError("all pairs have the same 'right'; write another, or a 'spare' one")
        return self


def _rights(pairs: Pairs, spare: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(pair.right for pair in pairs), *spare]))


def _check_confusion(confusion: ConfusionDocument, pairs: Pairs, rights: tuple[str, ...]) -> None:
    """Refuse what can never be answered, or is right."""
    right_of = {pair.left: pair.right for pair in pairs}
    for side, text, known in (
        ("left", confusion.left, tuple(right_of)),
        ("right", confusion.right, rights),
    ):
        if text not in known:
            choice = ", ".join(f"'{each}'" for each in known)
            raise ValueError(f"no pair has the {side} '{text}'; there are: {choice}")
    if right_of[confusion.left] == confusion.right:
        raise ValueError(f"'{confusion.left}' with '{confusion.right}' is a right pair")


@dataclass(frozen=True)
class Choice:
    """What can be matched: as HTML, and as the text of a list."""

    id: str
    html: SafeString

    @property
    def text(self) -> str:
        return unescape(strip_tags(self.html))


@dataclass(frozen=True)
class Comment:
    """What is said of a wrong match."""

    feedback: SafeString
    misconception: str = ""


NO_COMMENT = Comment(SafeString())


@dataclass(frozen=True)
class Term:
    """What stands on the left. `comments` has the confusions by the id of the choice."""

    id: str
    html: SafeString
    right: Choice
    comment: Comment
    comments: dict[str, Comment]


@dataclass(frozen=True)
class Match:
    """A term, and what the learner chose for it."""

    term: Term
    choice: Choice

    @property
    def is_right(self) -> bool:
        return self.choice.id == self.term.right.id

    @property
    def comment(self) -> Comment:
        if self.is_right:
            return NO_COMMENT
        return self.term.comments.get(self.choice.id, self.term.comment)


type Matches = tuple[Match, ...]
"""One for each term, in the terms' order."""


@dataclass(frozen=True)
class Matching(Variant[Matches]):
    """Terms in the author's order, choices in the order in which one learner sees them."""

    terms: tuple[Term, ...]
    choices: tuple[Choice, ...]

    @property
    def has_long_choices(self) -> bool:
        """Whether a phone would cut one off in its list: then they are written out above."""
        return any(len(choice.text) > PHONE_WIDTH for choice in self.choices)

    @override
    def read(self, fields: Fields) -> Matches:
        require_parts(fields, [term.id for term in self.terms])
        chosen = {term.id: single(fields, term.id) for term in self.terms}
        by_id = {choice.id: choice for choice in self.choices}
        if not set(chosen.values()) <= {"", *by_id}:
            raise AnswerError(_("That is not one of this question's matches. Choose again."))
        if not any(chosen.values()):
            raise BlankAnswerError(_("Choose a match for each term. None has one yet."))
        if not all(chosen.values()):
            raise BlankAnswerError(_("Choose a match for each term. Some have none yet."))
        return tuple(Match(term, by_id[chosen[term.id]]) for term in self.terms)

    @override
    def mark(self, answer: Matches) -> Mark:
        comments = [match.comment for match in answer]
        return Mark(
            sum(match.is_right for match in answer) / len(answer),
            tuple(Remark(c.feedback, is_right=False) for c in comments if c.feedback),
            tuple(comment.misconception for comment in comments if comment.misconception),
        )

    @override
    def summary(self, answer: Matches) -> str:
        return " ".join(sorted(f"{match.term.id}:{match.choice.id}" for match in answer))


def vary(question: Question, document: MatchingDocument, draw: Draw) -> Matching:
    choices = {text: Choice(question.part_id(text), draw.line(text)) for text in document.rights}
    terms = tuple(
        Term(
            id=question.part_id(pair.left),
            html=draw.line(pair.left),
            right=choices[pair.right],
            comment=_comment(pair, draw),
            comments={
                choices[confusion.right].id: _comment(confusion, draw)
                for confusion in document.confusions
                if confusion.left == pair.left
            },
        )
        for pair in document.pairs
    )
    shown = list(choices.values())
    draw.dice("choices").shuffle(shown)
    return Matching(Head.of(question, draw), terms, tuple(shown))


def _comment(said: PairDocument | ConfusionDocument, draw: Draw) -> Comment:
    feedback = draw.fragment(said.feedback) if said.feedback else SafeString()
    misconception = said.misconception if isinstance(said, ConfusionDocument) else None
    return Comment(feedback, misconception or "")


def check(variant: Matching) -> Iterator[Fault]:
    yield from same_twice([term.html for term in variant.terms], "pairs")
    # A list shows them without their markup.
    yield from same_twice([choice.text for choice in variant.choices], "pairs")


KIND = Kind("Matching", MatchingDocument, vary, check)
