"""Stacks, resources and templates as the API shows them."""

from typing import Any

from labs.cloud.services.cloudformation import parameters, templates
from labs.cloud.services.cloudformation.stacks import GONE, Resource, Stack

type Json = dict[str, Any]
DRIFT = {"StackDriftStatus": "NOT_CHECKED"}


def stack(one: Stack) -> Json:
    """Of DescribeStacks."""
    found: Json = {
        "StackId": one.id,
        "StackName": one.name,
        "Description": one.template.get("Description"),
        "Parameters": parameters.shown(one.template, one.parameters),
        "CreationTime": one.created_at,
        "LastUpdatedTime": one.updated_at,
        "DeletionTime": one.deleted_at,
        "RollbackConfiguration": {},
        "StackStatus": one.status,
        "StackStatusReason": one.reason or None,
        "DisableRollback": bool(one.options.get("DisableRollback", False)),
        "NotificationARNs": [],
        "Capabilities": one.capabilities,
        "Outputs": one.outputs,
        "RoleARN": one.options.get("RoleARN"),
        "Tags": one.tags,
        "EnableTerminationProtection": one.options.get("EnableTerminationProtection", False),
        "DriftInformation": DRIFT,
    }
    return {name: value for name, value in found.items() if value is not None}


def summary(one: Stack) -> Json:
    """Of ListStacks."""
    found: Json = {
        "StackId": one.id,
        "StackName": one.name,
        "TemplateDescription": one.template.get("Description"),
        "CreationTime": one.created_at,
        "LastUpdatedTime": one.updated_at,
        "DeletionTime": one.deleted_at if one.status == GONE else None,
        "StackStatus": one.status,
        "StackStatusReason": one.reason or None,
        "DriftInformation": DRIFT,
    }
    return {name: value for name, value in found.items() if value is not None}


def item(one: Resource) -> Json:
    """Of ListStackResources."""
    found: Json = {
        "LogicalResourceId": one.name,
        "PhysicalResourceId": one.ref or None,
        "ResourceType": one.type,
        "LastUpdatedTimestamp": one.changed_at,
        "ResourceStatus": one.status,
        "ResourceStatusReason": one.reason or None,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }
    return {name: value for name, value in found.items() if value is not None}


def resource(of: Stack, one: Resource) -> Json:
    """Of DescribeStackResources."""
    found = item(one)
    found["Timestamp"] = found.pop("LastUpdatedTimestamp")
    return {"StackName": of.name, "StackId": of.id, **found}


def detail(of: Stack, one: Resource) -> Json:
    """Of DescribeStackResource."""
    return {"StackName": of.name, "StackId": of.id, **item(one), "Metadata": "{}"}


def template(found: Json) -> Json:
    """Of GetTemplateSummary."""
    kinds = [str(one.get("Type")) for one in found["Resources"].values()]
    needs_iam = [kind for kind in kinds if kind.startswith("AWS::IAM::")]
    result: Json = {
        "Parameters": [
            _parameter(name, one) for name, one in (found.get("Parameters") or {}).items()
        ],
        "ResourceTypes": list(dict.fromkeys(kinds)),
    }
    if description := found.get("Description"):
        result["Description"] = str(description)
    if version := found.get("AWSTemplateFormatVersion"):
        result["Version"] = str(version)
    if needs_iam:
        result["Capabilities"] = ["CAPABILITY_IAM"]
        reason = f"The following resource(s) require capabilities: [{', '.join(needs_iam)}]"
        result["CapabilitiesReason"] = reason
    if names := templates.transforms(found):
        result["DeclaredTransforms"] = names
    return result


def _parameter(name: str, declared: Json) -> Json:
    found: Json = {
        "ParameterKey": name,
        "ParameterType": declared.get("Type"),
        "NoEcho": str(declared.get("NoEcho", False)).lower() == "true",
        "ParameterConstraints": {},
    }
    if "Default" in declared:
        found["DefaultValue"] = str(declared["Default"])
    if "Description" in declared:
        found["Description"] = str(declared["Description"])
    if allowed := declared.get("AllowedValues"):
        found["ParameterConstraints"] = {"AllowedValues": [str(one) for one in allowed]}
    return found
