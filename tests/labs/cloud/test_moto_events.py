"""The seams of EventBridge: each fails when a new moto moves what stands there."""

import inspect

from moto.events import models, responses

from labs.cloud import moto_events


def test_moto_has_what_is_replaced() -> None:
    backend = models.EventsBackend
    signatures = {
        backend.put_events: ["self", "events"],
        backend.describe_rule: ["self", "name", "event_bus_arn"],
        backend.enable_rule: ["self", "name", "event_bus_arn"],
        backend.disable_rule: ["self", "name", "event_bus_arn"],
        backend.delete_rule: ["self", "name", "event_bus_arn"],
        backend.put_targets: ["self", "name", "event_bus_arn", "targets"],
        models.Replay.replay_events: ["self", "archive"],
        models.Rule.send_to_targets: ["self", "original_event", "transform_input"],
        responses.EventsHandler.test_event_pattern: ["self"],
    }
    for method, names in signatures.items():
        assert list(inspect.signature(method).parameters) == names


def test_moto_names_the_parameters_of_a_rule() -> None:
    names = set(inspect.signature(models.EventsBackend.put_rule).parameters)
    assert {"name", "event_pattern", "scheduled_expression", "state", "event_bus_arn"} <= names


def test_moto_keeps_what_is_read() -> None:
    rule = models.Rule("r", "1", "us-east-1", None, '{"a": [1]}', None, None, "default", None)
    assert rule.event_pattern.dump() == '{"a": [1]}'
    assert (rule.state, rule.targets) == ("ENABLED", [])
    archive = models.Archive("1", "us-east-1", "a", "bus/default", "", '{"a": [1]}', "")
    assert archive.events == []
    assert (archive.retention, archive.rule) == (0, None)


def test_a_bus_is_found_by_name_and_by_arn(moto: None) -> None:
    arn = "arn:aws:events:eu-west-1:123456789012:event-bus/default"
    found = moto_events.bus(arn, "us-east-1")
    assert found is not None
    assert found.region == "eu-west-1"
    assert moto_events.bus(None, "us-east-1") is not None
    assert moto_events.bus("orders", "us-east-1") is None
