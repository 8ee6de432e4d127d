"""A state machine's definition as a graph, with the way that an execution took.

https://states-language.net/spec.html has the language. The definition is a learner's: whatever
makes no sense in it is left out of the graph.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labs import Execution, VisitedState
from learn.pictures.graphs import Edge, Graph, Node

MAX_STATES = 80
MAX_DEPTH = 5
MAX_CHOICES = 20
START, END = "start:", "end:"
ENDING_TYPES = ("Succeed", "Fail")
OUTCOMES = ("succeeded", "caught", "failed", "running")


@dataclass(frozen=True)
class Transition:
    """An arrow of a definition. `kind`: "next", "catch", "start", "branch", "join" or "end"."""

    source: str
    target: str
    kind: str
    label: str = ""


class Definition:
    """The states by name, their types, and the transitions between them."""

    def __init__(self, text: str) -> None:
        self.types: dict[str, str] = {}
        self.joins: dict[str, str] = {}  # of a state with branches: where they come together
        self.top_level: set[str] = set()
        self.transitions: list[Transition] = []
        try:
            machine = json.loads(text)
        except (ValueError, RecursionError):
            return
        self._read(machine, "", "", 0)
        known = self.types.keys() | set(self.joins.values()) | {START, END}
        self.transitions = [
            one for one in self.transitions if one.source in known and one.target in known
        ]

    def _read(self, machine: Any, parent: str, label: str, depth: int) -> None:
        """The states of a machine, or of one branch of `parent`."""
        states = machine.get("States") if isinstance(machine, dict) else None
        if not isinstance(states, dict) or depth > MAX_DEPTH:
            return
        first = _text(machine.get("StartAt"))
        self._add(parent or START, first, "branch" if parent else "start", label)
        end = self.joins[parent] if parent else END
        for name, state in states.items():
            if not isinstance(state, dict) or name in self.types or len(self.types) >= MAX_STATES:
                continue
            self.types[name] = _text(state.get("Type")) or "?"
            if not depth:
                self.top_level.add(name)
            self._read_state(name, state, end, depth)

    def _read_state(self, name: str, state: dict[str, Any], end: str, depth: int) -> None:
        leaves = name
        if branches := list(_branches(state)):
            leaves = self.joins[name] = f"join:{name}"
            for label, branch in branches:
                self._read(branch, name, label, depth + 1)
        if _text(state.get("Next")):
            self._add(leaves, _text(state.get("Next")), "next")
        elif state.get("End") is True or self.types[name] in ENDING_TYPES:
            self._add(leaves, end, "join" if depth else "end")
        for choice in _objects(state.get("Choices")):
            self._add(name, _text(choice.get("Next")), "next", _condition(choice))
        if _text(state.get("Default")):
            self._add(name, _text(state.get("Default")), "next", _("default"))
        for catch in _objects(state.get("Catch")):
            errors = catch.get("ErrorEquals")
            named = ", ".join(map(str, errors[:3])) if isinstance(errors, list) else ""
            self._add(name, _text(catch.get("Next")), "catch", named)

    def _add(self, source: str, target: str, kind: str, label: str = "") -> None:
        if target:
            self.transitions.append(Transition(source, target, kind, label))


def state_graph(definition: str, execution: Execution | None) -> Graph | None:
    """The graph with the execution's way, or the bare machine; None if there are no states."""
    read = Definition(definition)
    if not read.types:
        return None
    way = _Way(read, execution)
    used = {key for one in read.transitions for key in (one.source, one.target)}
    nodes = [_state(name, type_, way) for name, type_ in read.types.items()]
    points = {START: _("Start"), END: _("End")}
    points |= {join: _("end of %(state)s") % {"state": name} for name, join in read.joins.items()}
    nodes += [Node(key, title, shape="point") for key, title in points.items() if key in used]
    return Graph(tuple(nodes), tuple(_edge(one, way) for one in read.transitions))


