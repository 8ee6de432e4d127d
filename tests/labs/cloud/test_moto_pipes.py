"""The seams of Pipes: each fails when a new moto moves what stands there."""

import inspect

from moto.dynamodb.models.table import StreamShard
from moto.kinesis.models import Shard
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
    shard = StreamShard("1", None)
    assert shard.starting_sequence_number > 0
    assert shard.items == []


def test_a_shard_of_kinesis_gives_what_is_behind_a_number() -> None:
    shard = Shard(0, 0, 1)
    names = ["self", "last_sequence_id", "limit"]
    assert list(inspect.signature(Shard.get_records).parameters) == names
    assert (shard.get_records("0", 1), shard.records) == (([], 0, 0), {})
