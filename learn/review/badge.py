"""The number beside the header's link to the review."""

from functools import cache as once

from django.core.cache import cache
from django.http import HttpRequest

from learn.accounts.models import User
from learn.review import queries

# A count may lag so long behind: no page is worth a query for it.
FRESH_SECONDS = 60


def due_badge(request: HttpRequest) -> dict[str, object]:
    """`review_due` for templates: "12", "99+", or "". It is counted once, and when it is shown."""

    @once
    def review_due() -> str:
        user = getattr(request, "user", None)
        count = _count(user) if isinstance(user, User) else 0
        return f"{queries.MAX_COUNTED - 1}+" if count >= queries.MAX_COUNTED else str(count or "")

    return {"review_due": review_due}


def forget(user_id: int) -> None:
    """Something of the user's has become due, or was answered: the next page counts again."""
    cache.delete(_key(user_id))


def _count(user: User) -> int:
    known: int | None = cache.get(_key(user.pk))
    if known is None:
        known = queries.due_count(user)
        cache.set(_key(user.pk), known, FRESH_SECONDS)
    return known


def _key(user_id: int) -> str:
    return f"review:due:{user_id}"
