"""What a page remembers of the question that it shows, signed, so that a look writes no row.

The answer comes back with the ticket: what was shown is what is marked, for guests as well.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Self

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy

from learn.questions.question import Question
from learn.questions.variants import new_seed

MAX_CHARACTERS = 500
STALE = gettext_lazy(
    "This question has changed since you opened the page. Here it is as it is now."
)
FORGED = gettext_lazy(
    "What was sent does not belong to this question. Here it is again: answer it once more."
)


class TicketError(Exception):
    """The ticket is not for this question; the text is a sentence for the learner."""


@dataclass(frozen=True)
class Ticket:
    """A question as it was shown: seed and content hash give the variant."""

    path: str
    content_hash: str
    seed: int
    hints_shown: int
    asked_at: dt.datetime

    @classmethod
    def fresh(cls, question: Question) -> Self:
        """A ticket for a variant that nobody has seen."""
        return cls(question.path, question.content_hash, new_seed(), 0, timezone.now())

    @classmethod
    def read(cls, text: str, question: Question) -> Self:
        """The ticket that `signed` wrote.

        Raises:
            TicketError: it is forged, another question's, or the question has changed.
        """
        try:
            # A long text is not worth the work of a signature.
            parts = _signer().unsign_object(text[:MAX_CHARACTERS])
        except (signing.BadSignature, ValueError):  # half a character cannot even be checked
            raise TicketError(FORGED) from None
        path, content_hash, seed, hints, asked = parts
        if path != question.path:
            raise TicketError(FORGED)
        if content_hash != question.content_hash:
            raise TicketError(STALE)
        return cls(path, content_hash, seed, hints, dt.datetime.fromtimestamp(asked, dt.UTC))

    @property
    def signed(self) -> str:
        asked = self.asked_at.timestamp()
        return _signer().sign_object(
            [self.path, self.content_hash, self.seed, self.hints_shown, asked]
        )

    def with_next_hint(self) -> Self:
        """The same variant, with one hint more."""
        return replace(self, hints_shown=self.hints_shown + 1)


def _signer() -> signing.Signer:
    """Made when it is used: its key is a setting."""
    return signing.Signer(salt="learn.lessons.tickets")
