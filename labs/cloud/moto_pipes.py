"""Every place in which moto's EventBridge Pipes is bent: it stores pipes, and moves nothing.

Each seam has a test that fails when a new moto moves what stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import dynamodb_backends
from moto.kinesis.models import kinesis_backends
from moto.pipes.models import EventBridgePipesBackend, Pipe

from labs.cloud.moto_replacing import around

__all__ = ["JsonRESTError", "Pipe", "Shard", "error", "patch", "shards"]


def patch() -> None:
    """Put the seams in, before moto starts."""
    # Here, as what runs pipes reads them from this module.
    from labs.cloud.wiring.pipes import api

    around(EventBridgePipesBackend, "create_pipe", api.create_pipe)
    around(EventBridgePipesBackend, "update_pipe", api.update_pipe)
    around(EventBridgePipesBackend, "delete_pipe", api.delete_pipe)
    around(EventBridgePipesBackend, "start_pipe", api.start_pipe)
    around(EventBridgePipesBackend, "stop_pipe", api.stop_pipe)
    around(Pipe, "advance", api.advance)


@dataclass(frozen=True)
class Shard:
    """A part of a stream. Sequence numbers grow; `first` is before all, `last` is the latest.

    `read` gives up to so many records after a number, each with its own.
    """

    id: str
    first: int
    last: int
    read: Callable[[int, int], list[tuple[int, dict[str, Any]]]]


def shards(arn: str) -> list[Shard]:
    """Those of the stream of a table, or of Kinesis; none if there is no such stream."""
    region, account = arn.split(":")[3:5]
    if ":kinesis:" in arn:
        streams = kinesis_backends[account][region].streams
        stream = next((found for found in streams.values() if found.arn == arn), None)
        return [_of_kinesis(shard) for shard in stream.shards.values()] if stream else []
    for table in dynamodb_backends[account][region].tables.values():
        label = table.latest_stream_label
        if label and arn == f"{table.table_arn}/stream/{label}" and table.stream_shard:
            return [_of_table(table.stream_shard)]
    return []


def _of_table(shard: Any) -> Shard:
    first = shard.starting_sequence_number - 1

    def read(after: int, count: int) -> list[tuple[int, dict[str, Any]]]:
        # Numbers follow each other, and one that was given stays.
        return [
            (after + 1 + index, record) for index, record in enumerate(shard.get(after + 1, count))
        ]

    return Shard(shard.id, first, first + len(shard.items), read)


def _of_kinesis(shard: Any) -> Shard:
    def read(after: int, count: int) -> list[tuple[int, dict[str, Any]]]:
        records, _, _ = shard.get_records(str(after), count)
        return [(record.sequence_number, record.to_json()) for record in records]

    return Shard(shard.shard_id, 0, max(shard.records, default=0), read)


def error(status: int, code: str, message: str) -> JsonRESTError:
    """One that the API answers."""
    found = JsonRESTError(code, message)
    found.code = status
    return found
