"""Every place in which moto's EventBridge Scheduler is bent: it stores schedules, and no more.

Each seam has a test that fails when a new moto moves what stands here.
"""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.exceptions import JsonRESTError
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse

from labs.cloud.moto_replacing import around

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
    around(owner, "create_schedule", api.create_schedule)
    around(owner, "update_schedule", api.update_schedule)
    around(owner, "delete_schedule", api.delete_schedule)
    around(owner, "create_schedule_group", api.create_group)
    around(owner, "delete_schedule_group", api.delete_group)
    around(response, "update_schedule", api.update_action)


def backend(region: str) -> EventBridgeSchedulerBackend:
    found: EventBridgeSchedulerBackend = scheduler_backends[DEFAULT_ACCOUNT_ID][region]
    return found
