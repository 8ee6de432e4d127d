"""Quizzes that keep marks or solutions back: no other page must tell them."""

from collections import defaultdict
from collections.abc import Collection

from learn.accounts.models import User
from learn.catalog.catalogue import Quiz, get_course
from learn.quizzes.models import Accommodation, Attempt
from learn.quizzes.rules import accommodated
from learn.quizzes.standing import standing_of

type Key = tuple[str, str]
"""A question: its module and its slug."""


def held_back(user: User, questions: Collection[Key]) -> set[Key]:
    """The questions of quizzes that the user has tried and may not see all about yet.

    All that such a quiz may ask, as its next attempt may draw others. No query if no quiz with one
    of the `questions` keeps anything back, two otherwise.
    """
    asked = set(questions)
    quizzes = [
        quiz
        for quiz in get_course().quizzes
        if quiz.rules.review.keeps_back and keys_of(quiz) & asked
    ]
    if not quizzes:
        return set()
    attempts: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(user=user, quiz__in=[quiz.slug for quiz in quizzes]):
        attempts[attempt.quiz].append(attempt)
    accommodation = Accommodation.objects.filter(user=user).first()
    return {
        key
        for quiz in quizzes
        if (tried := tuple(attempts[quiz.slug]))
        and not standing_of(quiz, accommodated(quiz.rules, accommodation), tried).released.is_all
        for key in keys_of(quiz)
    }


def secrets() -> set[Key]:
    """The questions of all quizzes that keep something back, whoever may have tried them."""
    strict = (quiz for quiz in get_course().quizzes if quiz.rules.review.keeps_back)
    return {key for quiz in strict for key in keys_of(quiz)}


def keys_of(quiz: Quiz) -> set[Key]:
    """All that the quiz may ask."""
    return {(question.module, question.slug) for question in quiz.questions}
