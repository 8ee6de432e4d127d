"""Operations on state machines and their versions, kept by moto.

Parameters and answers are named as in the API:
https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html
"""

from typing import Any

from moto.stepfunctions.models import StateMachine, StateMachineVersion

from labs.cloud import moto_lambda, moto_stepfunctions
from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.api import refusals
from labs.cloud.services.stepfunctions.api.answers import ApiError, check_arn, page
from labs.cloud.services.stepfunctions.language import validation

TYPES = ("STANDARD", "EXPRESS")
INITIAL = "INITIAL"
_PARTS = ("definition", "roleArn", "loggingConfiguration", "tracingConfiguration")
# Attributes of a machine that its versions keep as they were.
_CONFIGURATION = ("loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")

type Asked = dict[str, Any]


def create_state_machine(asked: Asked, region: str) -> Asked:
    """Asking again for the same machine gives the same answer; the role is not looked at."""
    _check_new(asked)
    backend = moto_stepfunctions.backend(region)
    arn = f"arn:aws:states:{region}:{backend.account_id}:stateMachine:{asked['name']}"
    machine = _existing(arn, region)
    if machine is None:
        machine = StateMachine(
            arn,
            asked["name"],
            asked["definition"],
            asked["roleArn"],
            backend,
            **{key: asked.get(key) for key in _CONFIGURATION},
            sm_type=asked.get("type"),
        )
        machine.revision_id = INITIAL
        backend.state_machines.append(machine)
        if asked.get("tags"):
            backend.tagger.tag_resource(arn, asked["tags"])
    elif not _is_same(machine, asked):
        raise ApiError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    told = {"stateMachineArn": arn, "creationDate": machine.creation_date}
    if asked.get("publish"):
        version = _published(machine, asked.get("versionDescription"))
        told["stateMachineVersionArn"] = version.arn
    return told


def update_state_machine(asked: Asked, region: str) -> Asked:
    """What is not said stays as it is."""
    machine = found(asked["stateMachineArn"], region)
    refusals.version_description(asked)
    if not any(asked.get(part) for part in (*_PARTS, "encryptionConfiguration", "publish")):
        raise ApiError(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the "
            "TracingConfiguration must be specified",
        )
    if "definition" in asked:
        _check_definition(asked["definition"], machine.type)
    if "roleArn" in asked:
        refusals.role(asked["roleArn"])
    refusals.logging(asked.get("loggingConfiguration"))
    refusals.encryption(asked.get("encryptionConfiguration"))
    machine.update(**{key: asked.get(key) for key in (*_PARTS, "encryptionConfiguration")})
    machine.update_date = clock.now()
    if "definition" in asked or "roleArn" in asked:
        machine.revision_id = moto_lambda.new_id()
    told = {"updateDate": machine.update_date, "revisionId": _revision(machine)}
    if asked.get("publish"):
        version = _published(machine, asked.get("versionDescription"))
        told["stateMachineVersionArn"] = version.arn
    return told


def describe_state_machine(asked: Asked, region: str) -> Asked:
    """Of a machine, or of a version of it."""
    arn = asked["stateMachineArn"]
    check_arn(arn, "stateMachine")
    plain, number = _parts(arn)
    machine: Any = _existing(plain, region)
    if machine is not None and number:
        machine = machine.versions.get(int(number)) if number.isdigit() else None
    if machine is None:
        raise _missing(arn)
    told = {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": "ACTIVE",
        "definition": machine.definition,
        "roleArn": machine.roleArn,
        "type": machine.type,
        "creationDate": machine.creation_date,
        "loggingConfiguration": {"includeExecutionData": False, **machine.loggingConfiguration},
        "tracingConfiguration": machine.tracingConfiguration,
        "encryptionConfiguration": machine.encryptionConfiguration,
        "description": machine.description,
        "revisionId": _revision(machine),
    }
    return {key: value for key, value in told.items() if value not in (None, INITIAL)}


def delete_state_machine(asked: Asked, region: str) -> Asked:
    """Deleting what is not there is no error."""
    arn = asked["stateMachineArn"]
    check_arn(arn, "stateMachine")
    machine = _existing(_parts(arn)[0], region)
    if machine:
        moto_stepfunctions.backend(machine.arn.split(":")[3]).state_machines.remove(machine)
    return {}


def list_state_machines(asked: Asked, region: str) -> Asked:
    machines = sorted(
        moto_stepfunctions.backend(region).state_machines, key=lambda one: one.creation_date
    )
    rows, token = page(machines, asked.get("nextToken"), asked.get("maxResults"))
    return {"stateMachines": [_row(machine) for machine in rows], "nextToken": token}


