"""The seams of Pipes: each fails when a new moto moves what stands there."""

import inspect

from moto.dynamodb.models.table import StreamShard
from moto.pipes import models


def test_moto_has_what_is_replaced() -> None:
    backend = models.EventBridgePipesBackend
    for method in (backend.delete_pipe, backend.start_pipe, backend.stop_pipe):
        assert list(inspect.signature(method).parameters) == ["self", "name"]
    used = {"name", "target", "enrichment", "source_parameters", "desired_state"}
    assert used | {"source"} <= set(inspect.signature(backend.create_pipe).parameters)
    assert used <= set(inspect.signature(backend.update_pipe).parameters)
    assert list(inspect.signature(models.Pipe.advance).parameters) == ["self"]


def test_a_stream_has_one_shard_that_counts() -> None:
    assert list(inspect.signature(StreamShard.get).parameters) == ["self", "start", "quantity"]
