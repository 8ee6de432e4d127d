"""Writes snippets: programs that their owner keeps."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from labs import SubmissionError
from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.playground import queries
from learn.playground.limits import MAX_SNIPPETS, TOO_MANY_SNIPPETS
from learn.playground.models import Snippet
from learn.playground.programs import check_program


def save_new(user: User, name: str, files: Mapping[str, str | bytes]) -> Snippet:
    """Keep the program under the name.

    Raises:
        SubmissionError: the files break a rule, or the user has as many snippets as are kept.
    """
    checked = check_program(files)
    now = timezone.now()
    with transaction.atomic():
        # Two tabs that save at once take turns.
        lock_user(user.pk)
        if queries.snippets_of(user).count() >= MAX_SNIPPETS:
            raise SubmissionError(TOO_MANY_SNIPPETS % {"max": MAX_SNIPPETS})
        return Snippet.objects.create(
            user=user, name=name, files=checked, created_at=now, changed_at=now
        )


def save_over(snippet: Snippet, files: Mapping[str, str | bytes]) -> None:
    """Put another program in the place of the snippet's.

    Raises:
        SubmissionError: the files break a rule.
    """
    snippet.files = check_program(files)
    snippet.changed_at = timezone.now()
    snippet.save(update_fields=["files", "changed_at"])


def rename(snippet: Snippet, name: str) -> None:
    """Give the snippet another name."""
    snippet.name = name
    snippet.save(update_fields=["name"])


def share(snippet: Snippet, *, is_shared: bool) -> None:
    """Let fellows who have the link read it, or no longer."""
    snippet.is_shared = is_shared
    snippet.save(update_fields=["is_shared"])


def delete(snippet: Snippet) -> None:
    """Delete the snippet for good; its link leads nowhere then."""
    snippet.delete()
