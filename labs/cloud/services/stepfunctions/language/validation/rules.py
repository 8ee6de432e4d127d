"""Choices, Retry, Catch, and numbers."""

from typing import Any

from labs.cloud.services.stepfunctions.language import jsonata
from labs.cloud.services.stepfunctions.language.choices import OPERATORS
from labs.cloud.services.stepfunctions.language.machine import JSONATA
from labs.cloud.services.stepfunctions.language.timestamps import timestamp
from labs.cloud.services.stepfunctions.language.validation import expressions, fields
from labs.cloud.services.stepfunctions.language.validation.diagnostics import Findings

_OPERATORS = {*OPERATORS, "IsPresent"}
_RETRIER = {
    *("ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate"),
    *("MaxDelaySeconds", "JitterStrategy", "Comment"),
}
_CATCHER = {"ErrorEquals", "Next", "ResultPath", "Assign", "Output", "Comment"}
_JITTER = ("FULL", "NONE")


def check_number(field: str, value: Any, location: str, findings: Findings) -> None:
    """A number in its range."""
    kinds = (int, float) if field in fields.FRACTIONS else (int,)
    if isinstance(value, bool) or not isinstance(value, kinds):
        kind = "Number" if field in fields.FRACTIONS else "Integer"
        findings.add(f"Expected value of type {kind}", location)
        return
    least, greatest = fields.RANGES[field]
    if value < least:
        findings.add(f"Minimum value is {least}", location)
    elif greatest is not None and value > greatest:
        findings.add(f"Maximum value is {greatest}", location)


def check_choices(raw: dict[str, Any], language: str, location: str, findings: Findings) -> None:
    choices = raw.get("Choices")
    if "Choices" in raw and not isinstance(choices, list):
        findings.add("Expected value of type Array", f"{location}/Choices")
    elif choices == []:
        findings.add("Value cannot be empty", f"{location}/Choices")
    for number, rule in enumerate(choices if isinstance(choices, list) else []):
        at = f"{location}/Choices[{number}]"
        if not isinstance(rule, dict):
            findings.add("Expected value of type Object", at)
            continue
        if "Next" not in rule:
            findings.add("These fields are required: [Next]", at)
        _check_assign(rule, at, findings)
        if language == JSONATA:
            _check_condition(rule, at, findings)
        else:
            _check_rule(rule, at, findings, is_outer=True)


def _check_assign(body: dict[str, Any], location: str, findings: Findings) -> None:
    if not isinstance(body.get("Assign", {}), dict):
        findings.add("Expected value of type Object", f"{location}/Assign")


def _check_condition(rule: dict[str, Any], location: str, findings: Findings) -> None:
    if "Condition" not in rule:
        findings.add("These fields are required: [Condition]", location)
    for field in ("Condition", "Assign", "Output"):
        expressions.check_jsonata(rule.get(field), f"{location}/{field}", findings)
    condition = rule.get("Condition", True)
    if not isinstance(condition, bool) and not jsonata.is_expression(condition):
        findings.add("Expected value of type Boolean or JSONata expression", location)


def _check_rule(rule: Any, location: str, findings: Findings, *, is_outer: bool = False) -> None:
    if not isinstance(rule, dict):
        findings.add("Expected value of type Object", location)
        return
    allowed = {"Next", "Assign"} if is_outer else set()
    expressions.check_template(rule.get("Assign"), f"{location}/Assign", findings)
    said = [field for field in rule if field in {*_OPERATORS, "And", "Or", "Not"}]
    for field in rule:
        if field not in {*said, *allowed, "Variable", "Comment"}:
            findings.unsupported(field, location)
    if len(said) != 1:
        findings.add("There should be exactly one comparison operator", location)
        return
    operator = said[0]
    if operator in ("And", "Or"):
        _check_all(rule[operator], f"{location}/{operator}", findings)
    elif operator == "Not":
        _check_rule(rule["Not"], f"{location}/Not", findings)
    else:
        _check_comparison(rule, operator, location, findings)


