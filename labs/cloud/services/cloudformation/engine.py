"""Creates, updates and deletes stacks: one resource after the other, rolled back on an error."""

from collections.abc import Callable
from functools import partial
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal import mock_random

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import noted
from labs.cloud.services.cloudformation import dynamic, graph, parameters
from labs.cloud.services.cloudformation.errors import ResourceError, TemplateError
from labs.cloud.services.cloudformation.intrinsics import Resolver, text
from labs.cloud.services.cloudformation.kinds import find
from labs.cloud.services.cloudformation.kinds.kind import Kind, Work
from labs.cloud.services.cloudformation.stacks import GONE, Resource, Stack, Stacks
from labs.cloud.simulation import current

type Json = dict[str, Any]
NAME_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SUFFIX = 12
_FAILURES = (ResourceError, TemplateError)


def pseudo(stack: Stack) -> Json:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""
    return {
        "AWS::AccountId": DEFAULT_ACCOUNT_ID,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": stack.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": "amazonaws.com",
    }


def resolver(stack: Stack) -> Resolver:
    """Fills in the values of the stack's template, from its resources as they are now."""

    def ref(name: str) -> str:
        if found := stack.resources.get(name):
            return found.ref
        raise TemplateError(f"Template error: instance of Ref references undefined {name}")

    def attribute(name: str, wanted: str) -> Any:
        found = stack.resources.get(name)
        if found is None:
            message = (
                f"Template error: instance of Fn::GetAtt references undefined resource {name}"
            )
            raise TemplateError(message)
        if wanted not in found.attributes:
            message = f"resource {name} does not support attribute type {wanted} in Fn::GetAtt"
            raise TemplateError(f"Template error: {message}")
        return found.attributes[wanted]

    def imported(name: str) -> str:
        for export, value, _ in current().state(Stacks).exports(stack.region):
            if export == name:
                return str(value)
        raise TemplateError(f"No export named {name} found.")

    template = stack.template
    typed = {
        name: parameters.typed(template, name, value) for name, value in stack.parameters.items()
    }
    return Resolver(
        template, typed, pseudo(stack), ref=ref, attribute=attribute, imported=imported
    )


def wanted(stack: Stack) -> Json:
    """The template's resources whose conditions hold, in the order of their making."""
    filled = resolver(stack)
    all_of = stack.template["Resources"]
    found = {
        name: resource
        for name, resource in all_of.items()
        if "Condition" not in resource or filled.condition(str(resource["Condition"]))
    }
    known = {name: {**one, "DependsOn": _depends(one, found)} for name, one in found.items()}
    return {name: found[name] for name in graph.order(known)}


def _depends(resource: Json, found: Json) -> list[str]:
    """Without resources that a condition leaves out."""
    depends = resource.get("DependsOn") or []
    named = [depends] if isinstance(depends, str) else list(depends)
    return [name for name in named if name in found]


def create(stack: Stack) -> None:
    """Make all resources; on an error delete what was made."""
    try:
        for name, resource in wanted(stack).items():
            _make(stack, name, resource)
        _output(stack)
    except _FAILURES as error:
        _failed_creation(stack, error)
        return
    stack.become("CREATE_COMPLETE")


def _failed_creation(stack: Stack, error: Exception) -> None:
    failed = [name for name, one in stack.resources.items() if one.status == "CREATE_FAILED"]
    names = f"The following resource(s) failed to create: [{', '.join(failed)}]. "
    reason = names if failed else f"{error}. "
    on_failure = stack.options.get("OnFailure") or "ROLLBACK"
    if stack.options.get("DisableRollback") or on_failure == "DO_NOTHING":
        stack.become("CREATE_FAILED", reason.strip())
        return
    if on_failure == "DELETE":
        stack.become("DELETE_IN_PROGRESS", f"{reason}Delete requested by user.")
        _clear(stack)
        stack.become(GONE)
        return
    stack.become("ROLLBACK_IN_PROGRESS", f"{reason}Rollback requested by user.")
    _clear(stack)
    stack.become("ROLLBACK_COMPLETE")


def update(stack: Stack, template: Json, values: dict[str, str]) -> None:
    """Bring the stack to another template; on an error back to the one it had."""
    before = (stack.template, stack.parameters)
    stack.template, stack.parameters = template, values
    known = {name: _snapshot(one) for name, one in stack.resources.items()}
    try:
        replaced = _bring(stack)
        _output(stack)
    except _FAILURES as error:
        _roll_back(stack, before, known, str(error))
        return
    stack.become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    gone = [name for name in stack.resources if name not in wanted(stack)]
    for old in replaced:
        _delete(stack, old)
    for name in reversed(gone):
        if _delete(stack, stack.resources[name]):
            del stack.resources[name]
    stack.become("UPDATE_COMPLETE")


