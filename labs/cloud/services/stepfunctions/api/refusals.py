"""What several operations on machines, aliases and activities refuse.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
"""

import re
from typing import Any

from labs.cloud.services.stepfunctions.api.answers import MAX_NAME, ApiError, check_name

MAX_TAGS = 50
MAX_DEFINITION_BYTES = 1_048_576
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_LOG_GROUP = re.compile(r"arn:aws[a-z-]*:logs:[a-z0-9-]+:\d{12}:log-group:.+:\*")
_LEVELS = ("ALL", "ERROR", "FATAL", "OFF")
_ALIAS = re.compile(r"(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+")
KMS, OWNED = "CUSTOMER_MANAGED_KMS_KEY", "AWS_OWNED_KEY"


def constraint(value: Any, member: str, rule: str) -> ApiError:
    """The error that all services of AWS have for a parameter outside its model."""
    return ApiError(
        "ValidationException",
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
        f"constraint: Member must {rule}",
    )


def name(text: str) -> None:
    """Of a state machine or an activity."""
    if len(text) > MAX_NAME:
        raise constraint(text, "name", f"have length less than or equal to {MAX_NAME}")
    check_name(text)


def alias_name(text: str) -> None:
    if len(text) > MAX_NAME:
        raise constraint(text, "name", f"have length less than or equal to {MAX_NAME}")
    if not _ALIAS.fullmatch(text):
        pattern = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$"
        raise constraint(text, "name", f"satisfy regular expression pattern: {pattern}")


def one_of(text: Any, member: str, values: tuple[str, ...]) -> None:
    if text is not None and text not in values:
        raise constraint(text, member, f"satisfy enum value set: [{', '.join(values)}]")


def role(arn: str) -> None:
    if not _ROLE.fullmatch(arn):
        raise ApiError("InvalidArn", f"Invalid Role Arn: '{arn}'")


def logging(configuration: dict[str, Any] | None) -> None:
    """A level other than OFF needs exactly one log group, named with ":*"."""
    asked = configuration or {}
    level, destinations = asked.get("level", "OFF"), asked.get("destinations") or []
    one_of(level, "loggingConfiguration.level", _LEVELS)
    if len(destinations) > 1 or (level != "OFF" and len(destinations) != 1):
        raise _logging("Must specify exactly one Log Destination.")
    for destination in destinations:
        arn = destination.get("cloudWatchLogsLogGroup", {}).get("logGroupArn", "")
        if not _LOG_GROUP.fullmatch(arn):
            raise _logging(
                "Log Destination ARN must be a valid CloudWatch Logs log group ARN that ends "
                "with ':*'."
            )


def encryption(configuration: dict[str, Any] | None) -> None:
    if configuration is None:
        return
    kind, key = configuration.get("type"), configuration.get("kmsKeyId")
    one_of(kind, "encryptionConfiguration.type", (OWNED, KMS))
    if kind == KMS and not key:
        raise _encryption("'kmsKeyId' is required when 'type' is 'CUSTOMER_MANAGED_KMS_KEY'")
    if kind == OWNED and (key or "kmsDataKeyReusePeriodSeconds" in configuration):
        raise _encryption(
            "'kmsKeyId' and 'kmsDataKeyReusePeriodSeconds' are not supported with AWS_OWNED_KEY"
        )


def tags(asked: list[dict[str, str]] | None) -> None:
    if len(asked or []) > MAX_TAGS:
        raise ApiError("TooManyTags", "Too many tags: a resource may have 50")


def version_description(asked: dict[str, Any]) -> None:
    if asked.get("versionDescription") and not asked.get("publish"):
        raise ApiError(
            "ValidationException", "Version description can only be set when publish is true"
        )


def definition_size(text: str) -> None:
    if len(text.encode()) > MAX_DEFINITION_BYTES:
        limit = f"have length less than or equal to {MAX_DEFINITION_BYTES}"
        raise constraint("(long)", "definition", limit)


def _logging(reason: str) -> ApiError:
    return ApiError("InvalidLoggingConfiguration", f"Invalid Logging Configuration: {reason}")


def _encryption(reason: str) -> ApiError:
    return ApiError(
        "InvalidEncryptionConfiguration", f"Invalid Encryption Configuration: {reason}"
    )
