"""States one after another: a machine, a branch of Parallel or an iteration of Map."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from labs.cloud.clock import NS_PER_MS, clock
from labs.cloud.services.stepfunctions.execution import retries
from labs.cloud.services.stepfunctions.execution.flow import Steps, turn
from labs.cloud.services.stepfunctions.execution.history import (
    NOT_TRUNCATED,
    FatalError,
    as_json,
)
from labs.cloud.services.stepfunctions.execution.model import MapRun
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING, Machine

if TYPE_CHECKING:
    from labs.cloud.services.stepfunctions.execution.run import Run

MAX_DATA_BYTES = 256 * 1024
# No history ends a loop of an Express execution: its five minutes do.
EXPRESS_TRANSITION_NS = 10 * NS_PER_MS
# How a state's failure is told before Catch sees it.
_FAILED = {"Parallel": "ParallelStateFailed", "Map": "MapStateFailed"}


@dataclass(frozen=True)
class Outcome:
    """Of a visit: the output, where to go on ("": nowhere), and the variables that it sets."""

    output: Any
    next: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Checkpoint:
    """How far a branch came: the state that it is in, and what that was entered with.

    From there a redrive goes on. `data` is the output where the branch `is_done`.
    """

    state: str = ""
    data: Any = None
    variables: dict[str, Any] = field(default_factory=dict)
    children: dict[int, "Checkpoint"] = field(default_factory=dict)
    map_run: MapRun | None = None
    is_done: bool = False

    def enter(self, state: str, data: Any, variables: dict[str, Any]) -> None:
        self.state, self.data, self.variables = state, data, variables
        self.begin_again()

    def begin_again(self) -> None:
        """The state's inner branches begin at their start."""
        self.children, self.map_run = {}, None


type Kind = Callable[[Visit], Steps[Outcome]]


def at_once(make: Callable[[Visit], Outcome]) -> Kind:
    """A kind of state that never waits."""

    def steps(visit: Visit) -> Steps[Outcome]:
        yield from ()
        return make(visit)

    return steps


class Branch:
    """`last` is the id of its latest event. `context` is what all its states have of `$$`."""

    def __init__(
        self,
        run: "Run",
        machine: Machine,
        variables: dict[str, Any],
        context: dict[str, Any],
        last: int,
        checkpoint: "Checkpoint",
    ) -> None:
        self.run, self.machine, self.context = run, machine, context
        self.variables, self.last, self.checkpoint = variables, last, checkpoint
        self.visit: Visit | None = None  # the current one

    def note(self, kind: str, details: dict[str, Any] | None = None) -> int:
        if (
            not self.run.execution.is_running
        ):  # what it was at when it was stopped comes to its end
            return self.last
        self.last = self.run.history.add(kind, self.last, details)
        return self.last

    def steps(self, data: Any) -> Steps[Any]:
        """Run from the start to the end, or on from where a redrive begins; the output."""
        at = self.checkpoint
        if at.is_done:
            return at.data
        name, is_resumed = at.state or self.machine.start_at, bool(at.state)
        if is_resumed:
            data, self.variables = at.data, at.variables
        while True:
            if not is_resumed:
                at.enter(name, data, self.variables)
            outcome = yield from self._state(self.machine.states[name], data)
            data, name, is_resumed = outcome.output, outcome.next, False
            if not name:
                at.is_done, at.data = True, data
                return data
            if self.run.execution.source.is_express:
                clock.advance(EXPRESS_TRANSITION_NS)
            yield turn()

    def child(self, number: int, machine: Machine, context: dict[str, Any]) -> "Branch":
        """A branch inside the state that is visited now; it sees the variables of this one."""
        checkpoint = self.checkpoint.children.setdefault(number, Checkpoint())
        return Branch(self.run, machine, self.variables, context, self.last, checkpoint)

    def abort(self) -> None:
        """A sibling failed: what is under way here is told as aborted."""
        if self.visit:
            self.note(f"{self.visit.state.type}StateAborted")
            self.visit = None

    def _state(self, state: Any, data: Any) -> Steps[Outcome]:
        details = {"name": state.name, "input": as_json(data), "inputDetails": NOT_TRUNCATED}
        entered = self.note(f"{state.type}StateEntered", details)
        visit = self.visit = Visit(self, state, data, entered)
        outcome = yield from self._attempts(visit)
        self._exit(visit, outcome)
        self.visit = None
        return outcome

    def _attempts(self, visit: Visit) -> Steps[Outcome]:
        kind = self.run.kinds[visit.state.type]
        attempts = retries.Attempts(visit.state, self.run.random)
        while True:
            try:
                outcome = yield from kind(visit)
                return self._checked(visit, outcome)
            except FatalError:
                raise
            except StatesError as error:
                delay_ms = attempts.delay_ms(error)
                if delay_ms is None:
                    return self._caught(visit, error)
            yield self.run.flow.after(delay_ms)
            visit.try_again()
            self.checkpoint.begin_again()

    def _caught(self, visit: Visit, error: StatesError) -> Outcome:
        """Where Catch leads; raises the error again if nothing catches it."""
        if told := _FAILED.get(visit.state.type):
            self.note(told)
        catcher = retries.catcher(visit.state, error)
        if catcher is None:
            raise error
        caught = {"Error": error.error, "Cause": error.cause}
        if not visit.state.is_jsonata:
            variables = visit.assignments(caught, catcher.assign)
            return Outcome(visit.placed(catcher.result_path, caught), catcher.next, variables)
        place = f"Catch[{visit.state.catch.index(catcher)}]/"
        variables = visit.assignments(caught, catcher.assign, place=place, error_output=caught)
        output = caught
        if catcher.output is not MISSING:
            output = visit.asked(f"{place}Output", catcher.output, error_output=caught)
        return Outcome(output, catcher.next, variables)

    def _checked(self, visit: Visit, outcome: Outcome) -> Outcome:
        if len(as_json(outcome.output).encode()) > MAX_DATA_BYTES:
            raise too_large(visit.state.name)
        return outcome

    def _exit(self, visit: Visit, outcome: Outcome) -> None:
        output = as_json(outcome.output)
        details: dict[str, Any] = {"name": visit.state.name}
        if visit.state.type == "Fail":
            return
        details |= {"output": output, "outputDetails": NOT_TRUNCATED}
        if outcome.variables:
            assigned = {name: as_json(value) for name, value in outcome.variables.items()}
            details["assignedVariables"] = assigned
            details["assignedVariablesDetails"] = NOT_TRUNCATED
            self.variables = {**self.variables, **outcome.variables}
        self.note(f"{visit.state.type}StateExited", details)


def too_large(name: str) -> StatesError:
    """Of what is larger than AWS hands on."""
    return StatesError(
        "States.DataLimitExceeded",
        f"The state/task '{name}' returned a result with a size exceeding the maximum number of "
        "bytes service limit.",
    )
