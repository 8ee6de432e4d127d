"""Change sets: what a template would change of a stack."""

from typing import Any

from labs.cloud.moto_lambda import new_id
from labs.cloud.services.cloudformation import engine, parameters
from labs.cloud.services.cloudformation.intrinsics import references
from labs.cloud.services.cloudformation.kinds import find
from labs.cloud.services.cloudformation.stacks import ChangeSet, Stack

type Json = dict[str, Any]


def make(
    stack: Stack, kind: str, body: str, template: Json, values: dict[str, str], asked: Json
) -> ChangeSet:
    """A change set of the stack; FAILED if nothing would change."""
    name = str(asked["ChangeSetName"])
    account = stack.id.split(":")[4]
    arn = f"arn:aws:cloudformation:{stack.region}:{account}:changeSet/{name}/{new_id()}"
    found = _changes(stack, template, values)
    made = ChangeSet(name, arn, kind, body, template, values, asked, found)
    same = template.get("Outputs") == stack.template.get("Outputs")
    if kind == "UPDATE" and not found and same:
        made.status, made.execution = "FAILED", "UNAVAILABLE"
        made.reason = (
            "The submitted information didn't contain changes. Submit different information to "
            "create a change set."
        )
    return made


def _changes(stack: Stack, template: Json, values: dict[str, str]) -> list[Json]:
    probe = Stack(stack.name, stack.id, stack.region, stack.body, template, values)
    wanted = engine.wanted(probe)
    old = stack.template.get("Resources", {})
    found = []
    for name, resource in wanted.items():
        if name not in stack.resources:
            found.append(_change("Add", name, resource["Type"]))
        elif resource != old.get(name) or values != stack.parameters:
            before = old.get(name, {}).get("Properties") or {}
            after = resource.get("Properties") or {}
            changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
            if changed or _uses_changed(after, values, stack.parameters):
                one = _change("Modify", name, resource["Type"], stack.resources[name].ref)
                found.append({**one, **_replacement(resource["Type"], changed)})
    for name, there in stack.resources.items():
        if name not in wanted:
            found.append(_change("Remove", name, there.type, there.ref))
    return found


def _uses_changed(properties: Json, values: dict[str, str], before: dict[str, str]) -> bool:
    changed = {name for name in {*values, *before} if values.get(name) != before.get(name)}
    return bool(changed & set(references(properties)))


def _change(action: str, name: str, kind: str, physical: str = "") -> Json:
    found: Json = {"Action": action, "LogicalResourceId": name, "ResourceType": kind}
    if physical:
        found["PhysicalResourceId"] = physical
    return {**found, "Scope": [], "Details": []}


def _replacement(name: str, changed: list[str]) -> Json:
    kind = find(name)
    immutable = bool(kind and (set(changed) & kind.immutable or kind.name in changed))
    details = [
        {
            "Target": {"Attribute": "Properties", "Name": key},
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
        for key in changed
    ]
    return {
        "Replacement": "True" if immutable else "False",
        "Scope": ["Properties"],
        "Details": details,
    }


def shown(stack: Stack, one: ChangeSet) -> Json:
    """As DescribeChangeSet and ListChangeSets answer."""
    return {
        "Capabilities": list(one.asked.get("Capabilities") or ()),
        "ChangeSetId": one.id,
        "ChangeSetName": one.name,
        "Changes": [{"Type": "Resource", "ResourceChange": change} for change in one.changes],
        "CreationTime": one.created_at,
        "Description": one.asked.get("Description"),
        "ExecutionStatus": one.execution,
        "Parameters": parameters.shown(one.template, one.parameters),
        "StackId": stack.id,
        "StackName": stack.name,
        "Status": one.status,
        "StatusReason": one.reason or None,
        "Tags": list(one.asked.get("Tags") or ()),
    }
