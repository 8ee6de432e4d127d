"""Every place in which moto's EventBridge Pipes is bent: it stores pipes, and moves nothing.

Each seam has a test that fails when a new moto moves what stands here.
"""

import functools
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.pipes.models import EventBridgePipesBackend, Pipe

from labs.cloud.simulation import has_current

__all__ = ["JsonRESTError", "Pipe", "patch", "stream_shard"]


def patch() -> None:
    """Put the seams in, before moto starts."""
    # Here, as what runs pipes reads them from this module.
    from labs.cloud.wiring.pipes import api

    _around(EventBridgePipesBackend, "create_pipe", api.create_pipe)
    _around(EventBridgePipesBackend, "update_pipe", api.update_pipe)
    _around(EventBridgePipesBackend, "delete_pipe", api.delete_pipe)
    _around(EventBridgePipesBackend, "start_pipe", api.start_pipe)
    _around(EventBridgePipesBackend, "stop_pipe", api.stop_pipe)
    _around(Pipe, "advance", api.advance)


def stream_shard(arn: str) -> Any:
    """The one shard of a table's stream, or None if there is no such stream."""
    region, account = arn.split(":")[3:5]
    for table in dynamodb_backends[account][region].tables.values():
        if (
            table.latest_stream_label
            and arn == f"{table.table_arn}/stream/{table.latest_stream_label}"
        ):
            return table.stream_shard
    return None


def error(status: int, code: str, message: str) -> JsonRESTError:
    """One that the API answers."""
    found = JsonRESTError(code, message)
    found.code = status
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
