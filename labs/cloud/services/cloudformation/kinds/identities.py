"""AWS::IAM::*."""

import json
from collections.abc import Iterator
from typing import Any, override

from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work, changed, remove

_LISTS = (("Roles", "Role"), ("Users", "User"), ("Groups", "Group"))


def _document(value: Any) -> str:
    """A policy as text. SAM's have no version, which IAM takes and moto does not."""
    if isinstance(value, str):
        return value
    return json.dumps({"Version": "2012-10-17", **value})


def _holder(work: Work) -> tuple[str, Json]:
    """("Role", {"RoleName": ...})."""
    kind = work.type.rpartition(":")[2]
    return kind, {f"{kind}Name": work.ref}


def _policies(work: Work) -> None:
    """Inline and managed policies, boundary and trust of a role, user or group."""
    kind, holder = _holder(work)
    wanted = {one["PolicyName"]: one for one in work.properties.get("Policies") or ()}
    for one in work.before.get("Policies") or ():
        if one["PolicyName"] not in wanted:
            gone = {**holder, "PolicyName": one["PolicyName"]}
            remove(work, "iam", f"Delete{kind}Policy", gone)
    for name, one in wanted.items():
        text = _document(one["PolicyDocument"])
        asked = {**holder, "PolicyName": name, "PolicyDocument": text}
        work.call("iam", f"Put{kind}Policy", asked)
    arns = work.properties.get("ManagedPolicyArns") or []
    before = work.before.get("ManagedPolicyArns") or []
    for arn in before:
        if arn not in arns:
            remove(work, "iam", f"Detach{kind}Policy", {**holder, "PolicyArn": arn})
    for arn in arns:
        if arn not in before:
            work.call("iam", f"Attach{kind}Policy", {**holder, "PolicyArn": arn})
    if kind == "User" and not work.before:
        for group in work.properties.get("Groups") or ():
            work.call("iam", "AddUserToGroup", {**holder, "GroupName": group})


def _role(work: Work) -> None:
    if work.before and changed(work, "AssumeRolePolicyDocument"):
        trust = _document(work.properties["AssumeRolePolicyDocument"])
        asked = {"RoleName": work.ref, "PolicyDocument": trust}
        work.call("iam", "UpdateAssumeRolePolicy", asked)
    _policies(work)


def _without_policies(work: Work) -> None:
    """IAM deletes only what has no policies."""
    kind, holder = _holder(work)
    for one in work.properties.get("Policies") or ():
        gone = {**holder, "PolicyName": one["PolicyName"]}
        remove(work, "iam", f"Delete{kind}Policy", gone)
    for arn in work.properties.get("ManagedPolicyArns") or ():
        remove(work, "iam", f"Detach{kind}Policy", {**holder, "PolicyArn": arn})


def _attached_to(work: Work, properties: Json) -> Iterator[tuple[str, Json]]:
    for name, kind in _LISTS:
        for holder in properties.get(name) or ():
            yield kind, {f"{kind}Name": holder}


def _attached(work: Work) -> None:
    """A managed policy, with its roles, users and groups."""
    there = list(_attached_to(work, work.before))
    for kind, holder in _attached_to(work, work.properties):
        if (kind, holder) not in there:
            work.call("iam", f"Attach{kind}Policy", {**holder, "PolicyArn": work.ref})
    if work.before and changed(work, "PolicyDocument"):
        asked = {
            "PolicyArn": work.ref,
            "PolicyDocument": _document(work.properties["PolicyDocument"]),
            "SetAsDefault": True,
        }
        work.call("iam", "CreatePolicyVersion", asked)


def _detached(work: Work) -> None:
    for kind, holder in _attached_to(work, work.properties):
        remove(work, "iam", f"Detach{kind}Policy", {**holder, "PolicyArn": work.ref})


class InlinePolicy(Kind):
    """AWS::IAM::Policy and its newer kin: an inline policy of several holders."""

    @override
    def make(self, work: Work) -> None:
        work.ref = work.new_name(128)
        self.change(work)

    @override
    def change(self, work: Work) -> None:
        name = work.properties["PolicyName"]
        text = _document(work.properties["PolicyDocument"])
        wanted = list(self._holders(work, work.properties))
        for kind, holder in self._holders(work, work.before):
            if (kind, holder) not in wanted or changed(work, "PolicyName"):
                gone = {**holder, "PolicyName": work.before["PolicyName"]}
                remove(work, "iam", f"Delete{kind}Policy", gone)
        for kind, holder in wanted:
            asked = {**holder, "PolicyName": name, "PolicyDocument": text}
            work.call("iam", f"Put{kind}Policy", asked)

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return False

    @override
    def remove(self, work: Work) -> None:
        for kind, holder in self._holders(work, work.properties):
            gone = {**holder, "PolicyName": work.properties["PolicyName"]}
            remove(work, "iam", f"Delete{kind}Policy", gone)

    def _holders(self, work: Work, properties: Json) -> Iterator[tuple[str, Json]]:
        yield from _attached_to(work, properties)
        for _, kind in _LISTS:
            if name := properties.get(f"{kind}Name"):
                yield kind, {f"{kind}Name": name}


def _named(kind: str) -> Kind:
    return Kind(
        service="iam",
        create=f"Create{kind}",
        delete=f"Delete{kind}",
        name=f"{kind}Name",
        ref=f"{{{kind}.{kind}Name}}",
        keys={f"{kind}Name": "{ref}"},
        attributes={"Arn": f"{{{kind}.Arn}}", f"{kind}Id": f"{{{kind}.{kind}Id}}"},
        apart=frozenset(
            {"Policies", "ManagedPolicyArns", "Groups", "LoginProfile"}
            | ({"AssumeRolePolicyDocument"} if kind == "Role" else set())
        ),
        shape_create=_trusting,
        after=_role if kind == "Role" else _policies,
        before_delete=_without_policies,
    )


def _trusting(work: Work, parameters: Json) -> Json:
    trust = work.properties.get("AssumeRolePolicyDocument")
    return {**parameters, "AssumeRolePolicyDocument": _document(trust)} if trust else parameters


KINDS: dict[str, Any] = {
    "AWS::IAM::Role": _named("Role"),
    "AWS::IAM::User": _named("User"),
    "AWS::IAM::Group": _named("Group"),
    "AWS::IAM::Policy": InlinePolicy(),
    "AWS::IAM::RolePolicy": InlinePolicy(),
    "AWS::IAM::UserPolicy": InlinePolicy(),
    "AWS::IAM::ManagedPolicy": Kind(
        service="iam",
        create="CreatePolicy",
        delete="DeletePolicy",
        name="ManagedPolicyName",
        name_length=128,
        renamed={"ManagedPolicyName": "PolicyName"},
        ref="{Policy.Arn}",
        keys={"PolicyArn": "{ref}"},
        attributes={"PolicyArn": "{ref}", "PolicyId": "{Policy.PolicyId}"},
        apart=frozenset({"Roles", "Users", "Groups"}),
        after=_attached,
        before_delete=_detached,
    ),
    "AWS::IAM::AccessKey": Kind(
        service="iam",
        create="CreateAccessKey",
        delete="DeleteAccessKey",
        ref="{AccessKey.AccessKeyId}",
        keys={"UserName": "{UserName}", "AccessKeyId": "{ref}"},
        attributes={"SecretAccessKey": "{AccessKey.SecretAccessKey}"},
        apart=frozenset({"Serial", "Status"}),
    ),
}
