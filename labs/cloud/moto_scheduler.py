"""Every place in which moto's EventBridge Scheduler is bent: it stores schedules, and no more.

Each seam has a test that fails when a new moto moves what stands here.
"""

import functools
from collections.abc import Callable
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse

from labs.cloud.simulation import has_current

__all__ = ["JsonRESTError", "Schedule", "backend", "error", "patch"]


def error(status: int, code: str, message: str) -> JsonRESTError:
    """One that the API answers."""
    found = JsonRESTError(code, message)
    found.code = status
    return found


def patch() -> None:
    """Put the seams in, before moto starts."""
    # Here, as what fires schedules reads them from this module.
    from labs.cloud.wiring.scheduler import api

    owner, response = EventBridgeSchedulerBackend, EventBridgeSchedulerResponse
    _around(owner, "create_schedule", api.create_schedule)
    _around(owner, "update_schedule", api.update_schedule)
    _around(owner, "delete_schedule", api.delete_schedule)
    _around(owner, "create_schedule_group", api.create_group)
    _around(owner, "delete_schedule_group", api.delete_group)
    _around(response, "update_schedule", api.update_action)


def backend(region: str) -> EventBridgeSchedulerBackend:
    found: EventBridgeSchedulerBackend = scheduler_backends[DEFAULT_ACCOUNT_ID][region]
    return found


def _around(owner: type, name: str, ours: Callable[..., Any]) -> None:
    """Let `ours` answer where there is an account; its first argument is moto's own method."""
    moto_own = getattr(owner, name)

    @functools.wraps(moto_own)
    def answer(*arguments: Any, **options: Any) -> Any:
        if not has_current():
            return moto_own(*arguments, **options)
        return ours(moto_own, *arguments, **options)

    setattr(owner, name, answer)
