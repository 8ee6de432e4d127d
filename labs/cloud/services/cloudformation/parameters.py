"""A template's parameters: their values, defaults and constraints.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from labs.cloud.services.cloudformation.errors import CloudFormationError, TemplateError

HIDDEN = "****"
SSM = "AWS::SSM::Parameter::Value<"
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
TYPES = ("String", "Number", "CommaDelimitedList", "List<", "AWS::")


def values(
    template: Mapping[str, Any],
    given: Mapping[str, str],
    read_ssm: Callable[[str], str] = str,
) -> dict[str, str]:
    """{name: text} of all parameters, in the template's order.

    Raises:
        CloudFormationError: one is missing, unknown or not allowed.
    """
    declared = template.get("Parameters") or {}
    if unknown := [name for name in given if name not in declared]:
        message = f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        raise CloudFormationError(message)
    missing = [
        name for name, one in declared.items() if name not in given and "Default" not in one
    ]
    if missing:
        raise CloudFormationError(f"Parameters: [{', '.join(missing)}] must have values")
    found: dict[str, str] = {}
    for name, one in declared.items():
        if not isinstance(one, dict) or not str(one.get("Type", "")).startswith(TYPES):
            message = f"Template format error: Unrecognized parameter type: {one.get('Type')}"
            raise TemplateError(message)
        text = given.get(name, _text(one.get("Default")))
        _check(name, one, text)
        found[name] = read_ssm(text) if str(one["Type"]).startswith(SSM) else text
    return found


def typed(template: Mapping[str, Any], name: str, text: str) -> str | list[str]:
    """What Ref gives for a parameter: a list where its type is one."""
    kind = str(template["Parameters"][name].get("Type"))
    if "List" in kind:
        return [part.strip() for part in text.split(",")]
    return text


def shown(template: Mapping[str, Any], found: Mapping[str, str]) -> list[dict[str, str]]:
    """As DescribeStacks shows them, without what is secret."""
    declared = template.get("Parameters") or {}
    return [
        {
            "ParameterKey": name,
            "ParameterValue": HIDDEN if _is_secret(declared.get(name)) else text,
        }
        for name, text in found.items()
    ]


def _is_secret(declared: Any) -> bool:
    return str((declared or {}).get("NoEcho", "")).lower() == "true"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _check(name: str, declared: Mapping[str, Any], text: str) -> None:
    """Raises CloudFormationError, in the author's own words where there are some."""
    failure = _failure(name, declared, text)
    if not failure:
        return
    if own := declared.get("ConstraintDescription"):
        raise CloudFormationError(f"Parameter {name} failed to satisfy constraint: {own}")
    raise CloudFormationError(failure)


def _failure(name: str, declared: Mapping[str, Any], text: str) -> str:
    kind = str(declared.get("Type"))
    parts = text.split(",") if "List" in kind else [text]
    is_number = kind in ("Number", "List<Number>")
    if is_number and not all(NUMBER.fullmatch(part.strip()) for part in parts):
        return f"Parameter '{name}' must be a number"
    allowed = [_text(value) for value in declared.get("AllowedValues", ())]
    if allowed and any(part.strip() not in allowed for part in parts):
        return f"Parameter '{name}' must be one of AllowedValues"
    pattern = declared.get("AllowedPattern")
    if pattern and not all(re.fullmatch(str(pattern), part.strip()) for part in parts):
        return f"Parameter '{name}' must match pattern {pattern}"
    return _out_of_bounds(name, declared, text, is_number=is_number)


def _out_of_bounds(name: str, declared: Mapping[str, Any], text: str, *, is_number: bool) -> str:
    size, unit = (
        (float(text), "Value") if is_number and NUMBER.fullmatch(text) else (len(text), "Length")
    )
    if f"Min{unit}" in declared and size < float(declared[f"Min{unit}"]):
        limit = declared[f"Min{unit}"]
        if is_number:
            return f"Parameter '{name}' must be a number not less than {limit}"
        return f"Parameter '{name}' must contain at least {limit} characters"
    if f"Max{unit}" in declared and size > float(declared[f"Max{unit}"]):
        limit = declared[f"Max{unit}"]
        if is_number:
            return f"Parameter '{name}' must be a number not greater than {limit}"
        return f"Parameter '{name}' must contain at most {limit} characters"
    return ""
