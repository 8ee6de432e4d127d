"""Code that was submitted after the session had ended: kept until its owner has logged in.

It waits in the browser's new, anonymous session, which survives the log-in. One lab's code is
kept, so that nobody can fill the session.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase

from learn.accounts.models import User

KEY = "kept_code"


@dataclass(frozen=True)
class KeptCode:
    """`token` tells one keeping from the next."""

    token: str
    files: Mapping[str, str]


def keep(session: SessionBase, lab: str, author: str, files: Mapping[str, str]) -> None:
    """Keep the code. `author` is the id of the user whose page it comes from, or ''."""
    session[KEY] = {
        "token": uuid.uuid4().hex,
        "lab": lab,
        "author": author,
        "files": dict(files),
    }


def kept_for(session: SessionBase, lab: str, user: User) -> KeptCode | None:
    """The code kept for this lab, unless another person wrote it in this browser."""
    kept = session.get(KEY)
    if not kept or kept["lab"] != lab or kept["author"] not in ("", str(user.pk)):
        return None
    return KeptCode(kept["token"], kept["files"])


def forget(session: SessionBase) -> None:
    """The code has been submitted."""
    session.pop(KEY, None)
