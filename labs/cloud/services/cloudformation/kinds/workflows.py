"""AWS::StepFunctions::*, AWS::ECS::*, AWS::CloudWatch::*."""

import json
from typing import Any

from labs.cloud.services.cloudformation.errors import ResourceError
from labs.cloud.services.cloudformation.intrinsics import text
from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work

_DEFINITIONS = frozenset({"Definition", "DefinitionString", "DefinitionS3Location"})


def _definition(work: Work) -> str:
    """The definition, with its substitutions: ${Name} anywhere in it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
    """
    found = work.properties.get("DefinitionString", work.properties.get("Definition"))
    if (place := work.properties.get("DefinitionS3Location")) is not None:
        asked = {"Bucket": place["Bucket"], "Key": place["Key"]}
        found = work.call("s3", "GetObject", asked)["Body"].read().decode()
    if found is None:
        raise ResourceError("Properties validation failed: a definition is required")
    whole = found if isinstance(found, str) else json.dumps(found)
    for name, value in (work.properties.get("DefinitionSubstitutions") or {}).items():
        plain = text(value)
        whole = whole.replace("${" + name + "}", json.dumps(plain)[1:-1])
    return whole


def _machine(work: Work, parameters: Json) -> Json:
    return {**parameters, "definition": _definition(work)}


def _alias(work: Work, parameters: Json) -> Json:
    if preference := work.properties.get("DeploymentPreference"):
        version = preference["StateMachineVersionArn"]
        routing = [{"stateMachineVersionArn": version, "weight": 100}]
        return {**parameters, "routingConfiguration": routing}
    return parameters


def _service(_work: Work, parameters: Json) -> Json:
    parameters.setdefault("desiredCount", 1)
    return parameters


def _delete_alarm(work: Work) -> None:
    work.call("cloudwatch", "DeleteAlarms", {"AlarmNames": [work.ref]})


def _stop_tasks(work: Work) -> None:
    asked = {
        "cluster": work.properties.get("Cluster", "default"),
        "service": work.ref,
        "desiredCount": 0,
    }
    work.call("ecs", "UpdateService", asked)


KINDS: dict[str, Any] = {
    "AWS::StepFunctions::StateMachine": Kind(
        service="stepfunctions",
        create="CreateStateMachine",
        update="UpdateStateMachine",
        delete="DeleteStateMachine",
        name="StateMachineName",
        name_length=80,
        renamed={"StateMachineName": "name", "StateMachineType": "type"},
        ref="{stateMachineArn}",
        keys={"stateMachineArn": "{ref}"},
        attributes={
            "Arn": "{ref}",
            "Name": "{StateMachineName}",
            "StateMachineRevisionId": "{revisionId}",
        },
        apart=_DEFINITIONS | {"DefinitionSubstitutions"},
        immutable=frozenset({"StateMachineType"}),
        shape_create=_machine,
        shape_update=_machine,
    ),
    "AWS::StepFunctions::Activity": Kind(
        service="stepfunctions",
        create="CreateActivity",
        delete="DeleteActivity",
        name="Name",
        ref="{activityArn}",
        keys={"activityArn": "{ref}"},
        attributes={"Arn": "{ref}", "Name": "{Name}"},
    ),
    "AWS::StepFunctions::StateMachineVersion": Kind(
        service="stepfunctions",
        create="PublishStateMachineVersion",
        delete="DeleteStateMachineVersion",
        renamed={"StateMachineRevisionId": "revisionId"},
        ref="{stateMachineVersionArn}",
        keys={"stateMachineVersionArn": "{ref}"},
        attributes={"Arn": "{ref}"},
    ),
    "AWS::StepFunctions::StateMachineAlias": Kind(
        service="stepfunctions",
        create="CreateStateMachineAlias",
        update="UpdateStateMachineAlias",
        delete="DeleteStateMachineAlias",
        name="Name",
        ref="{stateMachineAliasArn}",
        keys={"stateMachineAliasArn": "{ref}"},
        attributes={"Arn": "{ref}"},
        apart=frozenset({"DeploymentPreference"}),
        shape_create=_alias,
        shape_update=_alias,
    ),
    "AWS::ECS::Cluster": Kind(
        service="ecs",
        create="CreateCluster",
        delete="DeleteCluster",
        name="ClusterName",
        ref="{cluster.clusterName}",
        keys={"cluster": "{ref}"},
        attributes={"Arn": "{cluster.clusterArn}"},
    ),
    "AWS::ECS::TaskDefinition": Kind(
        service="ecs",
        create="RegisterTaskDefinition",
        delete="DeregisterTaskDefinition",
        name="Family",
        ref="{taskDefinition.taskDefinitionArn}",
        keys={"taskDefinition": "{ref}"},
        attributes={"TaskDefinitionArn": "{ref}"},
    ),
    "AWS::ECS::Service": Kind(
        service="ecs",
        create="CreateService",
        update="UpdateService",
        delete="DeleteService",
        name="ServiceName",
        ref="{service.serviceArn}",
        keys={"service": "{ref}", "cluster": "{Cluster}"},
        attributes={"Name": "{ServiceName}", "ServiceArn": "{ref}"},
        immutable=frozenset({"Cluster", "LaunchType"}),
        shape_create=_service,
        before_delete=_stop_tasks,
    ),
    "AWS::CloudWatch::Alarm": Kind(
        service="cloudwatch",
        create="PutMetricAlarm",
        update="PutMetricAlarm",
        name="AlarmName",
        ref="{AlarmName}",
        attributes={"Arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{ref}"},
        before_delete=_delete_alarm,
    ),
}
