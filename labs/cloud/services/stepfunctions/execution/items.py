"""What a Map state goes through: its items, and the numbers that say how."""

import re
from typing import Any

from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.visit import QUERY_ERROR, RUNTIME, Visit
from labs.cloud.services.stepfunctions.language import jsonata
from labs.cloud.services.stepfunctions.language.machine import MISSING


def context_of_item(context: dict[str, Any], index: int, item: Any) -> dict[str, Any]:
    return {**context, "Map": {"Item": {"Index": index, "Value": item}}}


def items_of_state(visit: Visit) -> list[Any]:
    """The array in the state's input that it goes through."""
    state = visit.state
    if state.is_jsonata:
        return _jsonata_items(visit)
    data = visit.effective_input()
    items = visit.read(state.items_path, data)
    if not isinstance(items, list):
        path = state.items_path
        raise visit.failure(RUNTIME, f'Reference path "{path}" must point to array.')
    return items


def selected_item(visit: Visit, index: int, item: Any) -> Any:
    """What an iteration begins with: the item, or what ItemSelector makes of it."""
    state = visit.state
    if state.item_selector is MISSING:
        return item
    whole, visit._context = visit.context, context_of_item(visit.context, index, item)
    try:
        if state.is_jsonata:
            return visit.asked("ItemSelector", state.item_selector)
        return visit.filled(state.item_selector, visit.effective_input())
    finally:
        visit._context = whole


def max_concurrency(visit: Visit) -> int:
    """0: as many as there may be."""
    value = whole_number(visit, "max_concurrency", "MaxConcurrency")
    if value is not None and value < 0:
        raise _negative(visit, "MaxConcurrency")
    return value or 0


def tolerated_count(visit: Visit) -> int | None:
    value = whole_number(visit, "tolerated_failure_count", "ToleratedFailureCount")
    if value is not None and value < 0:
        raise _negative(visit, "ToleratedFailureCount")
    return value


def tolerated_percentage(visit: Visit) -> float | None:
    name = "ToleratedFailurePercentage"
    value = _number(visit, "tolerated_failure_percentage", name, r"[+-]?\d+(\.\d+)?", "float")
    if value is None:
        return None
    if not 0 <= float(value) <= 100:
        raise visit.failure(_error(visit), f"{name} must be between 0 and 100.")
    return float(value)


def whole_number(visit: Visit, field: str, name: str, owner: Any = None) -> int | None:
    """A field of the state, or of `owner`, that must be an integer."""
    value = _number(visit, field, name, r"[+-]?\d+(\.0+)?", "integer", owner)
    return None if value is None else int(float(value))


def _number(
    visit: Visit, field: str, name: str, pattern: str, kind: str, owner: Any = None
) -> str | None:
    holder = visit.state if owner is None else owner
    path, value = getattr(holder, f"{field}_path"), getattr(holder, field)
    if path is not None:
        value = visit.read(path, visit.effective_input())
    elif isinstance(value, str):
        value = visit.asked(name, value)
    if value is None and path is None:
        return None
    text = value if isinstance(value, str) else as_json(value)
    if not re.fullmatch(pattern, text):
        raise visit.failure(_error(visit), _no_number(name, path, text, kind))
    return text


def _no_number(name: str, path: str | None, text: str, kind: str) -> str:
    if path is None:
        return f'The {name} field refers to value "{text}" which is not a valid {kind}'
    return f'The {name}Path field refers to value "{text}" which is not a valid {kind}: {path}'


def _negative(visit: Visit, name: str) -> Exception:
    return visit.failure(_error(visit), f"{name} cannot be negative.")


def _error(visit: Visit) -> str:
    return QUERY_ERROR if visit.state.is_jsonata else RUNTIME


def _jsonata_items(visit: Visit) -> list[Any]:
    template = visit.state.items
    if template is MISSING:
        if not isinstance(visit.input, list):
            text = as_json(visit.input)
            raise visit.failure(QUERY_ERROR, f"Map state input must be an array but was: {text}")
        return visit.input
    items = visit.asked("Items", template)
    if isinstance(items, list):
        return items
    error = jsonata.unexpected(str(template), "Items", "array", items)
    raise visit.failure(str(error.error), str(error.cause))