def _bring(stack: Stack) -> list[Resource]:
    """Make what is new and change what is another; returns what others have replaced."""
    replaced = []
    for name, resource in wanted(stack).items():
        there = stack.resources.get(name)
        if there is None:
            _make(stack, name, resource)
        elif old := _change(stack, there, resource):
            replaced.append(old)
    return replaced


def _roll_back(
    stack: Stack, before: tuple[Json, dict[str, str]], known: dict[str, Resource], reason: str
) -> None:
    failed = [name for name, one in stack.resources.items() if one.status.endswith("_FAILED")]
    which = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
    stack.become("UPDATE_ROLLBACK_IN_PROGRESS", which if failed else reason)
    stack.template, stack.parameters = before
    for name in [name for name in stack.resources if name not in known]:
        _delete(stack, stack.resources.pop(name))
    try:
        for name, resource in wanted(stack).items():
            now, then = stack.resources.get(name), known[name]
            if now is None:
                continue
            if now.ref != then.ref:  # replaced: the one before is still there
                _delete(stack, now)
                stack.resources[name] = then
            elif now.properties != then.properties or now.status.endswith("_FAILED"):
                _change(stack, now, resource)
        _output(stack)
    except _FAILURES as error:
        stack.become("UPDATE_ROLLBACK_FAILED", str(error))
        return
    stack.become("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    stack.become("UPDATE_ROLLBACK_COMPLETE")


def delete(stack: Stack, retained: list[str]) -> None:
    """Delete all resources, those last that others need."""
    for name in retained:
        if name in stack.resources:
            stack.resources[name].retained = True
    if not _clear(stack):
        failed = [n for n, one in stack.resources.items() if one.status == "DELETE_FAILED"]
        reason = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
        stack.become("DELETE_FAILED", reason)
        return
    stack.outputs = []
    stack.deleted_at = clock.now()
    stack.become(GONE)


def _clear(stack: Stack) -> bool:
    return all([_delete(stack, one) for one in reversed(list(stack.resources.values()))])  # noqa: C419 - each is tried


def _make(stack: Stack, name: str, resource: Json) -> None:
    one = stack.resources[name] = Resource(name, str(resource["Type"]))
    one.retained = resource.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
    _note(stack, one, "CREATE_IN_PROGRESS")
    work = None
    try:
        kind = _kind(stack, one.type)
        work = _work(stack, one, _given(stack, resource))
        _reported(partial(kind.make, work))
    except _FAILURES as error:
        one.retained = False
        if work and work.ref:  # half of it is there, and is to go
            _take(one, work)
        _note(stack, one, "CREATE_FAILED", str(error))
        raise
    _take(one, work)
    _note(stack, one, "CREATE_IN_PROGRESS", "Resource creation Initiated")
    _note(stack, one, "CREATE_COMPLETE")


def _given(stack: Stack, resource: Json) -> Json:
    """A resource's properties, filled in."""
    properties = resolver(stack).value(resource.get("Properties") or {})
    given: Json = dynamic.resolve(properties, stack.name, stack.region)
    return given


def _change(stack: Stack, one: Resource, resource: Json) -> Resource | None:
    """Change a resource where its properties did; the old one if another replaced it."""
    one.retained = resource.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
    given = _given(stack, resource)
    kind = _kind(stack, one.type)
    before = one.properties
    if kind.name and kind.name not in given and kind.name in before:
        given[kind.name] = before[kind.name]
    if given == before and resource["Type"] == one.type:
        return None
    changed = {name for name in {*given, *before} if given.get(name) != before.get(name)}
    work = _work(stack, one, given)
    work.ref, work.attributes, work.before = one.ref, dict(one.attributes), before
    if resource["Type"] != one.type or kind.needs_replacement(work, changed):
        return _replace(stack, one, resource, given)
    _note(stack, one, "UPDATE_IN_PROGRESS")
    try:
        _reported(lambda: kind.change(work))
    except _FAILURES as error:
        _note(stack, one, "UPDATE_FAILED", str(error))
        raise
    _take(one, work)
    _note(stack, one, "UPDATE_COMPLETE")
    return None


def _replace(stack: Stack, one: Resource, resource: Json, given: Json) -> Resource:
    """Make a new resource; the one before is deleted at the end."""
    old, kind = _snapshot(one), _kind(stack, str(resource["Type"]))
    _note(
        stack,
        one,
        "UPDATE_IN_PROGRESS",
        "Requested update requires the creation of a new physical resource; hence creating one.",
    )
    try:
        named = kind.name and kind.name in (resource.get("Properties") or {})
        if named and given.get(kind.name) == old.properties.get(kind.name):
            name = given[kind.name]
            raise ResourceError(
                "CloudFormation cannot update a stack when a custom-named resource requires "
                f"replacing. Rename {name} and update the stack again."
            )
        if kind.name and not named:
            given.pop(kind.name, None)
        one.type = str(resource["Type"])
        work = _work(stack, one, given)
        work.kept, work.answer = {}, {}
        _reported(lambda: kind.make(work))
    except _FAILURES as error:
        _note(stack, one, "UPDATE_FAILED", str(error))
        raise
    _take(one, work)
    _note(stack, one, "UPDATE_COMPLETE")
    return old


def _delete(stack: Stack, one: Resource) -> bool:
    """Delete a resource; whether it is gone, or may stay."""
    if one.status in (GONE, "DELETE_SKIPPED") or not one.ref:
        return True
    if one.retained:
        _note(stack, one, "DELETE_SKIPPED")
        return True
    _note(stack, one, "DELETE_IN_PROGRESS")
    work = _work(stack, one, one.properties)
    work.ref, work.attributes, work.before = one.ref, one.attributes, one.properties
    try:
        kind = _kind(stack, one.type)
        _reported(lambda: kind.remove(work))
    except _FAILURES as error:
        _note(stack, one, "DELETE_FAILED", str(error))
        return False
    _note(stack, one, GONE)
    return True


def _reported(action: Callable[[], None]) -> None:
    """What a service lacks is the reason why the resource fails, and names itself."""
    try:
        action()
    except NotImplementedError as error:
        raise ResourceError(f"Not simulated: {error}") from error
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        message = f"Properties validation failed: {type(error).__name__} {error}"
        raise ResourceError(message) from error


def _kind(stack: Stack, name: str) -> Kind:
    """Raises ResourceError, with a row of the trace, for a type that is not simulated."""
    if (kind := find(name)) is not None:
        return kind
    asked = {"TypeName": name}
    try:
        with noted(f"stack {stack.name}", "cloudformation", "CreateResource", asked):
            raise MissingError(f"with {name}")
    except MissingError:
        raise ResourceError(f"The resource type {name} is not simulated.") from None


def _work(stack: Stack, one: Resource, properties: Json) -> Work:
    return Work(
        stack=stack.name,
        name=one.name,
        type=one.type,
        region=stack.region,
        account=DEFAULT_ACCOUNT_ID,
        properties=dict(properties),
        new_name=lambda length: _new_name(stack.name, one, length),
        stack_id=stack.id,
        kept=dict(one.kept),
        answer=dict(one.answer),
    )


def _new_name(stack: str, one: Resource, length: int) -> str:
    """stack-resource-SUFFIX, cut in its middle; small letters where others are refused."""
    suffix = "".join(mock_random.choice(NAME_CHARS) for _ in range(SUFFIX))
    room = length - SUFFIX - 1
    name = f"{stack}-{one.name}"
    if len(name) > room:
        half = room // 2
        name = f"{stack[: room - half - 1]}-{one.name[:half]}"
    whole = f"{name}-{suffix}"
    return whole.lower() if one.type in ("AWS::S3::Bucket", "AWS::RDS::DBCluster") else whole


def _take(one: Resource, work: Work) -> None:
    one.ref, one.attributes = work.ref, work.attributes
    one.properties, one.kept, one.answer = work.properties, work.kept, work.answer


def _snapshot(one: Resource) -> Resource:
    return Resource(**vars(one))


def _note(stack: Stack, one: Resource, status: str, reason: str = "") -> None:
    one.status, one.reason, one.changed_at = status, reason, clock.now()
    stack.note(one.name, one.ref, one.type, status, reason)


def _output(stack: Stack) -> None:
    """The outputs whose conditions hold."""
    filled = resolver(stack)
    found = []
    for name, output in (stack.template.get("Outputs") or {}).items():
        if "Condition" in output and not filled.condition(str(output["Condition"])):
            continue
        shown = {"OutputKey": name, "OutputValue": text(filled.value(output["Value"]))}
        if "Description" in output:
            shown["Description"] = str(output["Description"])
        if "Export" in output:
            shown["ExportName"] = text(filled.value(output["Export"]["Name"]))
            _check_export(stack, shown["ExportName"])
        found.append(shown)
    stack.outputs = found


def _check_export(stack: Stack, name: str) -> None:
    for export, _, other in current().state(Stacks).exports(stack.region):
        if export == name and other is not stack:
            message = f"Export with name {name} is already exported by stack {other.name}"
            raise TemplateError(f"{message}. Rollback requested by user.")
