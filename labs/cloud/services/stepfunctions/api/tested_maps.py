"""A Map in TestState: its items and limits are evaluated, what it does is mocked."""

import json
from typing import Any

from labs.cloud.services.stepfunctions.api.tested_state import Evaluation
from labs.cloud.services.stepfunctions.language import jsonata
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import DEFAULT_ITEMS_FROM, MISSING

THRESHOLD = "States.ExceedToleratedFailureThreshold"
WHOLE = 100


def inspect(
    evaluation: Evaluation, configuration: dict[str, Any], *, is_failing: bool
) -> list[Any]:
    """Note what TestState shows of a Map; its items. `is_failing`: the mock is an error.

    Raises:
        StatesError: they are none, or more of them failed than it tolerates.
    """
    items = _items(evaluation, configuration)
    state, noted = evaluation.state, evaluation.tested.inspection
    noted["maxConcurrency"] = _number(evaluation, "max_concurrency", "MaxConcurrency")
    count = _number(evaluation, "tolerated_failure_count", "ToleratedFailureCount")
    percentage = _number(evaluation, "tolerated_failure_percentage", "ToleratedFailurePercentage")
    if count is not None:
        noted["toleratedFailureCount"] = count
    if percentage is not None:
        noted["toleratedFailurePercentage"] = float(percentage)
    if state.item_selector is not MISSING and not state.is_jsonata:
        _note_selected(evaluation, items)
    failed = 0 if is_failing else configuration.get("mapIterationFailureCount") or 0
    _check_failures(failed, count, percentage, len(items))
    return items


def _check_failures(failed: int, count: int | None, percentage: float | None, total: int) -> None:
    share = WHOLE * failed / total if total else 0
    is_tolerated = failed == 0
    if count is not None or percentage is not None:
        is_tolerated = (count is None or failed <= count) and (
            percentage is None or share <= percentage
        )
    if not is_tolerated:
        raise StatesError(THRESHOLD, "The specified tolerated failure threshold was exceeded")


def _items(evaluation: Evaluation, configuration: dict[str, Any]) -> list[Any]:
    state = evaluation.state
    if "mapItemReaderData" in configuration:
        read = json.loads(configuration["mapItemReaderData"])
        return read if isinstance(read, list) else [read]
    if state.item_reader is not None:
        return []
    if state.is_jsonata:
        if state.items is MISSING:
            items = evaluation.data
        else:
            items = evaluation.asked(state.items, "Items")
        if not isinstance(items, list):
            raise jsonata.unexpected(str(state.items), "Items", "array", items)
        return items
    return _items_at(evaluation, state.items_path or DEFAULT_ITEMS_FROM)


def _items_at(evaluation: Evaluation, path: str) -> list[Any]:
    evaluation_input = evaluation.state.input_path
    data = {} if evaluation_input is None else evaluation.read(evaluation_input, evaluation.data)
    evaluation.tested.note("afterInputPath", data)
    items = evaluation.read(path, data)
    if not isinstance(items, list):
        told = path[1:] if path.startswith("$$") else path
        raise StatesError("States.Runtime", f'Reference path "{told}" must point to array.')
    evaluation.tested.note("afterItemsPath", items)
    return items


def _note_selected(evaluation: Evaluation, items: list[Any]) -> None:
    context, selected = evaluation.around.context, []
    for number, item in enumerate(items):
        context["Map"] = {"Item": {"Index": number, "Value": item}}
        selected.append(evaluation.filled(evaluation.state.item_selector, evaluation.data))
    context.pop("Map", None)
    evaluation.tested.note("afterItemSelector", selected)


def _number(evaluation: Evaluation, name: str, field: str) -> Any:
    state = evaluation.state
    path, value = getattr(state, f"{name}_path"), getattr(state, name)
    if path is not None:
        return evaluation.read(path, evaluation.data)
    return evaluation.asked(value, field) if isinstance(value, str) else value
