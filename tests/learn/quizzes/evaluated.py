"""Answers that a grading worker must evaluate, and a recorder in place of the broker."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.utils import timezone
from kombu.exceptions import OperationalError

from learn.accounts.models import User
from learn.questions.question import Question
from learn.quizzes.answering import ask
from learn.quizzes.models import Answer, Attempt
from tests.learn.questions.kinds.artefact_samples import PATTERN, RIGHT, evaluated
from tests.learn.questions.question_files import question

WRONG = '{"source": ["shop"]}'


def pattern_question(folder: Path, number: int = 0) -> Question:
    """A question about a pattern of EventBridge; another one for each number."""
    return question(folder, PATTERN.replace("prompt: Write", f"prompt: {number}. Write"))


def asked(user: User, read: Question, attempt: Attempt | None = None, position: int = 0) -> Answer:
    """An open answer: in a lesson, or in an attempt."""
    source = Answer.Source.QUIZ if attempt else Answer.Source.LESSON
    return ask(user, read, source, attempt=attempt, position=position)


def attempt_of(user: User) -> Attempt:
    """An attempt that has been handed in."""
    return Attempt.objects.create(
        user=user,
        quiz="queues/check",
        content_hash="c" * 64,
        number=1,
        rules={},
        status=Attempt.Status.OPEN,
        started_at=timezone.now(),
        max_score=1,
    )


def fields(text: str = RIGHT) -> dict[str, list[str]]:
    return {"": [text]}


def found_by_worker(message: dict[str, Any]) -> dict[str, Any]:
    """What the real evaluator sends back, without its sandbox."""
    return {"answer": message["answer"], "evaluation": evaluated(message["job"])}


def verdict(name: str, message: str = "Some sentence.") -> dict[str, Any]:
    """An evaluation in which nothing was evaluated."""
    return {"verdict": name, "message": message, "outcomes": []}


def lose_time(seconds: float) -> None:
    """As if everything had happened so much earlier."""
    earlier = dt.timedelta(seconds=seconds)
    for answer in Answer.objects.all():
        for name in ("asked_at", "answered_at", "sent_at", "marked_at"):
            if moment := getattr(answer, name):
                setattr(answer, name, moment - earlier)
        answer.save()


class Broker:
    """Records the messages that would be sent, or is down."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.is_down = False

    def send_task(self, name: str, *, kwargs: dict[str, Any], queue: str) -> None:
        assert (name, queue) == ("labs.evaluate", "grading")
        if self.is_down:
            raise OperationalError("nobody listens")
        self.messages.append(kwargs)

    @property
    def answers(self) -> list[int]:
        """The answers that were sent, in order."""
        return [int(message["answer"].partition("-")[0]) for message in self.messages]
