"""Rows of answers and attempts as learners leave them, for many learners at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from learn.accounts.models import User
from learn.catalog.catalogue import Quiz
from learn.cohorts.models import Cohort, Enrolment
from learn.questions.question import Question
from learn.quizzes.answering import keep_version
from learn.quizzes.models import Answer, Attempt

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)

QUESTION = """\
kind: multiple_choice
prompt: Question {name}, <b>really</b>?
options:
  - text: Right of {name}
    correct: true
  - text: Wrong of {name}
    feedback: No.
    misconception: an idea of {name}
  - text: Idle of {name}
    feedback: No.
explanation: Because.
"""
NAMES = ("a1", "a2", "a3", "a4", "a5")
OPEN_QUESTION = """\
kind: short_text
prompt: Which call deletes a message?
accept: [DeleteMessage]
explanation: Because.
"""
QUIZ = 'title = "Five"\nquestions = ["a1", "a2", "a3", "a4", "a5"]\n'
CHANGES = {
    **{f"queues/questions/{name}.yaml": QUESTION.format(name=name) for name in NAMES},
    "queues/questions/typed.yaml": OPEN_QUESTION,
    "queues/module.toml": (
        'title = "Queues"\nsummary = "Messages that wait."\n'
        'quizzes = ["check", "five", "typing"]\nlabs = ["worker"]\n'
    ),
    "queues/quizzes/five.toml": QUIZ,
    "queues/quizzes/typing.toml": 'title = "Typing"\nquestions = ["typed"]\n',
}
"""Five more questions for the small course, one that is typed, and a quiz of the five."""


def make_learners(cohort: Cohort, count: int) -> list[User]:
    """So many, who are in the cohort."""
    names = [f"learner{number}-of-{cohort.pk}" for number in range(count)]
    learners = [User(email=f"{name}@example.com", name=name, password="!") for name in names]
    made = User.objects.bulk_create(learners)
    Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=learner) for learner in made)
    return made


def first_answer(
    learner: User,
    question: Question,
    score: float = 1.0,
    *,
    source: Answer.Source = Answer.Source.LESSON,
    seconds: float | None = 40,
    **fields: Any,
) -> Answer:
    """A marked first answer; with `seconds=None` it has no end. Not saved."""
    return Answer(
        **{
            "user": learner,
            "source": source,
            "module": question.module,
            "question": question.slug,
            "version": keep_version(question),
            "seed": 1,
            "status": Answer.Status.MARKED,
            "score": score,
            "summary": option_id(question, right=bool(score)),
            "is_first": True,
            "asked_at": NOON,
            "answered_at": None if seconds is None else NOON + dt.timedelta(seconds=seconds),
            **fields,
        }
    )


def option_id(question: Question, *, right: bool) -> str:
    """The right option of a multiple choice, or its first wrong one; "" for other kinds."""
    options = getattr(question.document, "options", ())
    found = [question.part_id(option.text) for option in options if option.correct == right]
    return found[0] if found else ""


def attempt(
    learner: User, quiz: Quiz, scores: Mapping[str, float], *, number: int = 1, **fields: Any
) -> Attempt:
    """A marked attempt with answers: `{slug of the question: score}`; they are first answers too
    where `number` is 1."""
    made = Attempt.objects.create(
        **{
            "user": learner,
            "quiz": quiz.slug,
            "content_hash": quiz.content_hash,
            "number": number,
            "rules": {},
            "status": Attempt.Status.MARKED,
            "started_at": NOON,
            "submitted_at": NOON + dt.timedelta(minutes=6),
            "score": sum(scores.values()),
            "max_score": quiz.max_score,
            **fields,
        }
    )
    by_slug = {question.slug: question for question in quiz.questions}
    Answer.objects.bulk_create(
        first_answer(
            learner,
            by_slug[slug],
            score,
            source=Answer.Source.QUIZ,
            attempt=made,
            position=position,
            is_first=number == 1,
        )
        for position, (slug, score) in enumerate(scores.items(), start=1)
    )
    return made


def answer_all(learners: Sequence[User], questions: Sequence[Question]) -> None:
    """Learner n of N is right where question m of M is easier than n is strong: m/M <= n/N."""
    Answer.objects.bulk_create(
        first_answer(learner, question, float(m / len(questions) <= n / len(learners)))
        for n, learner in enumerate(learners)
        for m, question in enumerate(questions)
    )
