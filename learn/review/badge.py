"""The number beside the header's link to the review."""

from functools import cache

from django.http import HttpRequest

from learn.accounts.models import User
from learn.review import queries


def due_badge(request: HttpRequest) -> dict[str, object]:
    """`review_due` for templates: "12", "99+", or "". It is counted once, and when it is shown."""

    @cache
    def review_due() -> str:
        user = getattr(request, "user", None)
        count = queries.due_count(user) if isinstance(user, User) else 0
        return f"{queries.MAX_COUNTED - 1}+" if count >= queries.MAX_COUNTED else str(count or "")

    return {"review_due": review_due}
