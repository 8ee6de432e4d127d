"""ItemBatcher: several items for each child of a distributed Map.

https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
"""

from typing import Any

from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.items import whole_number
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language.machine import MISSING

MAX_BYTES = 256 * 1024


def batches(visit: Visit, items: list[Any]) -> list[dict[str, Any]]:
    """The inputs of the children: {"BatchInput": ..., "Items": [...]}."""
    batcher = visit.state.item_batcher
    most = whole_number(visit, "max_items_per_batch", "MaxItemsPerBatch", batcher)
    largest = whole_number(visit, "max_input_bytes_per_batch", "MaxInputBytesPerBatch", batcher)
    common = _common(visit)
    size_of_rest = len(as_json({**common, "Items": []}).encode())
    room = min(largest or MAX_BYTES, MAX_BYTES) - size_of_rest
    found: list[list[Any]] = []
    left = 0
    for item in items:
        size = len(as_json(item).encode()) + 1
        if not found or size > left or len(found[-1]) >= (most or len(items)):
            found.append([])
            left = room
        found[-1].append(item)
        left -= size
    return [{**common, "Items": batch} for batch in found]


def _common(visit: Visit) -> dict[str, Any]:
    template = visit.state.item_batcher.batch_input
    if template is MISSING:
        return {}
    if visit.state.is_jsonata:
        return {"BatchInput": visit.asked("ItemBatcher/BatchInput", template)}
    return {"BatchInput": visit.filled(template, visit.effective_input())}
