"""Which service of boto3 an integration means, and one call of it."""

import functools
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from labs.cloud import service_calls
from labs.cloud.clients import client
from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.execution.integrations import errors, shapes
from labs.cloud.services.stepfunctions.language.errors import StatesError

# Names of the Java SDK that are not boto3's without its hyphens.
_BOTO3_NAMES = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "cognitoidentity": "cognito-identity",
    "elasticloadbalancingv2": "elbv2",
    "elasticloadbalancing": "elb",
    "costexplorer": "ce",
    "databasemigration": "dms",
    "iotdataplane": "iot-data",
    "lexmodelsv2": "lexv2-models",
    "lexruntimev2": "lexv2-runtime",
}
_REQUIRED = "1 validation error detected: Value null at '{name}' failed to satisfy constraint: "


def boto3_name(service: str) -> str | None:
    """The name for boto3.client(); None: there is no such service."""
    return _BOTO3_NAMES.get(service) or _available().get(service)


@functools.cache
def _available() -> dict[str, str]:
    names = botocore.session.get_session().get_available_services()
    return {name.replace("-", ""): name for name in names}


def model_of(service: str, region: str) -> Any:
    return client(service, region).meta.service_model


def faults_of(service: str, action: str, arguments: Any, region: str) -> list[str]:
    """Why a call with these arguments is not even tried; see `shapes.faults_of`."""
    name = boto3_name(service)
    if name is None:
        return []
    try:
        operation = operation_of(name, action, region)
    except MissingError:
        return []
    return shapes.faults_of(arguments, operation.input_shape)


def operation_of(service: str, action: str, region: str) -> Any:
    """botocore's model of an action named in camelCase.

    Raises:
        MissingError: the service has none of this name.
    """
    model = model_of(service, region)
    wanted = xform_name(action[0].upper() + action[1:])
    for name in model.operation_names:
        if name.lower() == action.lower() or xform_name(name) == wanted:
            return model.operation_model(name)
    raise MissingError(f"({service}.{action})")


def made(made_by: str, service: str, action: str, arguments: Any, region: str) -> dict[str, Any]:
    """boto3's answer.

    Raises:
        ClientError: AWS's, also for parameters that AWS would refuse.
        MissingError: this is not simulated.
    """
    operation = operation_of(service, action, region)
    parameters = shapes.to_parameters(arguments, operation.input_shape) or {}
    _require(operation, parameters)
    try:
        return service_calls.call(made_by, service, operation.name, parameters, region=region)
    except ParamValidationError as error:
        raise refused(operation.name, "ValidationException", str(error)) from None


def refused(operation: str, code: str, message: str) -> ClientError:
    told = {"Error": {"Code": code, "Message": message}}
    return ClientError({**told, "ResponseMetadata": {"HTTPStatusCode": 400}}, operation)


def _require(operation: Any, parameters: dict[str, Any]) -> None:
    """What boto3 would refuse without asking AWS gets AWS's answer."""
    shape = operation.input_shape
    missing = [
        name for name in (shape.required_members if shape else ()) if name not in parameters
    ]
    if not missing:
        return
    name = missing[0]
    if operation.service_model.service_name == "sqs":
        message = f"The request must contain the parameter {name}."
        raise refused(operation.name, "MissingParameter", message)
    told = _REQUIRED.format(name=name[0].lower() + name[1:])
    raise refused(operation.name, "ValidationException", f"{told}Member must not be null")


def result_of(operation: Any, answer: dict[str, Any], *, dates: str = "iso") -> dict[str, Any]:
    """The answer as a state's JSON, without what is told of HTTP."""
    told = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    if operation.service_model.service_name == "s3":
        told = _as_by_java(operation.name, told)
    result: dict[str, Any] = shapes.to_json(told, operation.output_shape, dates=dates)
    return result


def _as_by_java(operation: str, told: dict[str, Any]) -> dict[str, Any]:
    """Objects are encrypted without being asked, and the Java SDK asks for no checksums."""
    if operation == "PutObject":
        checksum = {"ChecksumType": "FULL_OBJECT"} if "ChecksumCRC32" in told else {}
        return {"ServerSideEncryption": "AES256", **checksum, **told}
    if operation == "GetObject":
        plain = {key: value for key, value in told.items() if not key.startswith("Checksum")}
        return {"ServerSideEncryption": "AES256", **plain}
    return told


def called_by_sdk(made_by: str, service: str, action: str, arguments: Any, region: str) -> Any:
    """The result of an integration "aws-sdk:".

    Raises:
        StatesError: AWS's error, as Step Functions names it.
        MissingError: this is not simulated.
    """
    name = boto3_name(service)
    if name is None:
        raise MissingError(f"({service}.{action})")
    try:
        answer = made(made_by, name, action, arguments, region)
    except ClientError as error:
        raise sdk_error(name, error, region) from None
    return result_of(operation_of(name, action, region), answer)


def sdk_error(service: str, error: ClientError, region: str) -> StatesError:
    """An error of an integration "aws-sdk:", or of Lambda; `service` is boto3's name."""
    return errors.of_second_sdk(error, model_of(service, region))


def named_error(service: str, error: ClientError, region: str) -> StatesError:
    """An error of an optimised integration."""
    return errors.of_first_sdk(service, error, model_of(boto3_name(service) or service, region))
