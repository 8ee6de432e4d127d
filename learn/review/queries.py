"""Reads cards: what is due, and what a learner's review looks like as a whole."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from learn.accounts.models import User
from learn.catalog.catalogue import Course, Module, Question, get_course
from learn.quizzes.models import Answer, Attempt
from learn.quizzes.releases import Key, held_back, secrets
from learn.review.days import ForecastDay, forecast, streak
from learn.review.mixing import Due, chosen
from learn.review.models import Card, StudyDay
from learn.review.scheduling import DAY, retrievability
from learn.submissions.models import Submission

# More than this many is "99+" in the header, whatever it is.
MAX_COUNTED = 100
# Answers that forbid to ask their question now: a review shows the solution, which must not reach
# a quiz that is open; and what a worker is still marking has no new date yet.
OCCUPYING = Q(attempt__status=Attempt.Status.OPEN) | Q(status=Answer.Status.MARKING)


@dataclass(frozen=True)
class Today:
    """Today's share: `reviews` were answered, `left` are to come, `due` are due in all."""

    day: StudyDay
    due: tuple[Due, ...]

    @property
    def left(self) -> int:
        return len(self.cards)

    @cached_property
    def cards(self) -> list[Due]:
        """Those that are to come today."""
        return chosen(self.due, self.day.review_limit - self.day.reviews)

    @property
    def number(self) -> int:
        """The number of the question that comes next, from 1."""
        return self.day.reviews + 1

    @property
    def count(self) -> int:
        return self.day.reviews + self.left


@dataclass(frozen=True)
class Strength:
    """How much of a module is remembered: `percent` is the mean probability of a right answer."""

    module: Module
    percent: int
    cards: int


@dataclass(frozen=True)
class Overview:
    """All that the review's first page shows."""

    today: Today
    streak: int
    forecast: tuple[ForecastDay, ...]
    strengths: tuple[Strength, ...]
    stopped: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever answered or scheduled."""
        return not self.strengths and not self.today.due and not self.stopped


def current_day() -> dt.date:
    """Today, in UTC."""
    return timezone.now().date()


def reviews_of(user: User) -> QuerySet[Answer]:
    """The user's own answers in reviews; nobody else sees them."""
    return Answer.objects.filter(user=user, source=Answer.Source.REVIEW).select_related("version")


def card_of(answer: Answer) -> Card | None:
    """The card of the answer's question."""
    return Card.objects.filter(
        user=answer.user_id, module=answer.module, question=answer.question
    ).first()


def due_cards(user: User, today: dt.date) -> QuerySet[Card]:
    """The user's cards that are due and may be asked; their questions may have left the course."""
    cards = Card.objects.filter(user=user, is_stopped=False, due_on__lte=today)
    of_card = {"user": OuterRef("user"), "module": OuterRef("module")}
    answers = Answer.objects.filter(OCCUPYING, question=OuterRef("question"), **of_card)
    return cards.exclude(Exists(answers.order_by()))


def is_withheld(answer: Answer, user: User) -> bool:
    """Whether the user's quizzes forbid to ask the answer's question now, or to show its mark."""
    key = (answer.module, answer.question)
    return _is_occupied(answer) or key in held_back(user, [key])


def _is_occupied(answer: Answer) -> bool:
    of_question = Answer.objects.filter(
        OCCUPYING, user=answer.user_id, module=answer.module, question=answer.question
    )
    return of_question.exclude(pk=answer.pk).exists()


def due(user: User, today: dt.date) -> tuple[Due, ...]:
    """What is due, without questions that left the course; those due longest come first."""
    rows = due_cards(user, today).values_list(
        "pk", "module", "question", "due_on", "lab", "asked_id"
    )
    cards = [
        Due(pk, module, question, due_on, is_urgent=bool(lab), is_asked=asked is not None)
        for pk, module, question, due_on, lab, asked in rows
    ]
    shown = _shown(user, [(card.module, card.question) for card in cards])
    return tuple(card for card in cards if (card.module, card.question) in shown)


