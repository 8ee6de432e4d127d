"""What a guest answered: kept in the session until its owner logs in, and then taken over.

The anonymous session survives the log-in. Only the newest answers are kept, and none that is long,
so that nobody can fill the table of sessions.
"""

import json
from typing import TypedDict

from django.contrib.sessions.backends.base import SessionBase

from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.lessons import actions
from learn.lessons.tickets import Ticket, TicketError
from learn.questions.fields import AnswerError, Fields
from learn.questions.question import Question

KEY = "guest_answers"
MAX_ANSWERS = 30
MAX_CHARACTERS = 2_000


class GuestAnswer(TypedDict):
    """`question` is its path, `ticket` is signed: what is taken over is what was shown."""

    question: str
    ticket: str
    fields: Fields


def keep(session: SessionBase, question: Question, ticket: Ticket, fields: Fields) -> None:
    """Keep the answer, in place of an earlier one to the same question."""
    if len(json.dumps(fields)) > MAX_CHARACTERS:
        return
    new = GuestAnswer(question=question.path, ticket=ticket.signed, fields=fields)
    others = [one for one in session.get(KEY, []) if one["question"] != question.path]
    session[KEY] = [*others, new][-MAX_ANSWERS:]


def take_over(session: SessionBase, user: User) -> int:
    """Make the kept answers the user's own; how many they were. What has changed is left out."""
    return sum(_take(user, one) for one in session.pop(KEY, []))


def _take(user: User, kept: GuestAnswer) -> bool:
    question = get_course().question(kept["question"])
    if question is None:
        return False
    try:
        ticket = Ticket.read(kept["ticket"], question)
        actions.answer(user, question, ticket, kept["fields"])
    except (TicketError, AnswerError):
        return False
    return True
