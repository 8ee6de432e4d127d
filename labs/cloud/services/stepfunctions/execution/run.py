"""An execution from its start to its end.

A `Run` is what is alive of it; the `Execution` is what the account remembers.
"""

import functools
import json
import random
from typing import Any

from labs.cloud.clock import clock, iso
from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.execution import (
    logs,
    maps,
    notices,
    parallel,
    simple,
    tasks,
)
from labs.cloud.services.stepfunctions.execution.branch import Branch, Checkpoint, Kind, at_once
from labs.cloud.services.stepfunctions.execution.flow import Flow, Process, Steps, Timer
from labs.cloud.services.stepfunctions.execution.history import (
    NOT_TRUNCATED,
    FatalError,
    History,
    as_json,
    not_simulated,
    now,
)
from labs.cloud.services.stepfunctions.execution.model import (
    ABORTED,
    FAILED,
    RUNNING,
    SUCCEEDED,
    TIMED_OUT,
    Execution,
    MapRun,
    Source,
)
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.simulation import current
from labs.errors import LabsError

EXPRESS_SECONDS = 5 * 60
KINDS: dict[str, Kind] = {
    "Pass": at_once(simple.passed),
    "Succeed": at_once(simple.succeeded),
    "Fail": at_once(simple.failed),
    "Choice": at_once(simple.chosen),
    "Wait": simple.waited,
    "Task": tasks.performed,
    "Parallel": parallel.parallel,
    "Map": maps.mapped,
}


class Kinds:
    """What each type of state does in this account; an evaluation puts mocks in Task's place."""

    def __init__(self) -> None:
        self.by_type = dict(KINDS)


class Run:
    """One attempt: a redrive is another. `checkpoint` is where it begins, and how far it came."""

    def __init__(self, execution: Execution, flow: Flow, checkpoint: Checkpoint) -> None:
        self.execution, self.history, self.flow = execution, execution.history, flow
        self.checkpoint = checkpoint
        self.kinds = current().state(Kinds).by_type
        self.random = random.Random(f"{current().seed}:{execution.arn}")  # noqa: S311 - jitter
        self._process: Process | None = None
        self._timer: Timer | None = None

    @property
    def made_by(self) -> str:
        """Who makes its calls, for the trace."""
        return f"state machine {self.execution.source.name}"

    @property
    def region(self) -> str:
        return self.execution.source.region

    def begin(self, previous: int) -> None:
        """Let it run from its checkpoint on; `previous` is the event before its first state."""
        branch = Branch(
            self,
            self.execution.source.machine,
            {},
            self._context(),
            previous,
            self.checkpoint,
        )
        if seconds := self._limit_seconds():
            self._timer = Timer(f"the timeout of {self.made_by}", seconds * 1000, background=True)
            self._timer.when_done(self._time_out)
        self._process = Process(self.flow, self._whole(branch))
        self._process.when_done(self._pass_on_bug)

    def stop(self, error: str | None = None, cause: str | None = None) -> None:
        """Abort it, from outside."""
        details = {"error": error, "cause": cause}
        self._end(ABORTED, "ExecutionAborted", details, error=error, cause=cause)

    def _whole(self, branch: Branch) -> Steps[None]:
        try:
            output = yield from branch.steps(json.loads(self.execution.input))
        except StatesError as error:
            self._failed_with(branch, error)
        except MissingError as error:
            self._failed_with(branch, not_simulated(error))
        except (LabsError, AssertionError):
            raise
        except Exception as error:
            # Whatever breaks inside is our gap, not the learner's mistake.
            cause = f"This cannot be simulated with these parameters ({type(error).__name__})."
            self._failed_with(branch, FatalError("NotSimulated", cause))
        else:
            text = as_json(output)
            details = {"output": text, "outputDetails": NOT_TRUNCATED}
            self._end(SUCCEEDED, "ExecutionSucceeded", details, branch.last, output=text)

    def _failed_with(self, branch: Branch, error: StatesError) -> None:
        details = {"error": error.error, "cause": error.cause}
        told = {key: value for key, value in details.items() if value is not None}
        end = ("ExecutionFailed", told, branch.last)
        self._end(FAILED, *end, error=error.error, cause=error.cause)

    def _pass_on_bug(self) -> None:
        """What is no failure of the execution is ours, and must be seen."""
        if self._process and self._process.error:
            raise self._process.error

    def _time_out(self) -> None:
        self._end(TIMED_OUT, "ExecutionTimedOut", {})

    def _end(
        self, status: str, kind: str, details: dict[str, Any], previous: int = 0, **how: Any
    ) -> None:
        execution = self.execution
        if not execution.is_running:
            return
        last = previous or len(self.history.events)
        told = {key: value for key, value in details.items() if value is not None}
        execution.history.add(kind, last, told)
        execution.status, execution.stopped = status, now()
        execution.output, execution.error = how.get("output"), how.get("error")
        execution.cause = how.get("cause")
        if self._timer:
            self._timer.cancel()
        if self._process and status in (TIMED_OUT, ABORTED):
            self._process.stop()
        notices.status_changed(execution)
        execution.done.resolve(execution)

    def _limit_seconds(self) -> float | None:
        limit = self.execution.source.machine.timeout_seconds
        if self.execution.source.is_express:
            return min(limit or EXPRESS_SECONDS, EXPRESS_SECONDS)
        return limit

    def _context(self) -> dict[str, Any]:
        """What all states have of the context object.

        https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
        """
        execution = self.execution
        source = execution.source
        told: dict[str, Any] = {
            "Id": execution.arn,
            "Input": json.loads(execution.input),
            "Name": execution.name,
            "RoleArn": source.role_arn,
            "StartTime": iso(execution.started),
        }
        if not execution.is_sync:
            told["RedriveCount"] = execution.redrive_count
        if execution.redriven:
            told["RedriveTime"] = iso(execution.redriven)
        machine = {"Id": execution.machine_arn, "Name": source.name}
        return {"Execution": told, "StateMachine": machine}


def start(
    source: Source,
    arn: str,
    name: str,
    data: str,
    *,
    flow: Flow | None = None,
    map_run: MapRun | None = None,
    **more: Any,
) -> Execution:
    """Begin an execution with an input (JSON); it advances with the agenda."""
    history = History(is_limited=not source.is_express)
    execution = Execution(arn, name, source, data, history, map_run=map_run, **more)
    if source.logging.get("level", "OFF") != "OFF":
        history.listener = functools.partial(logs.write, execution)
    details = {"input": data, "inputDetails": NOT_TRUNCATED, "roleArn": source.role_arn}
    if source.version_arn:
        details["stateMachineVersionArn"] = source.version_arn
    if source.alias_arn:
        details["stateMachineAliasArn"] = source.alias_arn
    history.add("ExecutionStarted", 0, details)
    flow = flow or Flow(f"state machine {source.name}")
    execution.run = Run(execution, flow, Checkpoint())
    notices.status_changed(execution)
    execution.run.begin(0)
    return execution


def redrive(execution: Execution) -> None:
    """Go on with the states that did not succeed."""
    assert execution.run  # noqa: S101 - one that was started has had one
    execution.redrive_count += 1
    execution.redriven = now()
    execution.status, execution.stopped = RUNNING, None
    execution.output = execution.error = execution.cause = None
    details = {"redriveCount": execution.redrive_count}
    last = execution.history.add("ExecutionRedriven", len(execution.history.events), details)
    execution.done = type(execution.done)()
    execution.run = Run(execution, Flow(execution.run.flow.name), execution.run.checkpoint)
    notices.status_changed(execution)
    execution.run.begin(last)


def now_ms() -> int:
    return int(clock.millis())
