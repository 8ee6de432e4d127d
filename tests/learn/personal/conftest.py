"""Something of Alice's in each place where learners leave something."""

import uuid

import pytest
from django.utils import timezone

from learn.accounts.models import User
from learn.cohorts.models import Cohort
from learn.quizzes.models import Answer, Attempt, QuestionVersion
from learn.review.models import Card
from learn.submissions.models import Draft, Submission

CODE = "# Alice Liddell wrote this\n"


@pytest.fixture
def full(alice: User, cohort: Cohort) -> User:
    """Alice, after a day on the site."""
    now = timezone.now()
    lab = {"user": alice, "lab": "queues/worker", "files": {"src/handler.py": CODE}}
    sent = {"content_hash": "c" * 64, "seed": 7, "created_at": now}
    graded = {"status": "graded", "verdict": "passed", "score": 3, "graded_at": now}
    Submission.objects.create(**lab, **sent, **graded, report={"stdout": "Alice was here"})
    Submission.objects.create(**lab, **sent)
    Submission.objects.create(**lab, **sent, **graded, kind="run")
    Draft.objects.create(**lab, token=uuid.uuid4(), size_bytes=9, began_at=now, saved_at=now)
    Card.objects.create(user=alice, module="queues", question="a1", due_on=now.date())
    answer_some(alice)
    return alice


def answer_some(user: User) -> None:
    """A marked attempt with a choice and a typed text, and one that is open."""
    now = timezone.now()
    quiz = {"user": user, "quiz": "queues/check", "content_hash": "c" * 64, "rules": {}}
    times = {"started_at": now, "max_score": 2}
    marked = Attempt.objects.create(**quiz, **times, number=1, status="marked", score=1)
    Attempt.objects.create(**quiz, **times, number=2)
    for position, (kind, summary) in enumerate(
        [("multiple_choice", "o1"), ("short_text", "alice liddell")]
    ):
        version = QuestionVersion.objects.create(
            content_hash=kind, module="queues", slug=kind, kind=kind, source={}
        )
        Answer.objects.create(
            user=user,
            attempt=marked,
            position=position,
            source="quiz",
            module="queues",
            question=kind,
            version=version,
            seed=1,
            fields={"text": ["Alice Liddell"]},
            status="marked",
            score=1,
            summary=summary,
            is_first=True,
            asked_at=now,
        )
