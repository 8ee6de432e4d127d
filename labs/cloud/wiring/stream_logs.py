"""The streams that mappings and pipes read: shards of DynamoDB tables and of Kinesis streams."""

from dataclasses import dataclass
from typing import Any, Protocol

from labs.cloud import moto_dynamodb_streams, moto_kinesis
from labs.cloud.clock import clock


@dataclass(frozen=True)
class Entry:
    """One record of a shard, `record` as it stands in a function's event."""

    sequence_number: str
    arrived_ms: float
    record: dict[str, Any]


class Log(Protocol):
    """One shard. It is looked up anew each time, as an undone transaction takes records back."""

    shard_id: str
    kept_ms: float

    def count(self) -> int:
        """How many records it has ever had."""
        ...

    def first(self) -> int:
        """The index of the oldest record that is still kept."""
        ...

    def entries(self, start: int, end: int) -> list[Entry]:
        """Records by their indices."""
        ...


class TableLog:
    """The shard of a table's stream."""

    kept_ms = moto_dynamodb_streams.KEPT_SECONDS * 1000.0

    def __init__(self, stream_arn: str) -> None:
        self._arn = stream_arn
        shard = self._shard()
        self.shard_id = shard.id if shard else ""

    def count(self) -> int:
        shard = self._shard()
        return len(shard.items) if shard else 0

    def first(self) -> int:
        shard = self._shard()
        return moto_dynamodb_streams.first_kept(shard) if shard else 0

    def entries(self, start: int, end: int) -> list[Entry]:
        shard = self._shard()
        return [
            Entry(one.sequence_number, one.created * 1000, one.for_function(self._arn))
            for one in (shard.items[start:end] if shard else [])
        ]

    def _shard(self) -> Any:
        return moto_dynamodb_streams.shard(self._arn)


class KinesisLog:
    """A shard of a Kinesis stream."""

    def __init__(self, stream_arn: str, shard_id: str, role: str = "") -> None:
        self._arn, self.shard_id, self._role = stream_arn, shard_id, role
        stream = moto_kinesis.stream(stream_arn)
        hours = int(stream.retention_period_hours) if stream else 24
        self.kept_ms = hours * 3_600_000.0

    def count(self) -> int:
        return len(self._records())

    def first(self) -> int:
        return self.first_since(clock.millis() - self.kept_ms)

    def first_since(self, moment_ms: float) -> int:
        records = self._records()
        late = (n for n, one in enumerate(records) if one.created_at * 1000 >= moment_ms)
        return next(late, len(records))

    def entries(self, start: int, end: int) -> list[Entry]:
        return [self._entry(one) for one in self._records()[start:end]]

    def _records(self) -> list[Any]:
        return moto_kinesis.records(self._arn, self.shard_id)

    def _entry(self, record: Any) -> Entry:
        """https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
        number = moto_kinesis.sequence_number(record)
        found = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": record.partition_key,
                "sequenceNumber": number,
                "data": moto_kinesis.data_of(record),
                "approximateArrivalTimestamp": round(record.created_at, 3),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{self.shard_id}:{number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": self._role,
            "awsRegion": self._arn.split(":")[3],
            "eventSourceARN": self._arn,
        }
        return Entry(number, record.created_at * 1000, found)


def logs(stream_arn: str, role: str = "") -> list[TableLog | KinesisLog]:
    """The shards of a stream; none if it is not there. `role` is that of the reading function."""
    if stream_arn.split(":")[2] == "dynamodb":
        is_there = moto_dynamodb_streams.shard(stream_arn) is not None
        return [TableLog(stream_arn)] if is_there else []
    return [KinesisLog(stream_arn, one, role) for one in moto_kinesis.shard_ids(stream_arn)]