def publish_state_machine_version(asked: Asked, region: str) -> Asked:
    """What has not changed since the last version is not published again."""
    machine = found(asked["stateMachineArn"], region)
    revision = asked.get("revisionId")
    if revision and revision != _revision(machine):
        raise ApiError(
            "ConflictException",
            "Failed to publish the State Machine version for revision "
            f"{revision}. The current State Machine revision is {_revision(machine)}.",
        )
    version = _published(machine, asked.get("description"))
    return {"creationDate": version.creation_date, "stateMachineVersionArn": version.arn}


def list_state_machine_versions(asked: Asked, region: str) -> Asked:
    """Newest first."""
    machine = found(asked["stateMachineArn"], region)
    versions = [machine.versions[number] for number in sorted(machine.versions, reverse=True)]
    rows, token = page(versions, asked.get("nextToken"), asked.get("maxResults"))
    told = [
        {"stateMachineVersionArn": version.arn, "creationDate": version.creation_date}
        for version in rows
    ]
    return {"stateMachineVersions": told, "nextToken": token}


def delete_state_machine_version(asked: Asked, region: str) -> Asked:
    """Refused as long as an alias leads to it."""
    arn = asked["stateMachineVersionArn"]
    check_arn(arn, "stateMachine")
    plain, number = _parts(arn)
    if not number.isdigit():
        raise ApiError("ValidationException", f"The ARN '{arn}' is not of a version")
    machine = _existing(plain, region)
    if machine is None:
        return {}
    aliases = [
        alias.name
        for alias in machine.aliases.values()
        if any(route["stateMachineVersionArn"] == arn for route in alias.routing_configuration)
    ]
    if aliases:
        raise ApiError(
            "ConflictException",
            "Version to be deleted must not be referenced by an alias. Current list of aliases "
            f"referencing this version: [{', '.join(aliases)}]",
        )
    machine.versions.pop(int(number), None)
    return {}


def validate_state_machine_definition(asked: Asked, _region: str) -> Asked:
    """FAIL where there is an error; warnings only where they are asked for."""
    refusals.one_of(asked.get("type"), "type", TYPES)
    all_found = validation.validate(asked["definition"], asked.get("type") or "STANDARD")
    errors = [one for one in all_found if one.severity == validation.ERROR]
    shown = all_found if asked.get("severity") == validation.WARNING else errors
    limit = asked.get("maxResults") or 100
    told = [
        {
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
            **({"location": one.location} if one.location else {}),
        }
        for one in shown[:limit]
    ]
    return {
        "result": "FAIL" if errors else "OK",
        "diagnostics": told,
        "truncated": len(shown) > limit,
    }


def found(arn: str, region: str) -> Any:
    """The machine, not a version of it.

    Raises:
        ApiError: there is none.
    """
    check_arn(arn, "stateMachine")
    machine = _existing(arn, region)
    if machine is None:
        raise _missing(arn)
    return machine


def _existing(arn: str, region: str) -> Any:
    backend = moto_stepfunctions.backend(arn.split(":")[3] or region)
    return next((one for one in backend.state_machines if one.arn == arn), None)


def _missing(arn: str) -> ApiError:
    return ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")


def _parts(arn: str) -> tuple[str, str]:
    """The machine's ARN, and what stands after it: a version's number, an alias's name."""
    parts = arn.split(":")
    return ":".join(parts[:7]), ":".join(parts[7:])


def _check_new(asked: Asked) -> None:
    refusals.version_description(asked)
    refusals.one_of(asked.get("type"), "type", TYPES)
    refusals.name(asked["name"])
    refusals.role(asked["roleArn"])
    _check_definition(asked["definition"], asked.get("type") or "STANDARD")
    refusals.logging(asked.get("loggingConfiguration"))
    refusals.encryption(asked.get("encryptionConfiguration"))
    refusals.tags(asked.get("tags"))


def _check_definition(definition: str, kind: str) -> None:
    refusals.definition_size(definition)
    if told := validation.creation_error(definition, kind):
        raise ApiError("InvalidDefinition", told)


def _is_same(machine: Any, asked: Asked) -> bool:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"""
    kind = asked.get("type") or "STANDARD"
    return (machine.definition, machine.type) == (asked["definition"], kind) and all(
        asked.get(key) is None or getattr(machine, key) == asked[key] for key in _CONFIGURATION
    )


def _published(machine: Any, description: str | None) -> StateMachineVersion:
    """The newest version, if nothing has changed since; else a new one."""
    latest = machine.versions.get(machine.latest_version_number)
    if latest is not None and _revision(latest) == _revision(machine):
        unchanged: StateMachineVersion = latest
        return unchanged
    machine.publish(description)
    made: Any = machine.latest_version
    made.revision_id = _revision(machine)
    made.creation_date = clock.now()
    version: StateMachineVersion = made
    return version


def _revision(machine: Any) -> str | None:
    revision: str | None = getattr(machine, "revision_id", INITIAL)
    return revision


def _row(machine: Any) -> Asked:
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": machine.type,
        "creationDate": machine.creation_date,
    }
