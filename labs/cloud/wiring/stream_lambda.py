"""DynamoDB Streams and Kinesis -> Lambda: what an event source mapping does with a shard.

Rules: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html and
https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html.

A shard is read in order, one batch at a time, whatever the parallelization factor. AWS does not
say how long it waits before it tries a failed batch again: here it is a second, then twice as
long each time, up to a quarter of an hour.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from labs.cloud import agenda, moto_dynamodb_streams, moto_kinesis, moto_lambda, moto_mappings
from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.simulation import current, has_current
from labs.cloud.wiring import stream_failures
from labs.cloud.wiring.event_filters import Filters
from labs.cloud.wiring.mappings import (
    MAX_EVENT_BYTES,
    REPORT_FAILURES,
    function_name,
    invoke,
    is_active,
    name_of,
)
from labs.cloud.wiring.sqs_lambda import failed_ids
from labs.cloud.wiring.stream_logs import Entry, KinesisLog, TableLog, logs

FIRST_WAIT_MS, LONGEST_WAIT_MS = 1_000, 900_000
FOR_EVER = -1


@dataclass(frozen=True)
class Segment:
    """Records that are delivered together; `retries` of them have failed, `calls` were made."""

    entries: list[Entry]
    retries: int = 0
    calls: int = 0
    failures: int = 0


class Readers:
    """Those of all stream mappings of an account, by the mapping's id."""

    def __init__(self) -> None:
        self.of: dict[str, list[Reader]] = {}


class Reader:
    """Reads one shard for one mapping."""

    def __init__(self, mapping: Any, log: TableLog | KinesisLog) -> None:
        self._mapping, self._log = mapping, log
        self._next = _start(mapping, log)
        self._segments: list[Segment] = []
        self._entry: agenda.Entry | None = None

    @property
    def arn(self) -> str:
        return str(self._mapping.event_source_arn)

    def poke(self) -> None:
        """There may be something to deliver: plan it, unless that has been done."""
        if self._entry is not None or self._segments or not self._mapping.enabled:
            return
        self._next = max(self._next, self._log.first()) if self._is_late() else self._next
        waiting = self._log.count() - self._next
        if waiting <= 0:
            return
        window = (self._mapping.max_batch_window or 0) * 1000
        if window and waiting < self._mapping.batch_size:
            [first] = self._log.entries(self._next, self._next + 1)
            self._plan(max(first.arrived_ms + window, clock.millis()))
        else:
            self._plan(clock.millis())

    def hurry(self) -> None:
        """A full batch ends its window."""
        full = self._log.count() - self._next >= self._mapping.batch_size
        if self._entry and not self._segments and full and self._entry.moment > clock.millis():
            self._entry.cancel()
            self._plan(clock.millis())

    def resume(self) -> None:
        """The mapping was changed: go on from where it stopped."""
        if self._segments and self._entry is None and self._mapping.enabled:
            self._plan(clock.millis())
        else:
            self.poke()

    def _is_late(self) -> bool:
        entries = self._log.entries(self._next, self._next + 1)
        return bool(entries) and entries[0].arrived_ms <= clock.millis() - self._log.kept_ms

    def _plan(self, moment: float) -> None:
        what = f"{name_of(self._mapping)} to function {function_name(self._mapping)}"
        self._entry = current().agenda.put(self._run, what=what, at=moment)

    def _run(self) -> None:
        self._entry = None
        if not is_active(self._mapping):
            return
        if not self._segments:
            self._read()
        if self._segments:
            self._deliver()
        if not self._segments:
            self.poke()

    def _read(self) -> None:
        """Take the next batch; what its filters do not want is passed over."""
        entries = self._log.entries(self._next, self._next + self._mapping.batch_size)
        entries = _fitting(entries)
        self._next += len(entries)
        filters = Filters(self._mapping.filter_criteria, self.arn)
        wanted = [entry for entry in entries if filters.wants(entry.record)]
        self._segments = [Segment(wanted)] if wanted else []

    def _deliver(self) -> None:
        segment = self._without_expired(self._segments.pop(0))
        if not segment.entries:
            return self._go_on()
        invocation = invoke(self._mapping, [entry.record for entry in segment.entries])
        if invocation is None:  # what is throttled is no attempt
            return self._retry(replace(segment, failures=segment.failures + 1))
        segment = replace(segment, calls=segment.calls + 1)
        failed = self._failed_from(segment, invocation)
        self._mapping.coldstart_result = (
            "OK" if failed is None else "PROBLEM: Function call failed"
        )
        if failed is None:
            return self._go_on()
        return self._after_failure(segment, failed, invocation)

    def _failed_from(self, segment: Segment, invocation: Invocation) -> int | None:
        """The index of the first record that failed, or None."""
        if invocation.error:
            return 0
        if REPORT_FAILURES not in (self._mapping.function_response_types or []):
            return None
        numbers = [entry.sequence_number for entry in segment.entries]
        failed = failed_ids(invocation.response, set(numbers))
        return min((numbers.index(number) for number in failed), default=None)

    def _after_failure(self, segment: Segment, failed: int, invocation: Invocation) -> None:
        left = segment.entries[failed:]
        most = self._mapping.max_retry_attempts
        if failed == 0 and self._mapping.bisect_on_error and len(left) > 1:
            # Splitting is none of the retries.
            middle = len(left) // 2
            halves = [replace(segment, entries=half) for half in (left[:middle], left[middle:])]
            self._segments.insert(0, halves[1])
            return self._retry(halves[0])
        if most is not None and most != FOR_EVER and segment.retries >= most:
            lost = replace(segment, entries=left)
            self._discard(lost, stream_failures.EXHAUSTED, invocation)
            return self._go_on()
        retries, failures = segment.retries + 1, segment.failures + 1
        return self._retry(replace(segment, entries=left, retries=retries, failures=failures))

    def _retry(self, segment: Segment) -> None:
        self._segments.insert(0, segment)
        exponent = max(segment.failures - 1, 0)
        wait = min(FIRST_WAIT_MS * 2 ** min(exponent, 20), LONGEST_WAIT_MS)
        moment = clock.millis() + wait
        expiry = segment.entries[0].arrived_ms + self._most_age_ms()
        self._plan(min(moment, max(expiry + 1, clock.millis())))

    def _go_on(self) -> None:
        if self._segments:
            self._plan(clock.millis())

    def _most_age_ms(self) -> float:
        age = self._mapping.max_record_age
        kept = self._log.kept_ms
        return kept if age is None or age == FOR_EVER else min(age * 1000.0, kept)

    def _without_expired(self, segment: Segment) -> Segment:
        """What is too old is given up; what the stream has dropped is just gone."""
        oldest = clock.millis() - self._most_age_ms()
        late = [entry for entry in segment.entries if entry.arrived_ms <= oldest]
        if late and self._most_age_ms() < self._log.kept_ms:
            self._discard(replace(segment, entries=late), stream_failures.EXPIRED, None)
        return replace(segment, entries=segment.entries[len(late) :]) if late else segment

    def _discard(self, segment: Segment, why: str, invocation: Invocation | None) -> None:
        shard = self._log.shard_id
        stream_failures.report(
            self._mapping, shard, segment.entries, why, segment.calls, invocation
        )


