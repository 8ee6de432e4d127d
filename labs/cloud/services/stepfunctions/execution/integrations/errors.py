"""AWS's errors as Step Functions names them.

The optimised integrations were built on the first version of the Java SDK, `aws-sdk:` on the
second, and errors are named after the exceptions of these:
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html#supported-services-awssdk-errors
"""

import re
from typing import Any

from botocore.exceptions import ClientError

from labs.cloud import moto_lambda
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.trace import CONNECTION_CLOSED

# Of the optimised integrations: (name in the error, service in the cause).
_FIRST = {
    "lambda": ("Lambda", "AWSLambda"),
    "sqs": ("SQS", "AmazonSQS"),
    "sns": ("SNS", "AmazonSNS"),
    "dynamodb": ("DynamoDB", "AmazonDynamoDBv2"),
    "events": ("EventBridge", "AmazonEventBridge"),
    "states": ("StepFunctions", "AWSStepFunctions"),
    "ecs": ("ECS", "AmazonECS"),
    "s3": ("S3", "Amazon S3"),
    "apigateway": ("ApiGateway", "AmazonApiGateway"),
}

# What the documentation of error handling names for Lambda, though it is of the first SDK.
_BASES = {"Lambda": "AWSLambdaException"}


def of_first_sdk(service: str, error: ClientError, model: Any) -> StatesError:
    """For an optimised integration."""
    prefix, long = _FIRST.get(service, (service.capitalize(), f"Amazon{service.capitalize()}"))
    code, message, status = _parts(error)
    if code == CONNECTION_CLOSED:
        return _unanswered(prefix, message)
    shape = _shape(model, error)
    name = _java_name(shape or code) if shape else f"{long.removesuffix('v2')}Exception"
    cause = (
        f"{message} (Service: {long}; Status Code: {status}; Error Code: {code}; "
        f"Request ID: {moto_lambda.new_id()}; Proxy: null)"
    )
    return StatesError(f"{prefix}.{name}", cause)


def of_second_sdk(error: ClientError, model: Any) -> StatesError:
    """For an integration "aws-sdk:"."""
    prefix = class_name(str(model.metadata.get("serviceId", model.service_name)))
    code, message, status = _parts(error)
    if code == CONNECTION_CLOSED:
        return _unanswered(prefix, message)
    shape = _shape(model, error)
    name = _java_name(shape) if shape else _BASES.get(prefix, f"{prefix}Exception")
    extended = f", Extended Request ID: {moto_lambda.new_id()}" if prefix == "S3" else ""
    cause = (
        f"{message} (Service: {prefix}, Status Code: {status}, "
        f"Request ID: {moto_lambda.new_id()}{extended}) (SDK Attempt Count: 1)"
    )
    return StatesError(f"{prefix}.{name}", cause)


def _unanswered(prefix: str, reason: str) -> StatesError:
    cause = f"Unable to execute HTTP request: {reason}"
    return StatesError(f"{prefix}.SdkClientException", cause)


def class_name(service_id: str) -> str:
    """ "DynamoDB" is DynamoDb, "Secrets Manager" SecretsManager."""
    words = re.findall(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+", service_id)
    return "".join(word[0].upper() + word[1:].lower() for word in words)


def _parts(error: ClientError) -> tuple[str, str, int]:
    told = error.response["Error"]
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    return str(told.get("Code")), str(told.get("Message", "")), status


def _shape(model: Any, error: ClientError) -> str | None:
    """The name of the modelled error with this code."""
    told: dict[str, Any] = dict(error.response["Error"])
    # What was once a query API has codes of that time, and the model's name beside them.
    code, name = str(told.get("Code")), told.get("QueryErrorCode")
    for shape in model.error_shapes:
        if shape.name in (code, name) or shape.metadata.get("error", {}).get("code") == code:
            return str(shape.name)
    return None


def _java_name(shape: str) -> str:
    name = shape[0].upper() + shape[1:]
    if name.endswith("Exception"):
        return name
    return name.removesuffix("Fault") + "Exception"
