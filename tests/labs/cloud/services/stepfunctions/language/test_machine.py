"""Definitions as dataclasses."""

import json
from typing import Any

from labs.cloud.services.stepfunctions.language import machine
from labs.cloud.services.stepfunctions.language.machine import MISSING


def parse(states: dict[str, Any], **fields: Any) -> Any:
    return machine.parse(json.dumps({"StartAt": next(iter(states)), "States": states, **fields}))


def test_it_applies_defaults() -> None:
    task = parse(
        {
            "A": {
                "Type": "Task",
                "Resource": "arn:x",
                "Retry": [{"ErrorEquals": ["States.ALL"]}],
                "Catch": [{"ErrorEquals": ["E"], "Next": "B"}],
                "Next": "B",
            },
            "B": {"Type": "Succeed"},
        }
    ).states["A"]
    (retrier,), (catcher,) = task.retry, task.catch
    assert (retrier.interval_seconds, retrier.max_attempts, retrier.backoff_rate) == (1, 3, 2.0)
    assert (catcher.next, catcher.result_path) == ("B", "$")
    assert (task.input_path, task.parameters, task.query_language) == ("$", MISSING, "JSONPath")


def test_null_is_not_the_same_as_nothing() -> None:
    state = parse({"A": {"Type": "Pass", "Result": None, "InputPath": None, "End": True}})
    found = state.states["A"]
    assert (found.result, found.input_path, found.result_path) == (None, None, "$")


def test_what_is_inside_a_map_speaks_the_machines_language() -> None:
    """https://github.com/floci-io/floci/issues/2968 measured it."""
    inner = {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}}
    outer = {"Type": "Map", "QueryLanguage": "JSONata", "ItemProcessor": inner, "End": True}
    found = parse({"A": outer}).states["A"]
    assert (found.query_language, found.processor.states["B"].query_language) == (
        "JSONata",
        "JSONPath",
    )
    whole = parse({"A": outer}, QueryLanguage="JSONata").states["A"]
    assert whole.processor.states["B"].is_jsonata


def test_a_distributed_map_has_all_its_parts() -> None:
    inner = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "B",
        "States": {"B": {"Type": "Pass", "End": True}},
    }
    found = parse(
        {
            "A": {
                "Type": "Map",
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": {"InputType": "CSV", "CSVHeaders": ["x"], "MaxItems": 3},
                    "Parameters": {"Bucket": "b"},
                },
                "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"k.$": "$.v"}},
                "ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN"}},
                "ItemProcessor": inner,
                "ToleratedFailurePercentage": 10,
                "End": True,
            }
        }
    ).states["A"]
    assert (found.is_distributed, found.execution_type) == (True, "EXPRESS")
    assert (found.item_reader.config.csv_headers, found.item_reader.config.max_items) == (
        ("x",),
        3,
    )
    assert found.item_batcher.max_items_per_batch == 2
    assert found.result_writer.transformation == "FLATTEN"
    assert found.tolerated_failure_percentage == 10


def test_the_older_iterator_is_a_processor() -> None:
    inner = {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}}
    raw = {"Type": "Map", "Iterator": inner, "Parameters": {"a.$": "$"}, "End": True}
    found = parse({"A": raw}).states["A"]
    assert (found.is_legacy, found.mode, found.item_selector) == (True, "INLINE", {"a.$": "$"})
