"""Every place in which moto's Kinesis is bent: mapped functions are not invoked in PutRecord."""

import base64
from collections.abc import Callable
from typing import Any

from moto.kinesis.models import Stream, kinesis_backends

type Hook = Callable[[str], None]

_on_record: list[Hook] = []
_put_any_record = Stream.put_record


def patch() -> None:
    """Put the seam in, before moto starts."""
    Stream.put_record = _put_record


def on_record(hook: Hook) -> None:
    """Call `hook` with a stream's ARN after each record; for the wiring, once in a process."""
    if hook not in _on_record:
        _on_record.append(hook)


def stream(arn: str) -> Stream | None:
    region, account, resource = arn.split(":", 5)[3:6]
    return kinesis_backends[account][region].streams.get(resource.removeprefix("stream/"))


def shard_ids(stream_arn: str) -> list[str]:
    """Those of all shards, open or not; none if there is no such stream."""
    found = stream(stream_arn)
    return list(found.shards) if found else []


def records(stream_arn: str, shard_id: str) -> list[Any]:
    """All records that a shard ever had, the oldest first."""
    found = stream(stream_arn)
    shard = found.shards.get(shard_id) if found else None
    return list(shard.records.values()) if shard else []


def sequence_number(record: Any) -> str:
    return str(record.sequence_number)


def data_of(record: Any) -> str:
    """What was sent, in base64."""
    data = record.data
    return base64.b64encode(data).decode() if isinstance(data, bytes) else str(data)


def _put_record(self: Stream, *arguments: Any, **more: Any) -> Any:
    mappings, self.lambda_event_source_mappings = self.lambda_event_source_mappings, {}
    try:
        answer = _put_any_record(self, *arguments, **more)
    finally:
        self.lambda_event_source_mappings = mappings
    for hook in _on_record:
        hook(self.arn)
    return answer
