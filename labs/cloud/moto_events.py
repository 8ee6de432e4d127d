"""Every place in which moto's EventBridge is bent: it stores rules, and does not deliver.

Each seam has a test that fails when a new moto moves what stands here.
"""

import functools
from collections.abc import Callable
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.events import notifications
from moto.events.models import (
    Archive,
    EventBus,
    EventsBackend,
    Replay,
    ReplayState,
    Rule,
    events_backends,
)
from moto.events.responses import EventsHandler

from labs.cloud.simulation import has_current

__all__ = [
    "Archive",
    "EventBus",
    "EventsBackend",
    "JsonRESTError",
    "Replay",
    "ReplayState",
    "Rule",
    "backend",
    "bus",
    "create_archive",
    "patch",
    "put_rule",
    "put_targets",
]

# moto's own.
put_rule = EventsBackend.put_rule
put_targets = EventsBackend.put_targets
create_archive = EventsBackend.create_archive


def patch() -> None:
    """Put the seams in, before moto starts."""
    # Here, as what delivers reads its rules from this module.
    from labs.cloud.wiring.eventbridge import api, archives, schedules

    _replace(EventsBackend, "put_events", api.put_events)
    _replace(EventsBackend, "put_rule", api.put_rule)
    _replace(EventsBackend, "put_targets", api.put_targets)
    _replace(EventsBackend, "describe_rule", api.describe_rule)
    _replace(EventsBackend, "list_targets_by_rule", api.list_targets)
    _replace(Replay, "replay_events", archives.replay_events)
    _replace(Rule, "send_to_targets", api.send_to_targets)
    _replace(EventsHandler, "test_event_pattern", api.test_event_pattern)
    _replace(EventsBackend, "create_archive", api.create_archive)
    # S3 would invoke the functions of rules for calls that only CloudTrail tells of.
    _replace(notifications, "_send_safe_notification", _nothing_is_sent)
    _followed(EventsBackend, "enable_rule", schedules.follow)
    _followed(EventsBackend, "disable_rule", schedules.follow)
    _followed(EventsBackend, "delete_rule", schedules.follow)


def backend(region: str) -> EventsBackend:
    found: EventsBackend = events_backends[DEFAULT_ACCOUNT_ID][region]
    return found


def bus(name_or_arn: str | None, region: str) -> EventBus | None:
    """A bus by name in this region, or by its ARN."""
    text = name_or_arn or "default"
    if text.startswith("arn:"):
        region, text = text.split(":")[3], text.split("event-bus/")[-1]
    return backend(region).event_buses.get(text.removeprefix("event-bus/"))


def _nothing_is_sent(*_arguments: Any, **_options: Any) -> None:
    """There is no trail in the account."""


def _replace(owner: Any, name: str, ours: Callable[..., Any]) -> None:
    """Let `ours` answer where there is an account; elsewhere moto does as it did."""
    moto_own = getattr(owner, name)

    @functools.wraps(moto_own)
    def answer(*arguments: Any, **options: Any) -> Any:
        return (ours if has_current() else moto_own)(*arguments, **options)

    setattr(owner, name, answer)


def _followed(owner: type, name: str, follow: Callable[[EventsBackend], None]) -> None:
    """Call `follow` after moto did its part."""
    moto_own = getattr(owner, name)

    @functools.wraps(moto_own)
    def answer(self: EventsBackend, *arguments: Any, **options: Any) -> Any:
        result = moto_own(self, *arguments, **options)
        if has_current():
            follow(self)
        return result

    setattr(owner, name, answer)