def _check_all(inner: Any, location: str, findings: Findings) -> None:
    if not isinstance(inner, list) or not inner:
        findings.add("Value cannot be empty", location)
        return
    for number, one in enumerate(inner):
        _check_rule(one, f"{location}[{number}]", findings)


def _check_comparison(
    rule: dict[str, Any], operator: str, location: str, findings: Findings
) -> None:
    if "Variable" not in rule:
        findings.add("These fields are required: [Variable]", location)
    else:
        expressions.check_path(rule["Variable"], f"{location}/Variable", findings)
    operand, at = rule[operator], f"{location}/{operator}"
    if operator.endswith("Path"):
        expressions.check_path(operand, at, findings)
    elif operator.startswith("Timestamp") and timestamp(operand) is None:
        findings.add("String does not match RFC3339 timestamp", at)
    elif operator.startswith("String") and not isinstance(operand, str):
        findings.add("Expected value of type String", at)
    elif operator.startswith(("Boolean", "Is")) and not isinstance(operand, bool):
        findings.add("Expected value of type Boolean", at)
    elif operator.startswith("Numeric") and (
        isinstance(operand, bool) or not isinstance(operand, int | float)
    ):
        findings.add("Expected value of type Number", at)


def check_retry(raw: dict[str, Any], location: str, findings: Findings) -> None:
    for at, retrier in _entries(raw, "Retry", location, findings):
        for field, value in retrier.items():
            if field not in _RETRIER:
                findings.unsupported(field, at)
            elif field in fields.RANGES:
                check_number(field, value, f"{at}/{field}", findings)
        if retrier.get("JitterStrategy", "NONE") not in _JITTER:
            findings.add(
                f"The field 'JitterStrategy' should have one of these values: "
                f"[{', '.join(_JITTER)}]",
                f"{at}/JitterStrategy",
            )


def check_catch(raw: dict[str, Any], language: str, location: str, findings: Findings) -> None:
    for at, catcher in _entries(raw, "Catch", location, findings):
        for field in catcher:
            if field not in _CATCHER:
                findings.unsupported(field, at)
        if "Next" not in catcher:
            findings.add("These fields are required: [Next]", at)
        _check_assign(catcher, at, findings)
        if language == JSONATA:
            for field in ("Output", "Assign"):
                expressions.check_jsonata(catcher.get(field), f"{at}/{field}", findings)
            continue
        expressions.check_template(catcher.get("Assign"), f"{at}/Assign", findings)
        if catcher.get("ResultPath") is not None:
            expressions.check_reference(catcher["ResultPath"], f"{at}/ResultPath", findings)


def _entries(
    raw: dict[str, Any], field: str, location: str, findings: Findings
) -> list[tuple[str, dict[str, Any]]]:
    """The entries of Retry or Catch, each with ErrorEquals, and their locations."""
    entries = raw.get(field, [])
    if not isinstance(entries, list):
        findings.add("Expected value of type Array", f"{location}/{field}")
        return []
    found = []
    for number, entry in enumerate(entries):
        at = f"{location}/{field}[{number}]"
        if not isinstance(entry, dict):
            findings.add("Expected value of type Object", at)
            continue
        _check_errors(entry, number == len(entries) - 1, at, findings)
        found.append((at, entry))
    return found


def _check_errors(entry: dict[str, Any], is_last: bool, location: str, findings: Findings) -> None:
    errors = entry.get("ErrorEquals")
    if "ErrorEquals" not in entry:
        findings.add("These fields are required: [ErrorEquals]", location)
    elif not isinstance(errors, list) or not errors:
        findings.add("Value cannot be empty", f"{location}/ErrorEquals")
    elif "States.ALL" in errors and (len(errors) > 1 or not is_last):
        findings.add(
            "'States.ALL' can only be the only value of the last entry", f"{location}/ErrorEquals"
        )
