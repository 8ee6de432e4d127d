"""State machines with their executions, and the way that each took."""

from collections.abc import Container, Iterator
from dataclasses import replace
from typing import Any

from moto.stepfunctions.models import stepfunctions_backends

from labs.cloud.services.stepfunctions.execution.model import Execution as Executed
from labs.cloud.services.stepfunctions.execution.store import store
from labs.cloud.snapshot.backends import existing
from labs.cloud.snapshot.texts import MAX_ROWS, cell, facts
from labs.resources import Execution, Resource, Table, VisitedState

MAX_EXECUTIONS = 5
FAILING = "failing"  # a state of which an attempt has failed: Retry or Catch may follow
MAX_DEFINITION = 20_000
_HISTORY = ("Event", "State", "Details", "Time")
_FAILED = ("Failed", "TimedOut", "Aborted")


def machines() -> Iterator[Resource]:
    executed = list(store().executions.values())
    for backend in existing(stepfunctions_backends):
        for machine in backend.state_machines:
            own = [one for one in executed if one.source.arn == machine.arn and not one.map_run]
            yield _machine(machine, own)


def _machine(machine: Any, executed: list[Executed]) -> Resource:
    definition = machine.definition
    return Resource(
        "stepfunctions",
        "state machine",
        machine.name,
        facts(
            {
                "Type": machine.type,
                "Executions": len(executed),
                "Succeeded": sum(one.status == "SUCCEEDED" for one in executed) or None,
                "Failed": sum(one.status == "FAILED" for one in executed) or None,
            }
        ),
        definition=definition if len(definition) <= MAX_DEFINITION else "",
        # The newest are the ones that somebody looks for.
        executions=tuple(_execution(one) for one in reversed(executed[-MAX_EXECUTIONS:])),
    )


def _execution(one: Executed) -> Execution:
    ended = one.output or " ".join(part for part in (one.error, one.cause) if part)
    path = _Path(one.history.events)
    return Execution(
        one.name,
        one.status,
        cell(one.input),
        cell(ended or ""),
        tuple(path.states(is_running=one.is_running)),
        path.history(one.started),
    )


def without_histories(resource: Resource, known: Container[Execution] | None = None) -> Resource:
    """The resource, its executions without their events; only those in `known` if it is given.

    The check during which an execution ran has its history: a report has no room for more.
    """
    if not resource.executions:
        return resource
    lean = (
        _without_history(one) if known is None or one in known else one
        for one in resource.executions
    )
    return replace(resource, executions=tuple(lean))


def _without_history(execution: Execution) -> Execution:
    history = execution.history
    left_out = history.left_out + len(history.rows)
    return replace(execution, history=replace(history, rows=(), left_out=left_out))


class _Path:
    """An execution's events, each with the state that it belongs to."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self._events = events
        self._entry_of: dict[int, int] = {0: 0}  # of an event: the id of its StateEntered
        self._names: dict[int, str] = {0: ""}
        self._outcomes: dict[int, str] = {}
        for event in events:
            self._read(event)

    def states(self, *, is_running: bool) -> Iterator[VisitedState]:
        """Each state in the order of its first entry; its last outcome counts."""
        found: dict[str, list[str]] = {}
        for entry, name in self._names.items():
            if entry:
                outcome = self._outcomes.get(entry, "")
                is_open = outcome in ("", FAILING)
                ended = (
                    ("running" if is_running and not outcome else "failed") if is_open else outcome
                )
                found.setdefault(name, []).append(ended)
        for name, outcomes in found.items():
            yield VisitedState(name, outcomes[-1], len(outcomes))

    def history(self, started: Any) -> Table:
        count = len(self._events)
        # Of a long history, the end tells what went wrong.
        newest = self._events[-2 * MAX_ROWS :]
        rows = tuple(self._row(event, started) for event in newest)
        return Table("History", _HISTORY, rows, left_out=count - len(rows))

    def _row(self, event: dict[str, Any], started: Any) -> tuple[str, ...]:
        details: dict[str, Any] = next(
            (value for name, value in event.items() if name.endswith("Details")), {}
        )
        shown = {
            name: value
            for name, value in details.items()
            if name != "name" and not name.endswith("Details")
        }
        milliseconds = round((event["timestamp"] - started).total_seconds() * 1000)
        state = self._names[self._entry_of[event["id"]]]
        return event["type"], state, cell(shown) if shown else "", f"{milliseconds} ms"

    def _read(self, event: dict[str, Any]) -> None:
        kind, number = event["type"], event["id"]
        entry = self._entry_of.get(event["previousEventId"], 0)
        if kind.endswith("StateEntered"):
            entry = number
            self._names[number] = event["stateEnteredEventDetails"]["name"]
        elif kind.endswith("StateExited"):
            # Of a Parallel or Map state the event before is one of its branches'.
            entry = self._entered(event["stateExitedEventDetails"]["name"], entry)
            was_failing = self._outcomes.get(entry) == FAILING
            self._outcomes[entry] = "caught" if was_failing else "succeeded"
        elif kind.endswith(_FAILED) and not kind.startswith("Execution"):
            self._outcomes[entry] = FAILING
        elif kind.endswith(("Succeeded", "Started")) and self._outcomes.get(entry) == FAILING:
            self._outcomes[entry] = ""  # another attempt
        self._entry_of[number] = entry

    def _entered(self, name: str, entry: int) -> int:
        """Which entry of the state ends: this one if it is of that state, else the open one."""
        if self._names[entry] == name:
            return entry
        ended = ("succeeded", "caught")
        own = [number for number, other in self._names.items() if other == name]
        still_open = [number for number in own if self._outcomes.get(number) not in ended]
        return (still_open or own or [entry])[-1]
