"""Whether paths, templates and JSONata in a definition can be read."""

from typing import Any

from labs.cloud.services.stepfunctions.language import calls, jsonata, jsonata_references, paths
from labs.cloud.services.stepfunctions.language.templates import SUFFIX
from labs.cloud.services.stepfunctions.language.validation.diagnostics import Findings


def check_path(value: Any, location: str, findings: Findings) -> None:
    """A path of any kind."""
    if not (isinstance(value, str) and paths.is_path(value)):
        findings.add("Value is not a valid JSONPath", location)


def check_reference(value: Any, location: str, findings: Findings) -> None:
    """A path to one place in the input, or in a variable."""
    text = value.strip() if isinstance(value, str) else ""
    name = paths.variable_of(text)
    plain = text if name is None else "$" + text[len(name) + 1 :]
    if not plain or not paths.is_reference(plain):
        findings.add("Value is not a Reference Path", location)


def check_value(value: Any, location: str, findings: Findings) -> None:
    """ErrorPath and CausePath: a reference path, or a function that makes a text."""
    if isinstance(value, str) and calls.is_call(value):
        if not _is_readable(value):
            findings.add("Value is not a valid intrinsic function call", location)
    elif not (isinstance(value, str) and paths.is_path(value)):
        findings.add("Value is not a Reference Path", location)


def check_template(template: Any, location: str, findings: Findings) -> None:
    """Each key that ends with ".$" must have a path or a call as its value."""
    if isinstance(template, list):
        for number, one in enumerate(template):
            check_template(one, f"{location}[{number}]", findings)
    if not isinstance(template, dict):
        return
    for key, value in template.items():
        if not key.endswith(SUFFIX):
            _warn_of_path(key, value, location, findings)
            check_template(value, f"{location}/{key}", findings)
        elif not (isinstance(value, str) and _is_readable(value)):
            findings.add(
                f"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic "
                "function call",
                location,
            )


def check_jsonata(template: Any, location: str, findings: Findings) -> None:
    """Each expression must be JSONata, and may begin only at $states or a variable."""
    if isinstance(template, dict):
        for key, one in template.items():
            check_jsonata(one, f"{location}/{key}", findings)
    elif isinstance(template, list):
        for number, one in enumerate(template):
            check_jsonata(one, f"{location}[{number}]", findings)
    elif jsonata.is_expression(template):
        _check_expression(jsonata.source(template), location, findings)


def _check_expression(expression: str, location: str, findings: Findings) -> None:
    try:
        names = jsonata_references.top_level_names(expression)
    except jsonata.ExpressionSyntaxError as error:
        findings.add(str(error), location, "INVALID_JSONATA_EXPRESSION")
        return
    for name in names:
        findings.add(
            f"Reference to '{name}' at the top level is not supported.",
            location,
            "UNSUPPORTED_JSONATA_EXPRESSION",
        )


def _is_readable(text: str) -> bool:
    if not calls.is_call(text):
        return paths.is_path(text)
    try:
        calls.parse(text)
    except calls.CallSyntaxError:
        return False
    return True


def _warn_of_path(key: str, value: Any, location: str, findings: Findings) -> None:
    looks_so = isinstance(value, str) and value.startswith(("$.", "$$.", "States."))
    if looks_so and _is_readable(value):
        findings.warn(
            f"The value of '{key}' looks like a JSONPath or an intrinsic function. To have it "
            f"evaluated, name the field '{key}.$'",
            f"{location}/{key}",
            "NO_DOLLAR",
        )
