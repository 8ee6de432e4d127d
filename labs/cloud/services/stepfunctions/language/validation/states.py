"""One state of a definition: its fields, and what stands in them."""

from collections.abc import Callable
from typing import Any

from labs.cloud.services.stepfunctions.language import jsonata
from labs.cloud.services.stepfunctions.language.machine import JSONATA, JSONPATH
from labs.cloud.services.stepfunctions.language.timestamps import timestamp
from labs.cloud.services.stepfunctions.language.validation import (
    expressions,
    fields,
    maps,
    resources,
    rules,
)
from labs.cloud.services.stepfunctions.language.validation.diagnostics import Findings

# Checks a machine inside a state: (raw, location).
CheckMachine = Callable[[Any, str], None]


class StateChecker:
    """`language` is the machine's, `kind` "STANDARD" or "EXPRESS"."""

    def __init__(
        self, kind: str, language: str, findings: Findings, check_machine: CheckMachine
    ) -> None:
        self.kind = kind
        self.language = language
        self.findings = findings
        self.check_machine = check_machine

    def check(self, raw: Any, location: str) -> None:
        if not isinstance(raw, dict):
            self.findings.add("Expected value of type Object", location)
            return
        if raw.get("Type") not in fields.TYPES:
            message = (
                f"The field 'Type' should have one of these values: [{', '.join(fields.TYPES)}]"
            )
            if "Type" in raw:
                self.findings.add(message, f"{location}/Type")
            else:
                self.findings.add("These fields are required: [Type]", location)
            return
        language = self._language(raw, location)
        self._check_fields(raw, language, location)
        self._check_transition(raw, location)
        check_values(raw, language, location, self.findings)
        self._check_type(raw, language, location)

    def _language(self, raw: dict[str, Any], location: str) -> str:
        said = raw.get("QueryLanguage", self.language)
        if said not in (JSONPATH, JSONATA):
            self.findings.add(
                f"The field 'QueryLanguage' should have one of these values: "
                f"[{JSONPATH}, {JSONATA}]",
                f"{location}/QueryLanguage",
            )
            return self.language
        if said == JSONPATH and self.language == JSONATA:
            self.findings.add(
                f"'QueryLanguage' can not be '{JSONPATH}' if set to '{JSONATA}' for whole state "
                "machine",
                location,
            )
        return str(said)

    def _check_fields(self, raw: dict[str, Any], language: str, location: str) -> None:
        allowed = fields.ALLOWED[raw["Type"]] | fields.EVERYWHERE
        for field in raw:
            if field not in allowed:
                self.findings.unsupported(field, location)
        check_language(raw, language, location, self.findings)
        if missing := [one for one in fields.REQUIRED.get(raw["Type"], ()) if one not in raw]:
            self.findings.add(f"These fields are required: [{', '.join(missing)}]", location)
        check_exclusive(raw, location, self.findings)

    def _check_transition(self, raw: dict[str, Any], location: str) -> None:
        if raw["Type"] not in fields.WITH_TRANSITION:
            return
        if "Next" in raw and raw.get("End") is True:
            self.findings.add(
                "There should only be one of the following fields: [Next, End]", location
            )
        elif "Next" not in raw and raw.get("End") is not True:
            self.findings.add("One of the following fields is required: [Next, End]", location)

    def _check_type(self, raw: dict[str, Any], language: str, location: str) -> None:
        match raw["Type"]:
            case "Task":
                self._check_task(raw, location)
            case "Choice":
                rules.check_choices(raw, language, location, self.findings)
            case "Wait":
                self._check_wait(raw, location)
            case "Parallel":
                self._check_branches(raw, location)
            case "Map":
                maps.check(raw, self.kind, language, location, self.findings)
                for field in ("ItemProcessor", "Iterator"):
                    if field in raw:
                        self.check_machine(raw[field], f"{location}/{field}")
            case "Pass":
                self._check_pass(raw, location)
        rules.check_retry(raw, location, self.findings)
        rules.check_catch(raw, language, location, self.findings)

    def _check_task(self, raw: dict[str, Any], location: str) -> None:
        if "Resource" in raw:
            resources.check(raw["Resource"], self.kind, f"{location}/Resource", self.findings)
        credentials = raw.get("Credentials")
        if isinstance(credentials, dict) and not {"RoleArn", "RoleArn.$"} & set(credentials):
            self.findings.add(
                "The field 'RoleArn' is required but was missing", f"{location}/Credentials"
            )
        timeout, heartbeat = raw.get("TimeoutSeconds"), raw.get("HeartbeatSeconds")
        if isinstance(timeout, int) and isinstance(heartbeat, int) and heartbeat >= timeout:
            self.findings.add(
                "HeartbeatSeconds must be smaller than TimeoutSeconds",
                f"{location}/HeartbeatSeconds",
            )

    def _check_wait(self, raw: dict[str, Any], location: str) -> None:
        said = [field for field in fields.WAITS if field in raw]
        names = ", ".join(fields.WAITS)
        if not said:
            self.findings.add(f"One of the following fields is required: [{names}]", location)
        elif len(said) > 1:
            self.findings.add(
                f"There should only be one of the following fields: [{names}]", location
            )
        moment = raw.get("Timestamp")
        if "Timestamp" in raw and not jsonata.is_expression(moment) and timestamp(moment) is None:
            self.findings.add("String does not match RFC3339 timestamp", f"{location}/Timestamp")

    def _check_branches(self, raw: dict[str, Any], location: str) -> None:
        branches = raw.get("Branches", [None])
        if not isinstance(branches, list):
            self.findings.add("Expected value of type Array", f"{location}/Branches")
        elif not branches:
            self.findings.add("Value cannot be empty", f"{location}/Branches")
        elif "Branches" in raw:
            for number, branch in enumerate(branches):
                self.check_machine(branch, f"{location}/Branches[{number}]")

    def _check_pass(self, raw: dict[str, Any], location: str) -> None:
        result = raw.get("Result")
        keys = result if isinstance(result, dict) else {}
        if any(key.endswith(".$") for key in keys):
            self.findings.warn(
                "The Result of a Pass state is static: paths and intrinsic functions in it are "
                "not evaluated",
                f"{location}/Result",
                "PASS_RESULT_IS_STATIC",
            )


