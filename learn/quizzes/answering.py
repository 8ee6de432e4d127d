"""Asks questions and takes answers: every answer, wherever it was given, is written here.

The row is the truth: an answer is open, and then given once, whatever two tabs or a double click
send. What is sent to it later changes nothing.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from learn.accounts.models import User
from learn.questions.fields import Fields
from learn.questions.question import Mark, Question, Variant
from learn.questions.variants import new_seed, question_from_json, question_to_json, variant_of
from learn.quizzes.models import Answer, Attempt, QuestionVersion
from learn.quizzes.signals import answer_marked


class GivenAlreadyError(Exception):
    """The answer was given before; what came now changed nothing."""


def ask(
    user: User,
    question: Question,
    source: Answer.Source,
    *,
    attempt: Attempt | None = None,
    position: int = 0,
    seed: int | None = None,
    asked_at: dt.datetime | None = None,
) -> Answer:
    """Put a variant of the question to the user: a fresh one, or that which was shown already."""
    return Answer.objects.create(
        user=user,
        attempt=attempt,
        source=source,
        position=position,
        module=question.module,
        question=question.slug,
        version=keep_version(question),
        seed=new_seed() if seed is None else seed,
        asked_at=asked_at or timezone.now(),
    )


def keep_version(question: Question) -> QuestionVersion:
    """The row that keeps the question as it is now."""
    version, _ = QuestionVersion.objects.get_or_create(
        content_hash=question.content_hash,
        defaults={
            "module": question.module,
            "slug": question.slug,
            "kind": question.kind,
            "source": question_to_json(question),
        },
    )
    return version


def variant_for(answer: Answer) -> Variant[Any]:
    """The variant that was asked, whatever has become of the question since."""
    return variant_of(question_from_json(answer.version.source), answer.seed)


def save(answer: Answer, fields: Fields, now: dt.datetime) -> bool:
    """Keep what is typed so far. False if the answer is given already."""
    saved = Answer.objects.filter(pk=answer.pk, status=Answer.Status.OPEN).update(
        fields=fields, saved_at=now
    )
    return bool(saved)


def give(answer: Answer, fields: Fields) -> Answer:
    """Take the answer and mark it.

    Raises:
        AnswerError: it cannot be taken; nothing has changed.
        GivenAlreadyError: an answer was given before.
    """
    variant = variant_for(answer)
    read = variant.read(fields)
    now = timezone.now()
    with transaction.atomic():
        given = Answer.objects.filter(pk=answer.pk, status=Answer.Status.OPEN).update(
            status=Answer.Status.MARKING,
            fields=fields,
            summary=variant.summary(read),
            saved_at=now,
            answered_at=now,
        )
        if not given:
            raise GivenAlreadyError
        record_mark(answer, variant.mark(read))
    return answer


def record_mark(answer: Answer, mark: Mark) -> bool:
    """Write the mark of an answer that waits for it. False if it has one. In a transaction."""
    # Nobody else marks an answer of this user meanwhile: one of them is the first.
    User.objects.select_for_update(no_key=True).filter(pk=answer.user_id).first()
    earlier = Answer.objects.filter(
        user=answer.user_id, module=answer.module, question=answer.question, is_first=True
    )
    marked = Answer.objects.filter(pk=answer.pk, status=Answer.Status.MARKING).update(
        status=Answer.Status.MARKED,
        score=mark.score,
        misconceptions=list(mark.misconceptions),
        marked_at=timezone.now(),
        is_first=not earlier.exists(),
    )
    if marked:
        answer.refresh_from_db()
        answer_marked.send(Answer, answer=answer)
    return bool(marked)
