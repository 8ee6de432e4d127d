"""The seams of Scheduler: each fails when a new moto moves what stands there."""

import inspect

from moto.scheduler import models, responses


def test_moto_has_what_is_replaced() -> None:
    backend = models.EventBridgeSchedulerBackend
    signatures = {
        backend.delete_schedule: ["self", "group_name", "name"],
        backend.create_schedule_group: ["self", "name", "tags"],
        backend.delete_schedule_group: ["self", "name"],
        responses.EventBridgeSchedulerResponse.update_schedule: ["self"],
    }
    for method, names in signatures.items():
        assert list(inspect.signature(method).parameters) == names


def test_moto_names_the_parameters_of_a_schedule() -> None:
    names = set(inspect.signature(models.EventBridgeSchedulerBackend.create_schedule).parameters)
    used = {"name", "group_name", "schedule_expression", "schedule_expression_timezone"}
    used |= {"flexible_time_window", "start_date", "end_date", "target", "state"}
    assert used | {"action_after_completion"} <= names
    updated = set(inspect.signature(models.EventBridgeSchedulerBackend.update_schedule).parameters)
    assert used <= updated
