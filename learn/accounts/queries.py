"""How an account is protected, and where it is logged in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from learn.accounts.models import User
from learn.accounts.user_agents import browser_and_system

# More than anybody looks through.
SESSIONS_SHOWN = 50


@dataclass(frozen=True)
class Protection:
    """`recovery_codes` is how many are left; None if there never were any."""

    has_app: bool
    recovery_codes: int | None


@dataclass(frozen=True)
class ShownSession:
    """One browser in which somebody is logged in."""

    device: str
    address: str
    began_at: datetime
    is_current: bool


def protection_of(user: User) -> Protection:
    """Whether a second step is asked for at log-in."""
    kinds = {found.type: found for found in Authenticator.objects.filter(user=user)}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    return Protection(
        has_app=Authenticator.Type.TOTP in kinds,
        recovery_codes=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def sessions_of(user: User, current_key: str | None) -> list[ShownSession]:
    """The current one first, then the newest. Those that have ended are left out."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.filter(user=user, session_key__in=live).order_by("-created_at")
    shown = [
        ShownSession(
            device=browser_and_system(row.user_agent),
            address=row.ip,
            began_at=row.created_at,
            is_current=row.session_key == current_key,
        )
        for row in rows[:SESSIONS_SHOWN]
    ]
    return sorted(shown, key=lambda session: not session.is_current)
