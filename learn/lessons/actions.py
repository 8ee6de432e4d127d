"""Takes answers to the questions in lessons."""

from django.db import transaction
from django.utils.translation import gettext_lazy

from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.lessons.tickets import Ticket
from learn.questions.fields import AnswerError, Fields
from learn.questions.presentation import Given
from learn.questions.question import Question
from learn.questions.variants import variant_of
from learn.quizzes.answering import ask, give
from learn.quizzes.models import Answer

NEEDS_A_WORKER = gettext_lazy(
    "Answers to this question are run, and only those of learners who are logged in. Log in, and "
    "answer it again."
)


def answer(user: User, question: Question, ticket: Ticket, fields: Fields) -> Answer:
    """Keep and mark the learner's answer: once for a ticket, whatever two tabs send.

    Raises:
        AnswerError: it cannot be taken; nothing has changed.
    """
    with transaction.atomic():
        # Whoever sends the same ticket at the same time waits here, and then finds the row.
        lock_user(user.pk)
        earlier = Answer.objects.filter(
            user=user,
            module=question.module,
            question=question.slug,
            source=Answer.Source.LESSON,
            version=ticket.content_hash,
            seed=ticket.seed,
        )
        found = earlier.first() or _asked(user, question, ticket)
        return give(found, fields) if found.status == Answer.Status.OPEN else found


def _asked(user: User, question: Question, ticket: Ticket) -> Answer:
    asked = ask(user, question, Answer.Source.LESSON, seed=ticket.seed, asked_at=ticket.asked_at)
    asked.hints_shown = ticket.hints_shown
    asked.save(update_fields=["hints_shown"])
    return asked


def mark_for_guest(question: Question, ticket: Ticket, fields: Fields) -> Given:
    """Mark an answer that is not kept.

    Raises:
        AnswerError: it cannot be taken, or only a grading worker could mark it.
    """
    variant = variant_of(question, ticket.seed)
    read = variant.read(fields)
    if variant.job(read) is not None:
        raise AnswerError(NEEDS_A_WORKER)
    return Given(variant, fields, variant.mark(read))