class _Way:
    """Which states and transitions an execution took."""

    def __init__(self, definition: Definition, execution: Execution | None) -> None:
        self._definition = definition
        self.visited = {state.name: state for state in execution.states} if execution else {}
        self._is_there = bool(execution)
        history = execution.history if execution else None
        # Of a history that is cut, nobody knows what followed what.
        self._pairs = set(_pairs(history.rows)) if history and not history.left_out else None
        self._owners = {join: name for name, join in definition.joins.items()}

    def took(self, one: Transition) -> bool:
        """Whether the execution went this way, as far as its history tells."""
        if one.source == START:
            return self._is_there and one.target in self.visited
        source = self.visited.get(self._owners.get(one.source, one.source))
        if source is None or not self._reached(one.target):
            return False
        if one.kind == "branch":
            return True
        if one.kind == "catch" or source.outcome in ("caught", "failed"):
            return one.kind == "catch" and self._followed(source, one, "caught")
        return self._followed(source, one, "succeeded")

    def _followed(self, source: VisitedState, one: Transition, outcome: str) -> bool:
        is_between_top = {source.name, one.target} <= self._definition.top_level
        if self._pairs is not None and is_between_top:
            return (source.name, one.target) in self._pairs
        return source.outcome == outcome or source.times > 1

    def _reached(self, target: str) -> bool:
        return target == END or self._owners.get(target, target) in self.visited


def _pairs(rows: tuple[tuple[str, ...], ...]) -> Iterator[tuple[str, str]]:
    """Which state was entered right after which."""
    for before, after in pairwise(rows):
        if before[0].endswith("StateExited") and after[0].endswith("StateEntered"):
            yield before[1], after[1]


def _state(name: str, type_: str, way: _Way) -> Node:
    visit = way.visited.get(name)
    if visit is None:
        return Node(name, name, type_, "unvisited")
    tone = visit.outcome if visit.outcome in OUTCOMES else "succeeded"
    note = outcome_label(tone)
    if visit.times > 1:
        times = ngettext("%(count)d time", "%(count)d times", visit.times) % {"count": visit.times}
        note = f"{note}, {times}"
    return Node(name, name, type_, tone, note=note)


def outcome_label(outcome: str) -> str:
    """What became of a state, in words."""
    return {
        "succeeded": _("succeeded"),
        "caught": _("failed, error caught"),
        "failed": _("failed"),
        "running": _("running"),
    }.get(outcome, outcome)


def _edge(one: Transition, way: _Way) -> Edge:
    tone = "taken" if way.took(one) else ""
    return Edge(one.source, one.target, one.label, tone, is_dashed=one.kind == "catch")


def _branches(state: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The machines inside a Parallel or Map state, each with the label of its arrow."""
    for number, branch in enumerate(_objects(state.get("Branches")), 1):
        yield _("branch %(number)d") % {"number": number}, branch
    for name in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(name), dict):
            yield _("each item"), state[name]
            return


def _condition(choice: dict[str, Any]) -> str:
    """A rule of a Choice in short: its JSONata, or its variable, comparison and value."""
    if isinstance(jsonata := choice.get("Condition"), str):
        return jsonata.removeprefix("{%").removesuffix("%}").strip()
    comparisons = [
        item for item in choice.items() if item[0] not in ("Variable", "Next", "Comment")
    ]
    if not comparisons or not isinstance(choice.get("Variable"), str):
        return " / ".join(name for name, _value in comparisons[:1])
    name, value = comparisons[0]
    return f"{choice['Variable']} {SIGNS.get(name, name)} {json.dumps(value)}"


SIGNS = {
    f"{kind}{comparison}": sign
    for kind in ("Numeric", "String", "Boolean", "Timestamp")
    for comparison, sign in {
        "Equals": "=",
        "LessThan": "<",
        "GreaterThan": ">",
        "LessThanEquals": "≤",
        "GreaterThanEquals": "≥",
    }.items()
}


def _objects(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else []
    return [one for one in found[:MAX_CHOICES] if isinstance(one, dict)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
