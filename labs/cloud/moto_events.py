"""Every place in which moto's EventBridge is bent: it stores rules, and does not deliver.

Each seam has a test that fails when a new moto moves what stands here.
"""

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

from labs.cloud.moto_replacing import around, replace

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

    replace(EventsBackend, "put_events", api.put_events)
    replace(EventsBackend, "put_rule", api.put_rule)
    replace(EventsBackend, "put_targets", api.put_targets)
    replace(EventsBackend, "describe_rule", api.describe_rule)
    replace(EventsBackend, "list_targets_by_rule", api.list_targets)
    replace(Replay, "replay_events", archives.replay_events)
    replace(Rule, "send_to_targets", api.send_to_targets)
    around(EventsHandler, "put_events", api.answer_put_events)
    replace(EventsHandler, "test_event_pattern", api.test_event_pattern)
    replace(EventsBackend, "create_archive", api.create_archive)
    # S3 would invoke the functions of rules for calls that only CloudTrail tells of.
    replace(notifications, "_send_safe_notification", _nothing_is_sent)
    around(EventsBackend, "enable_rule", schedules.followed)
    around(EventsBackend, "disable_rule", schedules.followed)
    around(EventsBackend, "delete_rule", schedules.followed)


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