def due_count(user: User) -> int:
    """How many questions are due, up to MAX_COUNTED: for the header of every page.

    One query, and two more if a quiz keeps something back about those that are due.
    """
    rows = due_cards(user, current_day()).values_list("module", "question")
    return len(_shown(user, rows[:MAX_COUNTED]))


def today_of(user: User) -> Today:
    """What the user did today, and what is due."""
    today = current_day()
    day = StudyDay.objects.filter(user=user, day=today).first()
    return Today(day or StudyDay(user=user, day=today), due(user, today))


def overview_of(user: User) -> Overview:
    """The review's first page, in a fixed number of queries."""
    today = today_of(user)
    day = today.day.day
    rows = Card.objects.filter(user=user).values_list(*_Row._fields)
    cards = [_Row(*row) for row in rows]
    shown = _shown(user, [(card.module, card.question) for card in cards])
    cards = [card for card in cards if (card.module, card.question) in shown]
    later = [card.due_on for card in cards if card.due_on > day and not card.is_stopped]
    return Overview(
        today=today,
        streak=streak_of(user, day),
        forecast=forecast([*(card.due_on for card in today.due), *later], day),
        strengths=tuple(_strengths(cards, day)),
        stopped=sum(card.is_stopped for card in cards),
    )


def streak_of(user: User, today: dt.date) -> int:
    """How many days in a row the user has answered something."""
    days = StudyDay.objects.filter(user=user, answers__gt=0).values_list("day", flat=True)
    return streak(set(days), today)


def concepts_put_today(user_id: int) -> set[str]:
    """The concepts that failed labs have put into the user's review today."""
    midnight = dt.datetime.combine(current_day(), dt.time(), dt.UTC)
    submissions = Submission.objects.filter(user=user_id, graded_at__gte=midnight)
    rows = submissions.exclude(reviews=[]).order_by().values_list("reviews", flat=True)
    return {concept for reviews in rows for concept, _ in reviews}


def candidates(user_id: int, concepts: Collection[str], module: str) -> dict[str, list[Question]]:
    """The questions on each concept that may be asked, those of `module` first.

    What was never answered comes before what was, and weak memories before strong ones. But the
    first to ask what a quiz keeps back is that quiz: else a lab that fails on purpose would tell.
    """
    if not concepts:
        return {}
    hidden = secrets()
    cards = {card.path: card for card in Card.objects.filter(user=user_id)}

    def need(question: Question) -> tuple[bool, float]:
        card = cards.get(question.path)
        return question.module != module, (card and card.stability) or 0

    asked = [
        question
        for question in sorted(_questions(get_course()).values(), key=need)
        if not (question.path in cards and cards[question.path].is_stopped)
        and (question.path in cards or (question.module, question.slug) not in hidden)
    ]
    return {
        concept: [question for question in asked if concept in question.document.concepts]
        for concept in concepts
    }


class _Row(NamedTuple):
    """What is read of each of a user's cards, of which there may be thousands."""

    module: str
    question: str
    due_on: dt.date
    is_stopped: bool
    stability: float | None
    answered_at: dt.datetime | None


def _strengths(cards: Iterable[_Row], today: dt.date) -> Iterable[Strength]:
    """What will be remembered tomorrow: today, whoever was told everything knows everything."""
    found: dict[str, list[float]] = defaultdict(list)
    for card in cards:
        if card.stability and card.answered_at:
            share = retrievability(card.stability, card.answered_at, today + DAY)
            found[card.module].append(share)
    for module in get_course().modules:
        if shares := found.get(module.slug):
            yield Strength(module, round(100 * sum(shares) / len(shares)), len(shares))


def _shown(user: User, keys: Iterable[Key]) -> set[Key]:
    """Those of the questions that are in the course, and that no quiz of the user keeps back."""
    there = _questions(get_course()).keys() & set(keys)
    return there - held_back(user, there)


def _questions(course: Course) -> dict[Key, Question]:
    return {
        (module.slug, question.slug): question
        for module in course.modules
        for question in module.questions
    }
