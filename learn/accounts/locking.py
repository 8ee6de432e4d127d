"""Turns of one user's requests."""

from learn.accounts.models import User


def lock_user(user_id: int) -> None:
    """Until the transaction ends, nobody else who locks the user goes on: two tabs take turns.

    SQLite knows no such lock and needs none, as it has one writer.
    """
    User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
