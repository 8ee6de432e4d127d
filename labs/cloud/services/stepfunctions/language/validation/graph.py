"""How the states of one machine lead to each other."""

import json
from collections.abc import Iterator
from typing import Any

from labs.cloud.services.stepfunctions.language.validation.diagnostics import Findings

CODE = "MISSING_TRANSITION_TARGET"


def check(raw: dict[str, Any], location: str, findings: Findings) -> None:
    """StartAt and all transitions lead to states of this machine, and to each of its states."""
    states = raw["States"]
    start = _name(raw.get("StartAt"))
    if start not in states:
        findings.add(f"Missing 'Next' target: {start}", f"{location}/StartAt", CODE)
    for name, state in states.items():
        for target, at in transitions(state):
            if target not in states:
                findings.add(
                    f"Missing 'Next' target: {target}", f"{location}/States/{name}{at}", CODE
                )
    if not any(map(_ends, states.values())):
        findings.add("Workflow has no terminal state", "", "MISSING_END_STATE")
        return
    reached = _reached(start, states)
    for name in states:
        if start in states and name not in reached:
            findings.add(f'State "{name}" is not reachable.', f"{location}/States/{name}", CODE)


def transitions(state: Any) -> Iterator[tuple[str, str]]:
    """The states to which a state leads, and where it says so: ("B", "/Choices[0]/Next")."""
    if not isinstance(state, dict):
        return
    for field in ("Next", "Default"):
        if field in state:
            yield _name(state[field]), f"/{field}"
    for field in ("Choices", "Catch"):
        entries = state.get(field)
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and "Next" in entry:
                yield _name(entry["Next"]), f"/{field}[{number}]/Next"


def _name(value: Any) -> str:
    """Of a state, as it is said: anything may stand there."""
    return value if isinstance(value, str) else json.dumps(value)


def _ends(state: Any) -> bool:
    return isinstance(state, dict) and (
        state.get("Type") in ("Succeed", "Fail") or state.get("End") is True
    )


def _reached(start: str, states: dict[str, Any]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in states:
            continue
        reached.add(name)
        waiting += [target for target, _at in transitions(states[name])]
    return reached
