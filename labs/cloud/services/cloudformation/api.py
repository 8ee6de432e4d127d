"""The operations of CloudFormation: {name: (parameters, region) -> result}.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import service_calls
from labs.cloud.clock import clock
from labs.cloud.services.cloudformation import (
    changes,
    engine,
    graph,
    parameters,
    sam,
    shown,
    templates,
)
from labs.cloud.services.cloudformation.errors import CloudFormationError
from labs.cloud.services.cloudformation.stacks import GONE, Stack, Stacks, stack_arn
from labs.cloud.simulation import current

type Json = dict[str, Any]
type Operation = Callable[[Json, str], Json]

WORK_MS = 5000  # after which a stack is done, for whoever waits
NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
ANY_IAM = {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"}
NAMED_IAM = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
DONE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
}


def _stacks() -> Stacks:
    return current().state(Stacks)


def body_of(asked: Json) -> str:
    """TemplateBody, or what TemplateURL names.

    Raises:
        CloudFormationError: neither is there.
    """
    if body := asked.get("TemplateBody"):
        return str(body)
    if not (url := str(asked.get("TemplateURL") or "")):
        raise CloudFormationError("Either Template URL or Template Body must be specified.")
    parts = urlsplit(url)
    host, path = str(parts.hostname), unquote(parts.path).lstrip("/")
    bucket = host.partition(".s3")[0]
    key = path
    if host.startswith("s3"):
        bucket, _, key = path.partition("/")
    try:
        found = service_calls.call(
            "service cloudformation", "s3", "GetObject", {"Bucket": bucket, "Key": key}
        )
    except Exception as error:
        raise CloudFormationError(f"S3 error: {error}") from None
    return str(found["Body"].read().decode())


def prepared(
    asked: Json, region: str, before: Stack | None = None, name: str = ""
) -> tuple[str, Json, dict[str, str]]:
    """(body, processed template, values of its parameters) of a request.

    Raises:
        CloudFormationError: one of them is refused.
    """
    body = before.body if asked.get("UsePreviousTemplate") and before else body_of(asked)
    template = templates.parse(body)
    given = {}
    for one in asked.get("Parameters") or ():
        key = str(one["ParameterKey"])
        if one.get("UsePreviousValue") and before:
            given[key] = before.parameters.get(key, "")
        else:
            given[key] = str(one.get("ParameterValue", ""))
    values = parameters.values(template, given, _read_ssm)
    template = processed(template, values, region)
    _check_capabilities(templates.parse(body), template, asked)
    probe = Stack(name or "probe", "", region, body, template, values)
    graph.check_references(template, engine.pseudo(probe))
    graph.order(template["Resources"])
    return body, template, values


def processed(template: Json, values: dict[str, str], region: str) -> Json:
    """The template after its macros."""
    packed = sam.with_packages(template)
    for name in templates.transforms(template):
        if name == templates.SERVERLESS:
            pseudo = {"AWS::Region": region, "AWS::AccountId": DEFAULT_ACCOUNT_ID}
            packed = sam.transform(packed, {**values, **pseudo}, region)
        elif name != "AWS::LanguageExtensions":
            raise CloudFormationError(f"No transform named {name} found.")
    return packed


def _read_ssm(name: str) -> str:
    try:
        found = service_calls.call("service cloudformation", "ssm", "GetParameter", {"Name": name})
    except Exception:
        message = f"Unable to fetch parameters [{name}] from parameter store for this account."
        raise CloudFormationError(message) from None
    return str(found["Parameter"]["Value"])


def _check_capabilities(template: Json, after: Json, asked: Json) -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""
    given = set(asked.get("Capabilities") or ())
    needed = []
    kinds = [
        (str(one.get("Type")), one.get("Properties") or {}) for one in after["Resources"].values()
    ]
    if any(kind in NAMED_IAM and NAMED_IAM[kind] in own for kind, own in kinds):
        needed.append("CAPABILITY_NAMED_IAM")
    elif any(kind.startswith("AWS::IAM::") for kind, _ in kinds) and not given & ANY_IAM:
        needed.append("CAPABILITY_IAM")
    if templates.transforms(template) and not asked.get("ChangeSetName"):
        needed.append("CAPABILITY_AUTO_EXPAND")
    if missing := [one for one in needed if one not in given]:
        message = f"Requires capabilities : [{', '.join(missing)}]"
        raise CloudFormationError(message, "InsufficientCapabilitiesException")


def later(stack: Stack, action: Callable[[], None], what: str) -> None:
    """Do it after the call; a check, or another stack, does not wait and finds it done."""
    callers = current().callers
    if not callers or callers[-1].made_by.startswith("stack "):
        action()
    else:
        current().agenda.put(action, what=f"{what} of stack {stack.name}", after_ms=WORK_MS)


def _create_stack(asked: Json, region: str) -> Json:
    name = str(asked.get("StackName", ""))
    if not NAME.fullmatch(name):
        raise CloudFormationError(
            f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*"
        )
    if _stacks().find(name, region):
        raise CloudFormationError(f"Stack [{name}] already exists", "AlreadyExistsException")
    body, template, values = prepared(asked, region, name=name)
    stack = _new(name, region, body, template, values, asked)
    stack.become("CREATE_IN_PROGRESS", "User Initiated")
    later(stack, lambda: engine.create(stack), "creation")
    return {"StackId": stack.id}


def _new(
    name: str, region: str, body: str, template: Json, values: dict[str, str], asked: Json
) -> Stack:
    stack = Stack(name, stack_arn(name, region), region, body, template, values)
    stack.tags = list(asked.get("Tags") or ())
    stack.capabilities = list(asked.get("Capabilities") or ())
    kept = ("OnFailure", "DisableRollback", "RoleARN", "TimeoutInMinutes")
    stack.options = {name: asked[name] for name in kept if name in asked}
    stack.options["EnableTerminationProtection"] = asked.get("EnableTerminationProtection", False)
    _stacks().all[stack.id] = stack
    return stack


def _update_stack(asked: Json, region: str) -> Json:
    stack = _changeable(str(asked["StackName"]), region)
    body, template, values = prepared(asked, region, stack, stack.name)
    if template == stack.template and values == stack.parameters:
        tags = asked.get("Tags")
        if tags is None or tags == stack.tags:
            raise CloudFormationError("No updates are to be performed.")
    _start_update(stack, body, template, values, asked)
    return {"StackId": stack.id}


def _start_update(
    stack: Stack, body: str, template: Json, values: dict[str, str], asked: Json
) -> None:
    stack.body, stack.updated_at = body, clock.now()
    if asked.get("Tags") is not None:
        stack.tags = list(asked["Tags"])
    if asked.get("Capabilities"):
        stack.capabilities = list(asked["Capabilities"])
    stack.become("UPDATE_IN_PROGRESS", "User Initiated")
    later(stack, lambda: engine.update(stack, template, values), "update")


def _changeable(name: str, region: str) -> Stack:
    stack = _stacks().find(name, region)
    if stack is None or stack.status == GONE:
        raise CloudFormationError(f"Stack [{name}] does not exist")
    if stack.status not in DONE:
        raise CloudFormationError(
            f"Stack:{stack.id} is in {stack.status} state and can not be updated."
        )
    return stack


def _delete_stack(asked: Json, region: str) -> Json:
    stack = _stacks().find(str(asked["StackName"]), region)
    if stack is None or stack.status == GONE:
        return {}
    if stack.options.get("EnableTerminationProtection"):
        raise CloudFormationError(
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        )
    if users := _importers(stack, region):
        name, others = users
        raise CloudFormationError(
            f"Export {name} cannot be deleted as it is in use by {' and '.join(others)}"
        )
    retained = list(asked.get("RetainResources") or ())
    stack.become("DELETE_IN_PROGRESS", "User Initiated")
    later(stack, lambda: engine.delete(stack, retained), "deletion")
    return {}


def _importers(stack: Stack, region: str) -> tuple[str, list[str]] | None:
    for output in stack.outputs:
        if (name := output.get("ExportName")) and (users := _imports(name, region)):
            return name, users
    return None


def _imports(name: str, region: str) -> list[str]:
    """The stacks that import this value."""
    return [
        stack.name
        for stack in _stacks().of_region(region)
        if stack.status != GONE and _mentions(stack, name)
    ]


def _mentions(stack: Stack, name: str) -> bool:
    def inside(raw: Any) -> bool:
        if isinstance(raw, list):
            return any(map(inside, raw))
        if not isinstance(raw, dict):
            return False
        if "Fn::ImportValue" in raw:
            value = engine.resolver(stack).value(raw["Fn::ImportValue"])
            return bool(value == name)
        return any(map(inside, raw.values()))

    return inside(stack.template.get("Resources", {}))


def _describe_stacks(asked: Json, region: str) -> Json:
    if name := asked.get("StackName"):
        return {"Stacks": [shown.stack(_stacks().get(str(name), region))]}
    found = [stack for stack in _stacks().of_region(region) if stack.status != GONE]
    return {"Stacks": [shown.stack(stack) for stack in found]}


def _list_stacks(asked: Json, region: str) -> Json:
    wanted = asked.get("StackStatusFilter")
    found = [one for one in _stacks().of_region(region) if not wanted or one.status in wanted]
    return {"StackSummaries": [shown.summary(stack) for stack in found]}


def _describe_events(asked: Json, region: str) -> Json:
    stack = _known(asked, region)
    return {"StackEvents": stack.events}


def _known(asked: Json, region: str) -> Stack:
    name = str(asked.get("StackName") or asked.get("StackId") or "")
    stack = _stacks().find(name, region)
    if stack is None:
        raise CloudFormationError(f"Stack [{name}] does not exist")
    return stack


def _describe_resources(asked: Json, region: str) -> Json:
    if physical := asked.get("PhysicalResourceId"):
        for stack in _stacks().of_region(region):
            if any(one.ref == physical for one in stack.resources.values()):
                break
        else:
            raise CloudFormationError(f"Stack for {physical} does not exist")
    else:
        stack = _stacks().get(str(asked.get("StackName", "")), region)
    wanted = asked.get("LogicalResourceId")
    return {
        "StackResources": [
            shown.resource(stack, one)
            for one in stack.resources.values()
            if not wanted or one.name == wanted
        ]
    }


def _describe_resource(asked: Json, region: str) -> Json:
    stack = _known(asked, region)
    name = str(asked["LogicalResourceId"])
    if name not in stack.resources:
        raise CloudFormationError(f"Resource {name} does not exist for stack {stack.name}")
    return {"StackResourceDetail": shown.detail(stack, stack.resources[name])}


def _list_resources(asked: Json, region: str) -> Json:
    stack = _stacks().get(str(asked["StackName"]), region)
    return {"StackResourceSummaries": [shown.item(one) for one in stack.resources.values()]}


def _get_template(asked: Json, region: str) -> Json:
    stack = _known(asked, region)
    body: Any = stack.body
    if asked.get("TemplateStage") == "Processed":
        body = json.dumps(stack.template)
    return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}


def _summary(asked: Json, region: str) -> Json:
    body = _known(asked, region).body if asked.get("StackName") else body_of(asked)
    return shown.template(templates.parse(body))


def _validate(asked: Json, _region: str) -> Json:
    found = templates.parse(body_of(asked))
    pseudo = engine.pseudo(Stack("probe", "", "", "", found, {}))
    if templates.SERVERLESS not in templates.transforms(found):
        graph.check_references(found, pseudo)
        graph.order(found["Resources"])
    summary = shown.template(found)
    keys = ("Description", "Capabilities", "CapabilitiesReason", "DeclaredTransforms")
    result: Json = {key: summary[key] for key in keys if key in summary}
    result["Parameters"] = [
        {
            "ParameterKey": one["ParameterKey"],
            "NoEcho": one["NoEcho"],
            **({"DefaultValue": one["DefaultValue"]} if "DefaultValue" in one else {}),
            **({"Description": one["Description"]} if "Description" in one else {}),
        }
        for one in summary["Parameters"]
    ]
    return result


def _list_exports(_asked: Json, region: str) -> Json:
    return {
        "Exports": [
            {"ExportingStackId": stack.id, "Name": name, "Value": value}
            for name, value, stack in _stacks().exports(region)
        ]
    }


def _list_imports(asked: Json, region: str) -> Json:
    name = str(asked["ExportName"])
    if not (found := _imports(name, region)):
        raise CloudFormationError(f"Export '{name}' is not imported by any stack.")
    return {"Imports": found}


def _protect(asked: Json, region: str) -> Json:
    stack = _stacks().get(str(asked["StackName"]), region)
    wanted = str(asked["EnableTerminationProtection"]).lower() == "true"
    stack.options["EnableTerminationProtection"] = wanted
    return {"StackId": stack.id}


def _create_change_set(asked: Json, region: str) -> Json:
    name, kind = str(asked["StackName"]), str(asked.get("ChangeSetType") or "UPDATE")
    stack = _stacks().find(name, region)
    if kind == "CREATE":
        if stack and stack.status != "REVIEW_IN_PROGRESS":
            raise CloudFormationError(
                f"Stack [{name}] already exists and cannot be created again with the changeSet "
                f"[{asked['ChangeSetName']}]."
            )
    elif stack is None or stack.status == GONE:
        raise CloudFormationError(f"Stack [{name}] does not exist")
    body, template, values = prepared(asked, region, stack, name)
    if stack is None:
        stack = _new(name, region, body, {"Resources": {}}, {}, asked)
        stack.become("REVIEW_IN_PROGRESS", "User Initiated")
    made = changes.make(stack, kind, body, template, values, asked)
    stack.change_sets[made.name] = made
    return {"Id": made.id, "StackId": stack.id}


def _change_set(asked: Json, region: str) -> tuple[Stack, Any]:
    wanted = str(asked.get("ChangeSetName", ""))
    for stack in _stacks().of_region(region):
        if asked.get("StackName") and asked["StackName"] not in (stack.name, stack.id):
            continue
        for one in stack.change_sets.values():
            if wanted in (one.name, one.id):
                return stack, one
    message = f"ChangeSet [{wanted}] does not exist"
    raise CloudFormationError(message, "ChangeSetNotFound", 404)


def _describe_change_set(asked: Json, region: str) -> Json:
    return changes.shown(*_change_set(asked, region))


def _execute_change_set(asked: Json, region: str) -> Json:
    stack, one = _change_set(asked, region)
    if one.execution != "AVAILABLE":
        raise CloudFormationError(
            f"ChangeSet [{one.id}] cannot be executed in its current status of [{one.status}]",
            "InvalidChangeSetStatus",
        )
    one.execution = "EXECUTE_COMPLETE"
    stack.change_sets.clear()
    if one.kind == "CREATE":
        stack.body, stack.template, stack.parameters = one.body, one.template, one.parameters
        stack.become("CREATE_IN_PROGRESS", "User Initiated")
        later(stack, lambda: engine.create(stack), "creation")
    else:
        _start_update(stack, one.body, one.template, one.parameters, one.asked)
    return {}


def _delete_change_set(asked: Json, region: str) -> Json:
    stack, one = _change_set(asked, region)
    del stack.change_sets[one.name]
    return {}


def _list_change_sets(asked: Json, region: str) -> Json:
    stack = _stacks().get(str(asked["StackName"]), region)
    found = [changes.shown(stack, one) for one in stack.change_sets.values()]
    return {"Summaries": found}


OPERATIONS: dict[str, Operation] = {
    "CreateChangeSet": _create_change_set,
    "CreateStack": _create_stack,
    "DeleteChangeSet": _delete_change_set,
    "DeleteStack": _delete_stack,
    "DescribeChangeSet": _describe_change_set,
    "DescribeStackEvents": _describe_events,
    "DescribeStackResource": _describe_resource,
    "DescribeStackResources": _describe_resources,
    "DescribeStacks": _describe_stacks,
    "ExecuteChangeSet": _execute_change_set,
    "GetTemplate": _get_template,
    "GetTemplateSummary": _summary,
    "ListChangeSets": _list_change_sets,
    "ListExports": _list_exports,
    "ListImports": _list_imports,
    "ListStackResources": _list_resources,
    "ListStacks": _list_stacks,
    "UpdateStack": _update_stack,
    "UpdateTerminationProtection": _protect,
    "ValidateTemplate": _validate,
}
