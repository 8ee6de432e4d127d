"""Whether a definition is one, in the words of ValidateStateMachineDefinition.

The words are those of recordings, of AWS's pages and of what others measured of AWS; where none
tell them, our own.
"""

from typing import Any

from labs.cloud.services.stepfunctions.language import strict_json
from labs.cloud.services.stepfunctions.language.machine import JSONATA, JSONPATH
from labs.cloud.services.stepfunctions.language.validation import graph, rules
from labs.cloud.services.stepfunctions.language.validation.diagnostics import (
    ERROR,
    WARNING,
    Diagnostic,
    Findings,
)
from labs.cloud.services.stepfunctions.language.validation.json_text import complaint
from labs.cloud.services.stepfunctions.language.validation.states import StateChecker

__all__ = ["ERROR", "WARNING", "Diagnostic", "creation_error", "errors_of_state", "validate"]

_FIELDS = {"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"}
_INNER_FIELDS = {"Comment", "StartAt", "States", "ProcessorConfig"}
MAX_NAME = 80
MAX_NESTING = 20


def validate(definition: str, kind: str = "STANDARD") -> list[Diagnostic]:
    """All that is wrong with a definition for a machine of type "STANDARD" or "EXPRESS"."""
    findings = Findings()
    try:
        if raw := _read(definition, findings):
            _MachineChecker(kind, raw, findings).check()
    except RecursionError:
        findings.add("The definition is too deeply nested", "", "TOO_DEEPLY_NESTED")
    return findings.found


def creation_error(definition: str, kind: str = "STANDARD") -> str:
    """The message with which CreateStateMachine refuses a definition; "" if it does not."""
    return describe(validate(definition, kind))


def errors_of_state(definition: str, name: str) -> str:
    """The message with which TestState refuses the definition of one state, called `name`."""
    findings = Findings()
    if raw := _read(definition, findings):
        language = raw.get("QueryLanguage", JSONPATH)
        whole = {"QueryLanguage": language, "States": {name: raw}, "StartAt": name}
        checker = _MachineChecker("STANDARD", whole, findings)
        checker.check_state(raw, f"/States/{name}")
    return describe(findings.found)


def describe(found: list[Diagnostic]) -> str:
    errors = [one for one in found if one.severity == ERROR]
    listed = ", ".join(f"{one.code}: {one.message} at {one.location or 'null'}" for one in errors)
    return f"Invalid State Machine Definition: '{listed}'" if errors else ""


def _read(definition: str, findings: Findings) -> dict[str, Any] | None:
    if not definition.strip():
        findings.add("Definition is null or empty", "", "MISSING_DESCRIPTION")
        return None
    try:
        raw = strict_json.loads(definition)
    except ValueError:
        findings.add(complaint(definition), "", "INVALID_JSON_DESCRIPTION")
        return None
    if not isinstance(raw, dict):
        findings.add("Expected value of type Object", "/")
        return None
    if not raw:
        findings.add("These fields are required: [StartAt, States]", "/")
    return raw


class _MachineChecker:
    """A whole definition, and the machines inside it."""

    def __init__(self, kind: str, raw: dict[str, Any], findings: Findings) -> None:
        self.raw = raw
        self.findings = findings
        self.names: set[str] = set()
        self.nesting = 0
        language = raw.get("QueryLanguage", JSONPATH)
        known = language if language in (JSONPATH, JSONATA) else JSONPATH
        self.states = StateChecker(kind, known, findings, self._check_inner)

    def check(self) -> None:
        if self.raw.get("QueryLanguage", JSONPATH) not in (JSONPATH, JSONATA):
            self.findings.add(
                "The field 'QueryLanguage' should have one of these values: "
                f"[{JSONPATH}, {JSONATA}]",
                "/QueryLanguage",
            )
        if "TimeoutSeconds" in self.raw:
            timeout = self.raw["TimeoutSeconds"]
            rules.check_number("TimeoutSeconds", timeout, "/TimeoutSeconds", self.findings)
        self._check_machine(self.raw, "", _FIELDS)

    def check_state(self, raw: Any, location: str) -> None:
        self.states.check(raw, location)

    def _check_inner(self, raw: Any, location: str) -> None:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.findings.add("States are too deeply nested", location, "TOO_DEEPLY_NESTED")
        else:
            self._check_machine(raw, location, _INNER_FIELDS)
        self.nesting -= 1

    def _check_machine(self, raw: Any, location: str, allowed: set[str]) -> None:
        at = location or "/"
        if not isinstance(raw, dict):
            self.findings.add("Expected value of type Object", at)
            return
        for field in raw:
            if field not in allowed:
                self.findings.unsupported(field, at)
        if missing := [field for field in ("StartAt", "States") if field not in raw]:
            self.findings.add(f"These fields are required: [{', '.join(missing)}]", at)
        states = raw.get("States")
        if "States" in raw and not isinstance(states, dict):
            self.findings.add("Expected value of type Object", f"{location}/States")
        elif states == {}:
            self.findings.add("Value cannot be empty", f"{location}/States")
        elif states:
            self._check_states(states, location)
            if "StartAt" in raw:
                graph.check(raw, location, self.findings)

    def _check_states(self, states: dict[str, Any], location: str) -> None:
        for name, state in states.items():
            at = f"{location}/States/{name}"
            if name in self.names:
                self.findings.add(f"Duplicate State name: {name}", at, "DUPLICATE_STATE_NAME")
            if not name or len(name) > MAX_NAME:
                self.findings.add(
                    f"State name must have between 1 and {MAX_NAME} characters",
                    at,
                    "INVALID_STATE_NAME",
                )
            self.names.add(name)
            self.states.check(state, at)
