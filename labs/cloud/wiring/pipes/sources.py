"""Where pipes get their records, and what becomes of those that failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from labs.cloud import moto_pipes, moto_seams, moto_sqs
from labs.cloud.clock import clock
from labs.cloud.moto_pipes import Pipe
from labs.cloud.wiring.sqs_lambda import _record as queue_record

FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1, 60  # between attempts with a stream's batch

type Record = dict[str, Any]


class Source(Protocol):
    """One pipe's. A record's identifier is what a partial batch response names."""

    def poll(self, count: int) -> list[tuple[str, Record]]:
        """Up to `count` new records with their identifiers."""
        ...

    def settle(self, all_ids: list[str], failed: set[str]) -> list[str]:
        """Go on behind what was done; the identifiers of those that are given up."""
        ...

    def next_moment(self) -> float | None: ...


@dataclass(frozen=True)
class _Mapping:
    """What a queue's record is made for."""

    event_source_arn: str


class QueueSource:
    """What failed stays in the queue, invisible until its timeout has passed."""

    def __init__(self, pipe: Pipe, _parameters: Mapping[str, Any]) -> None:
        self._arn = pipe.source
        self._received: dict[str, Any] = {}

    def poll(self, count: int) -> list[tuple[str, Record]]:
        queue = moto_seams.queue(self._arn)
        if queue is None:
            return []
        found = []
        for message in moto_sqs.receive(queue, count):
            self._received[message.id] = message
            found.append((message.id, queue_record(message, _Mapping(self._arn))))
        return found

    def settle(self, all_ids: list[str], failed: set[str]) -> list[str]:
        queue = moto_seams.queue(self._arn)
        for each in all_ids:
            message = self._received.pop(each, None)
            if queue is not None and message is not None and each not in failed:
                moto_sqs.delete(queue, message)
        return []

    def next_moment(self) -> float | None:
        queue = moto_seams.queue(self._arn)
        return moto_sqs.next_visible_millis(queue) if queue else None


class StreamSource:
    """The stream of a table. A batch that fails holds up what is behind it."""

    def __init__(self, pipe: Pipe, parameters: Mapping[str, Any]) -> None:
        self._arn = pipe.source
        self._retries = parameters.get("MaximumRetryAttempts", -1)
        self._attempts, self._wait_until = 0, 0.0
        shard = moto_pipes.stream_shard(self._arn)
        self._next = shard.starting_sequence_number if shard else 0
        if shard and parameters.get("StartingPosition") == "LATEST":
            self._next += len(shard.items)

    def poll(self, count: int) -> list[tuple[str, Record]]:
        shard = moto_pipes.stream_shard(self._arn)
        if shard is None or clock.millis() < self._wait_until:
            return []
        # Numbers follow each other, and one that was given stays.
        records = shard.get(self._next, count)
        return [
            (str(self._next + index), _stream_record(record, self._arn))
            for index, record in enumerate(records)
        ]

    def settle(self, all_ids: list[str], failed: set[str]) -> list[str]:
        if not failed:
            self._go_on(all_ids)
            return []
        first = min(all_ids.index(each) for each in failed)
        if first:
            self._go_on(all_ids[:first])
        self._attempts += 1
        if 0 <= self._retries < self._attempts:
            given_up = all_ids[first:]
            self._go_on(given_up)
            return given_up
        seconds = min(FIRST_WAIT_SECONDS * 2 ** (self._attempts - 1), LONGEST_WAIT_SECONDS)
        self._wait_until = clock.millis() + seconds * 1000
        return []

    def _go_on(self, done: list[str]) -> None:
        self._next = int(done[-1]) + 1
        self._attempts, self._wait_until = 0, 0.0

    def next_moment(self) -> float | None:
        return self._wait_until if self._wait_until > clock.millis() else None


def _stream_record(record: Record, arn: str) -> Record:
    """As in a function's event: a moment is a number of seconds there."""
    change = dict(record["dynamodb"])
    moment = change.get("ApproximateCreationDateTime")
    if isinstance(moment, datetime):
        change["ApproximateCreationDateTime"] = int(moment.replace(tzinfo=UTC).timestamp())
    return {**record, "dynamodb": change, "eventSourceARN": arn}


SOURCES: dict[str, type[QueueSource] | type[StreamSource]] = {
    "sqs": QueueSource,
    "dynamodb": StreamSource,
}
PARAMETERS = {"sqs": "SqsQueueParameters", "dynamodb": "DynamoDBStreamParameters"}
BATCH_SIZES = {"sqs": 10, "dynamodb": 100}


def parameters_of(pipe: Pipe) -> dict[str, Any]:
    """Those of its kind of source."""
    name = PARAMETERS[pipe.source.split(":")[2]]
    found: dict[str, Any] = (pipe.source_parameters or {}).get(name) or {}
    return found


def source_of(pipe: Pipe) -> Source:
    return SOURCES[pipe.source.split(":")[2]](pipe, parameters_of(pipe))
