"""Payload templates: JSON in which a key "a.$" takes its value from a path or a function.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
"""

import json
from collections.abc import Mapping
from typing import Any

from labs.cloud.services.stepfunctions.language import calls, intrinsics, paths
from labs.cloud.services.stepfunctions.language.errors import StatesError

SUFFIX = ".$"


def fill(template: Any, data: Any, context: Any, variables: Mapping[str, Any]) -> Any:
    """A template's JSON (Parameters, ResultSelector, ItemSelector, Assign ...) with its values.

    Raises:
        StatesError: a path leads nowhere, or a function fails.
    """
    if isinstance(template, list):
        return [fill(one, data, context, variables) for one in template]
    if not isinstance(template, dict):
        return template
    filled = {}
    for key, value in template.items():
        if key.endswith(SUFFIX):
            filled[key.removesuffix(SUFFIX)] = _evaluate(key, value, data, context, variables)
        else:
            filled[key] = fill(value, data, context, variables)
    return filled


def _evaluate(key: str, text: Any, data: Any, context: Any, variables: Mapping[str, Any]) -> Any:
    if not isinstance(text, str):
        raise StatesError(
            "States.Runtime", f"The value for the field '{key}' must be a valid JSONPath"
        )
    if calls.is_call(text):
        return intrinsics.evaluate(text, data, context, variables)
    try:
        return paths.read(text, data, context, variables)
    except paths.NothingThereError:
        source = context if text.strip().startswith("$$") else data
        shown = json.dumps(source, separators=(",", ":"), ensure_ascii=False)
        raise StatesError(
            "States.Runtime",
            f"The JSONPath '{text}' specified for the field '{key}' could not be found in the "
            f"input '{shown}'",
        ) from None