def check_language(raw: dict[str, Any], language: str, location: str, findings: Findings) -> None:
    """Fields that only the other query language has."""
    other = JSONPATH if language == JSONATA else JSONATA
    foreign = fields.JSONPATH_ONLY if language == JSONATA else fields.JSONATA_ONLY
    for field in raw:
        if field in foreign:
            findings.add(
                f"The QueryLanguage is set to '{language}', but field '{field}' is only supported "
                f"for the '{other}' QueryLanguage",
                location,
            )


def check_exclusive(raw: dict[str, Any], location: str, findings: Findings) -> None:
    for pair in fields.EXCLUSIVE:
        if all(field in raw for field in pair):
            findings.add(
                f"There should only be one of the following fields: [{', '.join(pair)}]", location
            )


def check_values(raw: dict[str, Any], language: str, location: str, findings: Findings) -> None:
    """Numbers, paths, templates and expressions wherever the same names stand for them."""
    for field, value in raw.items():
        at = f"{location}/{field}"
        kind, told = fields.KINDS.get(field, (object, ""))
        is_asked = language == JSONATA and field != "Assign" and jsonata.is_expression(value)
        if not isinstance(value, kind) and not is_asked:
            findings.add(f"Expected value of type {told}", at)
            continue
        if field in fields.RANGES and not is_asked:
            rules.check_number(field, value, at, findings)
        if language == JSONATA:
            if field in (*fields.TEMPLATES, *fields.EXPRESSIONS, *fields.RANGES):
                expressions.check_jsonata(value, at, findings)
        elif field in fields.PATHS and (value is not None or field == "ItemsPath"):
            expressions.check_path(value, at, findings)
        elif field in fields.REFERENCES or (field == "ResultPath" and value is not None):
            expressions.check_reference(value, at, findings)
        elif field in ("ErrorPath", "CausePath"):
            expressions.check_value(value, at, findings)
        elif field in fields.TEMPLATES:
            expressions.check_template(value, at, findings)
