"""The seams into moto's Step Functions still hold."""

import boto3
import pytest
from moto import backend_index
from moto.stepfunctions import urls
from moto.stepfunctions.models import StateMachine, stepfunctions_backends
from moto.stepfunctions.responses import StepFunctionResponse

from labs.cloud import moto_stepfunctions
from labs.cloud.simulation import has_current

REPLACED = (
    "start_execution",
    "describe_execution",
    "stop_execution",
    "list_executions",
    "get_execution_history",
    "describe_state_machine_for_execution",
    "send_task_success",
    "send_task_failure",
    "send_task_heartbeat",
    "list_map_runs",
    "describe_map_run",
    "update_map_run",
)
NEW = ("start_sync_execution", "redrive_execution", "get_activity_task")
DEFINITION = '{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}'
ROLE = "arn:aws:iam::123456789012:role/machine"


@pytest.mark.parametrize("name", REPLACED + NEW)
def test_our_operations_stand_in_for_motos(moto: None, name: str) -> None:
    assert getattr(StepFunctionResponse, name).is_ours


def test_the_host_of_synchronous_executions_leads_to_moto(moto: None) -> None:
    assert moto_stepfunctions.SYNC_HOST in urls.url_bases
    url = "https://sync-states.us-east-1.amazonaws.com/"
    services = [name for name, host in backend_index.backend_url_patterns if host.match(url)]
    assert services == ["stepfunctions"]


def test_machines_versions_and_aliases_are_kept_where_we_look(moto: None) -> None:
    client = boto3.client("stepfunctions", region_name="us-east-1")
    arn = client.create_state_machine(name="m", definition=DEFINITION, roleArn=ROLE, publish=True)[
        "stateMachineArn"
    ]
    routes = [{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
    client.create_state_machine_alias(name="live", routingConfiguration=routes)

    (machine,) = moto_stepfunctions.backend("us-east-1").state_machines
    assert isinstance(machine, StateMachine)
    assert machine.versions[1].definition == DEFINITION
    assert machine.aliases["live"].routing_configuration == routes
    found = moto_stepfunctions.source(f"{arn}:live", "us-east-1")
    assert (found.version_arn, found.alias_arn) == (f"{arn}:1", f"{arn}:live")


def test_activities_are_kept_where_we_look(moto: None) -> None:
    client = boto3.client("stepfunctions", region_name="us-east-1")
    arn = client.create_activity(name="a")["activityArn"]

    assert arn in stepfunctions_backends["123456789012"]["us-east-1"].activities


def test_without_an_account_moto_does_as_it_did(moto: None) -> None:
    assert not has_current()
    client = boto3.client("stepfunctions", region_name="us-east-1")
    machine = client.create_state_machine(name="m", definition=DEFINITION, roleArn=ROLE)
    execution = client.start_execution(stateMachineArn=machine["stateMachineArn"], name="e")

    told = client.describe_execution(executionArn=execution["executionArn"])
    assert told["status"] == "RUNNING"  # for ever: it runs nothing