def _fitting(entries: list[Entry]) -> list[Entry]:
    """As many as fit into one event, but at least one."""
    room = MAX_EVENT_BYTES
    for index, entry in enumerate(entries):
        room -= len(json.dumps(entry.record))
        if room < 0 and index:
            return entries[:index]
    return entries


def _start(mapping: Any, log: TableLog | KinesisLog) -> int:
    if mapping.starting_position == "LATEST":
        return log.count()
    if mapping.starting_position == "AT_TIMESTAMP" and isinstance(log, KinesisLog):
        return log.first_since(float(mapping.starting_position_timestamp or 0) * 1000)
    return log.first()


def _mapping_changed(mapping: Any) -> None:
    if moto_mappings.service_of(mapping) == "sqs":
        return
    readers = current().state(Readers).of
    if mapping.uuid not in readers:
        function = moto_lambda.function(mapping.function_arn)
        role = str(function.role) if function else ""
        readers[mapping.uuid] = [
            Reader(mapping, log) for log in logs(mapping.event_source_arn, role)
        ]
    for reader in readers[mapping.uuid]:
        reader.resume()


def _recorded(stream_arn: str) -> None:
    if not has_current():
        return
    for readers in current().state(Readers).of.values():
        for reader in readers:
            if reader.arn == stream_arn:
                reader.poke()
                reader.hurry()


def watch() -> None:
    """Listen to mappings and streams; once in a process."""
    moto_mappings.on_change(_mapping_changed)
    moto_dynamodb_streams.on_record(_recorded)
    moto_kinesis.on_record(_recorded)
