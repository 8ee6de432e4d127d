"""Map, distributed: each item, or batch of items, is an execution of its own.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""

import json
from collections import deque
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from labs.cloud import moto_lambda
from labs.cloud.services.stepfunctions.execution import (
    item_batcher,
    item_reader,
    items,
    result_writer,
)
from labs.cloud.services.stepfunctions.execution.branch import Outcome
from labs.cloud.services.stepfunctions.execution.flow import Pending, Steps, StoppedError
from labs.cloud.services.stepfunctions.execution.history import as_json, now
from labs.cloud.services.stepfunctions.execution.model import (
    ABORTED,
    FAILED,
    RUNNING,
    SUCCEEDED,
    Execution,
    MapRun,
    Source,
)
from labs.cloud.services.stepfunctions.execution.results import outcome
from labs.cloud.services.stepfunctions.execution.store import store
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language.errors import StatesError

if TYPE_CHECKING:
    from collections.abc import Callable

CONCURRENCY = 10_000
EXCEEDED = StatesError(
    "States.ExceedToleratedFailureThreshold",
    "The specified tolerated failure threshold was exceeded",
)


def distributed(visit: Visit) -> Steps[Outcome]:
    limit = items.max_concurrency(visit)
    reader = visit.state.item_reader
    found = [] if reader else items.items_of_state(visit)
    visit.note("MapStateStarted", {"length": len(found)})
    map_run = _map_run(visit, limit)
    asked = item_reader.asked_of(visit, reader) if reader else {}
    _note_beginning(visit, map_run)
    try:
        if reader:
            found = item_reader.read_items(visit, reader, asked)
        yield from _Children(visit, map_run, _inputs(visit, map_run, found)).run()
        result = _result(visit, map_run)
    except StatesError as error:
        _end(map_run, FAILED)
        visit.note("MapRunFailed", {"error": error.error, "cause": error.cause})
        raise
    except StoppedError:
        _end(map_run, ABORTED)
        raise
    _end(map_run, SUCCEEDED)
    visit.note("MapRunSucceeded")
    visit.note("MapStateSucceeded")
    return outcome(visit, result)


def _map_run(visit: Visit, limit: int) -> MapRun:
    """A new one, or the one that a redrive goes on with."""
    count = items.tolerated_count(visit) or 0
    percentage = items.tolerated_percentage(visit) or 0.0
    if redriven := visit.branch.checkpoint.map_run:
        redriven.status, redriven.stopped, redriven.redriven = RUNNING, None, now()
        redriven.redrive_count += 1
        return redriven
    state, execution = visit.state, visit.branch.run.execution
    label = state.label or moto_lambda.new_id()
    source = execution.source
    owner = source.arn.replace(":stateMachine:", ":mapRun:")
    map_run = MapRun(
        arn=f"{owner}/{label}:{moto_lambda.new_id()}",
        execution_arn=execution.arn,
        machine_arn=source.arn,
        label=label,
        is_express=state.execution_type == "EXPRESS",
        max_concurrency=limit,
        tolerated_count=count,
        tolerated_percentage=percentage,
    )
    store().map_runs[map_run.arn] = visit.branch.checkpoint.map_run = map_run
    return map_run


def _note_beginning(visit: Visit, map_run: MapRun) -> None:
    if map_run.redrive_count:
        count = map_run.redrive_count
        visit.note("MapRunRedriven", {"mapRunArn": map_run.arn, "redriveCount": count})
    else:
        visit.note("MapRunStarted", {"mapRunArn": map_run.arn})


def _inputs(visit: Visit, map_run: MapRun, found: list[Any]) -> list[tuple[str, int]]:
    """What the children begin with, as JSON, and how many items each stands for."""
    map_run.total = len(found)
    chosen = [items.selected_item(visit, number, item) for number, item in enumerate(found)]
    batcher = visit.state.item_batcher
    if batcher is None:
        return [(as_json(one), 1) for one in chosen]
    return [(as_json(one), len(one["Items"])) for one in item_batcher.batches(visit, chosen)]


def _result(visit: Visit, map_run: MapRun) -> Any:
    if visit.state.result_writer:
        return result_writer.written(visit, visit.state.result_writer, map_run)
    return [
        json.loads(child.output or "null")
        for child in map_run.children
        if child.status == SUCCEEDED
    ]


def _end(map_run: MapRun, status: str) -> None:
    map_run.status, map_run.stopped = status, now()
    for child in map_run.children:
        if child.is_running and child.run:
            child.run.stop()


class _Children:
    """The executions of one map run, and whether too many of them fail.

    In a redrive those that there are and that did not succeed are redriven, or begun anew where
    they are Express.
    """

    def __init__(self, visit: Visit, map_run: MapRun, inputs: list[tuple[str, int]]) -> None:
        self._visit, self._map_run = visit, map_run
        self._source = _source(visit, map_run)
        self._all_ended = Pending()
        self._waiting: deque[Callable[[], None]] = deque()
        self._running = self._failed_items = 0
        for number, (text, count) in enumerate(inputs):
            if number >= len(map_run.children):
                self._waiting.append(partial(self._start, text, count))
            elif map_run.children[number].status != SUCCEEDED:
                self._waiting.append(partial(self._start_again, number, text, count))

    def run(self) -> Steps[None]:
        """Until all have ended, or raises EXCEEDED."""
        if self._waiting:
            self._fill()
            yield self._all_ended

    def _fill(self) -> None:
        while self._waiting and not self._all_ended.is_done:
            if self._running >= (self._map_run.max_concurrency or CONCURRENCY):
                return
            self._running += 1
            self._waiting.popleft()()

    def _start(self, text: str, count: int) -> None:
        child = self._child(text, count)
        self._map_run.children.append(child)
        self._map_run.item_counts.append(count)
        child.done.when_done(lambda: self._over(child, count))

    def _start_again(self, number: int, text: str, count: int) -> None:
        # Here, as running an execution takes all kinds of states, and this is one of them.
        from labs.cloud.services.stepfunctions.execution import run

        child = self._map_run.children[number]
        if child.source.is_express:
            child = self._map_run.children[number] = self._child(text, count)
        else:
            run.redrive(child)
        child.done.when_done(lambda: self._over(child, count))

    def _child(self, text: str, count: int) -> Execution:
        from labs.cloud.services.stepfunctions.execution import run

        name = moto_lambda.new_id()
        arn = f"{self._child_arn()}:{name}"
        child = run.start(
            self._source,
            arn,
            name,
            text,
            flow=self._visit.branch.run.flow,
            map_run=self._map_run,
            item_count=count,
        )
        store().executions[arn] = child
        return child

    def _over(self, child: Execution, count: int) -> None:
        self._running -= 1
        if self._all_ended.is_done:
            return
        if child.status != SUCCEEDED:
            self._failed_items += count
            if self._is_exceeded():
                self._all_ended.fail(EXCEEDED)
                return
        if not self._waiting and not self._running:
            self._all_ended.resolve()
        else:
            self._fill()

    def _is_exceeded(self) -> bool:
        """With both thresholds, the first that is exceeded counts; with none, one failure."""
        run, failed = self._map_run, self._failed_items
        share = 100 * failed / run.total
        by_count = failed > run.tolerated_count
        by_share = share > run.tolerated_percentage
        if run.tolerated_count and run.tolerated_percentage:
            return by_count or by_share
        return by_share if run.tolerated_percentage else by_count

    def _child_arn(self) -> str:
        kind = ":express:" if self._map_run.is_express else ":execution:"
        return f"{self._source.arn.replace(':stateMachine:', kind)}/{self._map_run.label}"


def _source(visit: Visit, map_run: MapRun) -> Source:
    """The processor as a machine of its own."""
    processor = visit.state.processor
    return replace(
        visit.branch.run.execution.source,
        type="EXPRESS" if map_run.is_express else "STANDARD",
        definition=as_json(processor.raw),
        machine=processor,
    )
