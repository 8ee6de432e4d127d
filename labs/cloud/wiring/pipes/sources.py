"""Where pipes get their records, and what becomes of those that failed."""

import base64
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


@dataclass
class Reader:
    """How far one shard was read, and how often its next batch failed.

    `size` is to how many records a batch was bisected, 0 if it was not.
    """

    position: int
    attempts: int = 0
    wait_until: float = 0  # ms since 1970
    size: int = 0

    def go_on(self, number: str) -> None:
        self.position, self.attempts, self.wait_until, self.size = int(number), 0, 0, 0


class StreamSource:
    """A stream. A batch that fails holds up what is behind it in its shard."""

    def __init__(self, pipe: Pipe, parameters: Mapping[str, Any]) -> None:
        self._arn = pipe.source
        self._retries = parameters.get("MaximumRetryAttempts", -1)
        self._max_age_seconds = parameters.get("MaximumRecordAgeInSeconds", -1)
        self._bisects = parameters.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT"
        is_latest = parameters.get("StartingPosition") == "LATEST"
        self._readers = {
            shard.id: Reader(shard.last if is_latest else shard.first)
            for shard in moto_pipes.shards(self._arn)
        }
        # Of the last batch: who gave it, and when its records were made (s since 1970).
        self._polled = Reader(0)
        self._born: dict[str, float] = {}

    def poll(self, count: int) -> list[tuple[str, Record]]:
        for shard in moto_pipes.shards(self._arn):
            reader = self._readers.setdefault(shard.id, Reader(shard.first))
            if clock.millis() < reader.wait_until:
                continue
            if records := shard.read(reader.position, reader.size or count):
                self._polled = reader
                read = _kinesis_record if ":kinesis:" in self._arn else _table_record
                found = [(str(number), read(one, self._arn, shard.id)) for number, one in records]
                self._born = {number: _born(record) for number, record in found}
                return found
        return []

    def settle(self, all_ids: list[str], failed: set[str]) -> list[str]:
        reader = self._polled
        if not failed:
            reader.go_on(all_ids[-1])
            return []
        first = min(all_ids.index(each) for each in failed)
        if first:
            reader.go_on(all_ids[first - 1])
        left = all_ids[first:]
        if self._bisects and len(left) > 1:
            reader.size = len(left) // 2
            return []
        reader.attempts += 1
        age_seconds = clock.millis() / 1000 - self._born.get(left[0], 0)
        if 0 <= self._retries < reader.attempts or 0 < self._max_age_seconds < age_seconds:
            reader.go_on(left[-1])
            return left
        seconds = min(FIRST_WAIT_SECONDS * 2 ** (reader.attempts - 1), LONGEST_WAIT_SECONDS)
        reader.wait_until = clock.millis() + seconds * 1000
        return []

    def next_moment(self) -> float | None:
        moments = [reader.wait_until for reader in self._readers.values()]
        return min((moment for moment in moments if moment > clock.millis()), default=None)


def _table_record(record: Record, arn: str, _shard: str) -> Record:
    """As in a function's event: a moment is a number of seconds there."""
    change = dict(record["dynamodb"])
    moment = change.get("ApproximateCreationDateTime")
    if isinstance(moment, datetime):
        change["ApproximateCreationDateTime"] = int(_seconds(moment))
    return {**record, "dynamodb": change, "eventSourceARN": arn}


def _kinesis_record(record: Record, arn: str, shard: str) -> Record:
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html"""
    return {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": record["PartitionKey"],
        "sequenceNumber": record["SequenceNumber"],
        "data": base64.b64encode(record["Data"]).decode(),
        "approximateArrivalTimestamp": _seconds(record["ApproximateArrivalTimestamp"]),
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "awsRegion": arn.split(":")[3],
        "eventSourceARN": arn,
    }


def _born(record: Record) -> float:
    change = record.get("dynamodb", {})
    moment = change.get("ApproximateCreationDateTime", record.get("approximateArrivalTimestamp"))
    return float(moment or 0)


def _seconds(moment: datetime) -> float:
    """moto's moments are in UTC and do not say so."""
    return moment.replace(tzinfo=UTC).timestamp()


SOURCES: dict[str, type[QueueSource] | type[StreamSource]] = {
    "sqs": QueueSource,
    "dynamodb": StreamSource,
    "kinesis": StreamSource,
}
PARAMETERS = {
    "sqs": "SqsQueueParameters",
    "dynamodb": "DynamoDBStreamParameters",
    "kinesis": "KinesisStreamParameters",
}
BATCH_SIZES = {"sqs": 10, "dynamodb": 100, "kinesis": 100}


def parameters_of(pipe: Pipe) -> dict[str, Any]:
    """Those of its kind of source."""
    name = PARAMETERS[pipe.source.split(":")[2]]
    found: dict[str, Any] = (pipe.source_parameters or {}).get(name) or {}
    return found


def source_of(pipe: Pipe) -> Source:
    return SOURCES[pipe.source.split(":")[2]](pipe, parameters_of(pipe))


def exists(arn: str) -> bool:
    """Whether there is such a queue or stream."""
    if arn.split(":")[2] == "sqs":
        return moto_seams.queue(arn) is not None
    return bool(moto_pipes.shards(arn))
