"""Operations on machines, versions, aliases, activities and tags."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.labs.cloud.services.stepfunctions.conftest import ROLE

DEFINITION = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
OTHER = json.dumps({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": True}}})


@pytest.fixture
def states(client: Callable[[str], Any]) -> Any:
    return client("stepfunctions")


def create(states: Any, **fields: Any) -> str:
    asked = {"name": "m", "definition": DEFINITION, "roleArn": ROLE, **fields}
    return str(states.create_state_machine(**asked)["stateMachineArn"])


def refused(call: Callable[..., Any], **fields: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**fields)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_creating_again_is_the_same_machine(states: Any) -> None:
    arn = create(states)
    assert create(states, roleArn=ROLE + "-2") == arn
    assert refused(states.create_state_machine, name="m", definition=OTHER, roleArn=ROLE) == (
        "StateMachineAlreadyExists",
        f"State Machine Already Exists: '{arn}'",
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "a b"}, "InvalidName"),
        ({"name": "x" * 81}, "ValidationException"),
        ({"roleArn": "role"}, "InvalidArn"),
        ({"definition": "{"}, "InvalidDefinition"),
        ({"loggingConfiguration": {"level": "ALL"}}, "InvalidLoggingConfiguration"),
        ({"versionDescription": "first"}, "ValidationException"),
        (
            {"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY"}},
            "InvalidEncryptionConfiguration",
        ),
    ],
)
def test_a_machine_is_refused(states: Any, fields: dict[str, Any], code: str) -> None:
    asked = {"name": "m", "definition": DEFINITION, "roleArn": ROLE, **fields}
    assert refused(states.create_state_machine, **asked)[0] == code
    assert states.list_state_machines()["stateMachines"] == []


def test_an_update_changes_what_it_says(states: Any) -> None:
    arn = create(states)
    states.update_state_machine(stateMachineArn=arn, definition=OTHER)
    after = states.describe_state_machine(stateMachineArn=arn)
    assert (after["definition"], after["roleArn"]) == (OTHER, ROLE)
    assert after["revisionId"]
    assert refused(states.update_state_machine, stateMachineArn=arn)[0] == (
        "MissingRequiredParameter"
    )
    assert refused(states.update_state_machine, stateMachineArn=arn, definition="{}")[0] == (
        "InvalidDefinition"
    )


def test_versions_keep_what_was(states: Any) -> None:
    arn = create(states, publish=True)
    assert (
        states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
        == f"{arn}:1"
    )
    states.update_state_machine(stateMachineArn=arn, definition=OTHER, publish=True)
    listed = states.list_state_machine_versions(stateMachineArn=arn)["stateMachineVersions"]
    assert [one["stateMachineVersionArn"] for one in listed] == [f"{arn}:2", f"{arn}:1"]
    first = states.describe_state_machine(stateMachineArn=f"{arn}:1")
    assert first["definition"] == DEFINITION
    states.delete_state_machine_version(stateMachineVersionArn=f"{arn}:1")
    assert refused(states.describe_state_machine, stateMachineArn=f"{arn}:1")[0] == (
        "StateMachineDoesNotExist"
    )


def test_an_alias_leads_to_versions(states: Any) -> None:
    arn = create(states, publish=True)
    routes = [{"stateMachineVersionArn": f"{arn}:1", "weight": 100}]
    alias = states.create_state_machine_alias(name="live", routingConfiguration=routes)
    assert alias["stateMachineAliasArn"] == f"{arn}:live"
    code, message = refused(states.delete_state_machine_version, stateMachineVersionArn=f"{arn}:1")
    assert code == "ConflictException"
    assert message.endswith("[live]")
    told = states.describe_state_machine_alias(stateMachineAliasArn=f"{arn}:live")
    assert told["routingConfiguration"] == routes
    states.delete_state_machine_alias(stateMachineAliasArn=f"{arn}:live")
    assert states.list_state_machine_aliases(stateMachineArn=arn)["stateMachineAliases"] == []


@pytest.mark.parametrize(("name", "weight"), [("12", 100), ("live", 50)])
def test_an_alias_is_refused(states: Any, name: str, weight: int) -> None:
    arn = create(states, publish=True)
    routes = [{"stateMachineVersionArn": f"{arn}:1", "weight": weight}]
    assert (
        refused(states.create_state_machine_alias, name=name, routingConfiguration=routes)[0]
        == "ValidationException"
    )


def test_activities_are_kept(states: Any) -> None:
    arn = states.create_activity(name="a", tags=[{"key": "k", "value": "v"}])["activityArn"]
    assert states.create_activity(name="a")["activityArn"] == arn
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "k", "value": "v"}]
    states.untag_resource(resourceArn=arn, tagKeys=["k"])
    assert states.list_tags_for_resource(resourceArn=arn)["tags"] == []
    states.delete_activity(activityArn=arn)
    assert refused(states.describe_activity, activityArn=arn)[0] == "ActivityDoesNotExist"
    assert refused(states.list_tags_for_resource, resourceArn=arn)[0] == "ResourceNotFound"


def test_a_definition_is_validated(states: Any) -> None:
    assert states.validate_state_machine_definition(definition=DEFINITION)["result"] == "OK"
    broken = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}})
    told = states.validate_state_machine_definition(definition=broken, maxResults=1)
    assert told["result"] == "FAIL"
    assert told["truncated"] is True
    assert told["diagnostics"] == [
        {
            "severity": "ERROR",
            "code": "MISSING_TRANSITION_TARGET",
            "message": "Missing 'Next' target: B",
            "location": "/States/A/Next",
        }
    ]
