"""What a pipe does with a batch: filter, enrich, transform, deliver, and go on or try again.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
"""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from labs.cloud.agenda import Entry
from labs.cloud.clock import clock, iso_of
from labs.cloud.missing import MissingError
from labs.cloud.moto_pipes import Pipe
from labs.cloud.simulation import current
from labs.cloud.wiring import targets as deliveries
from labs.cloud.wiring.event_filters import Filters
from labs.cloud.wiring.eventbridge.destinations import what
from labs.cloud.wiring.eventbridge.envelope import iso
from labs.cloud.wiring.input_transformer import compact
from labs.cloud.wiring.pipes.logs import ExecutionLog
from labs.cloud.wiring.pipes.sources import (
    BATCH_SIZES,
    Record,
    Source,
    parameters_of,
    source_of,
)
from labs.cloud.wiring.pipes.targets import ENRICHMENTS, Payload, sender_of, to_target
from labs.cloud.wiring.pipes.templates import filled
from labs.cloud.wiring.sqs_lambda import failed_ids


@dataclass
class Run:
    """One pipe at work, with the records that it holds until its batching window is over."""

    pipe: Pipe
    source: Source
    held: list[tuple[str, Record]] = field(default_factory=list)
    end: Entry | None = None
    is_over: bool = False


class Running:
    """The pipes of one account, in the order in which they were made."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}

    def add(self, pipe: Pipe) -> None:
        self.runs[pipe.arn] = Run(pipe, source_of(pipe))

    def remove(self, pipe: Pipe) -> None:
        self.runs.pop(pipe.arn, None)

    def active(self) -> list[Run]:
        return [run for run in self.runs.values() if run.pipe.desired_state == "RUNNING"]


class Pipes:
    """The source of an account's pipes."""

    def deliver(self) -> int:
        return sum(_poll(run) for run in current().state(Running).active())

    def next_moment(self) -> float | None:
        moments = (run.source.next_moment() for run in current().state(Running).active())
        return min((moment for moment in moments if moment is not None), default=None)


def _poll(run: Run) -> int:
    """Fetch what there is, and work on it once a batch is complete; how much was done."""
    parameters = parameters_of(run.pipe)
    size = parameters.get("BatchSize") or BATCH_SIZES[run.pipe.source.split(":")[2]]
    window = parameters.get("MaximumBatchingWindowInSeconds") or 0
    found = run.source.poll(size - len(run.held)) if not run.held or _is_queue(run) else []
    run.held += _wanted(run, found)
    if not run.held or not (found or run.is_over):
        return len(found)
    if window and len(run.held) < size and not run.is_over:
        if run.end is None:
            _plan_end(run, window)
        return len(found)
    batch, run.held, run.is_over = run.held, [], False
    if run.end is not None:
        run.end.cancel()
        run.end = None
    _work(run, batch)
    return 1


def _is_queue(run: Run) -> bool:
    """A stream goes on behind a batch only when that is done."""
    return bool(run.pipe.source.split(":")[2] == "sqs")


def _plan_end(run: Run, seconds: int) -> None:
    def end() -> None:
        run.is_over = True

    name = f"{sender_of(run.pipe).name} to {what(run.pipe.target)}"
    run.end = current().agenda.put(end, what=name, after_ms=seconds * 1000)


def _wanted(run: Run, found: list[tuple[str, Record]]) -> list[tuple[str, Record]]:
    """Those that pass the filters. The others are done with: a stream passes them by."""
    if not found:
        return []
    filters = Filters((run.pipe.source_parameters or {}).get("FilterCriteria"), run.pipe.source)
    wanted = [(each, record) for each, record in found if filters.wants(record)]
    if _is_queue(run):
        kept = {each for each, _ in wanted}
        run.source.settle([each for each, _ in found if each not in kept], set())
    elif not wanted:
        run.source.settle([each for each, _ in found], set())
    return wanted


def _work(run: Run, batch: list[tuple[str, Record]]) -> None:
    ids = [each for each, _ in batch]
    name = f"{sender_of(run.pipe).name} to {what(run.pipe.target)}"
    current().agenda.recent.append(name)
    log = ExecutionLog(run.pipe)
    log.write("EXECUTION_STARTED", payload=compact([record for _, record in batch]))
    try:
        failed = _process(run.pipe, batch, log)
    except MissingError:
        failed = set()  # our gap, in the trace; nothing is gained by doing it again
    except (ClientError, BotoCoreError) as error:
        failed = set(ids)
        log.write("EXECUTION_FAILED", "ERROR", error={"message": str(error)})
    else:
        if failed:
            log.write("EXECUTION_PARTIALLY_FAILED", "ERROR")
        else:
            log.write("EXECUTION_SUCCEEDED")
    given_up = run.source.settle(ids, failed)
    if given_up:
        _bury(run.pipe, [record for each, record in batch if each in given_up])


def _process(pipe: Pipe, batch: list[tuple[str, Record]], log: ExecutionLog) -> set[str]:
    """Enrich and deliver a batch; the identifiers of what failed."""
    ids = [each for each, _ in batch]
    records: list[Any] = [record for _, record in batch]
    if pipe.enrichment:
        log.write("ENRICHMENT_STAGE_ENTERED")
        template = (pipe.enrichment_parameters or {}).get("InputTemplate")
        payloads = _payloads(pipe, template, records)
        answer = ENRICHMENTS[pipe.enrichment.split(":")[2]](pipe, pipe.enrichment, payloads)
        log.write("ENRICHMENT_STAGE_EXITED", payload=compact(answer))
        if isinstance(answer, dict) and "batchItemFailures" in answer:
            return failed_ids(answer, set(ids))
        if answer is None or answer in ("", {}, []):
            log.write("TARGET_INVOCATION_SKIPPED")
            return set()  # the enrichment filtered everything out
        records = answer if isinstance(answer, list) else [answer]
    log.write("TARGET_STAGE_ENTERED")
    template = (pipe.target_parameters or {}).get("InputTemplate")
    answer, numbers = to_target(pipe, _payloads(pipe, template, records))
    log.write("TARGET_STAGE_EXITED")
    if numbers:
        # What an enrichment made of the records is theirs only if there are as many.
        return {ids[number] for number in numbers} if len(records) == len(ids) else set(ids)
    is_partial = isinstance(answer, dict) and "batchItemFailures" in answer
    return failed_ids(answer, set(ids)) if is_partial else set()


def _payloads(pipe: Pipe, template: str | None, records: list[Any]) -> list[Payload]:
    ingested = iso(clock.now())
    return [Payload(each, filled(template, each, pipe, ingested)) for each in records]


def _bury(pipe: Pipe, records: list[Record]) -> None:
    """Tell the dead-letter queue or topic of a stream's batch that was given up."""
    arn = (parameters_of(pipe).get("DeadLetterConfig") or {}).get("Arn")
    if not arn:
        return
    is_table = ":dynamodb:" in pipe.source
    numbers = [
        record["dynamodb"]["SequenceNumber"] if is_table else record["sequenceNumber"]
        for record in records
    ]
    about = {
        "context": {"partnerResourceArn": pipe.arn, "condition": "RetryAttemptsExhausted"},
        "version": "1.0",
        "timestamp": iso_of(clock.millis()),
        "DDBStreamBatchInfo" if is_table else "KinesisBatchInfo": {
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[-1],
            "batchSize": len(records),
            "streamArn": pipe.source,
        },
    }
    give = deliveries.to_topic if arn.split(":")[2] == "sns" else deliveries.to_queue
    try:
        give(sender_of(pipe), arn, compact(about))
    except (ClientError, BotoCoreError):
        return  # in the trace
