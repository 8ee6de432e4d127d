"""Settings of functions that moto drops: kept beside it, and shown.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

import re
from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import ValidationException
from moto.awslambda.models import LambdaFunction
from moto.moto_api._internal import mock_random

from labs.cloud.simulation import has_current

DEAD_LETTER = "DeadLetterConfig"
# What moto keeps when a function is made, and drops when it is changed.
DROPPED_LATER = {
    "EphemeralStorage": ("ephemeral_storage", "Size"),
    "KMSKeyArn": ("kms_key_arn", ""),
    "TracingConfig": ("tracing_config", ""),
}
TARGET = re.compile(r"arn:aws[a-z-]*:(sqs|sns):[a-z0-9-]+:\d{12}:[\w.-]+|")

_init = LambdaFunction.__init__
_get_configuration = LambdaFunction.get_configuration


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaFunction.__init__ = _init_with_extras
    LambdaFunction.get_configuration = _configuration


def dead_letter(function: LambdaFunction) -> str:
    """The ARN of its dead-letter queue or topic, or ""."""
    return str(_extras(function).get(DEAD_LETTER, {}).get("TargetArn") or "")


def keep(function: LambdaFunction, changes: Mapping[str, Any]) -> None:
    """Keep what moto would drop of an update, or of a new function.

    Raises:
        ValidationException: a dead-letter queue is neither a queue nor a topic.
    """
    extras = dict(_extras(function))
    if has_current():
        extras["RevisionId"] = str(mock_random.uuid4())
    if DEAD_LETTER in changes:
        extras[DEAD_LETTER] = _checked_target(changes[DEAD_LETTER])
    if "LoggingConfig" in changes:
        extras["LoggingConfig"] = _logging(function, changes["LoggingConfig"])
    for name, (attribute, key) in DROPPED_LATER.items():
        if changes.get(name):
            setattr(function, attribute, changes[name][key] if key else changes[name])
    function.coldstart_extras = extras


def _extras(function: LambdaFunction) -> dict[str, Any]:
    found: dict[str, Any] = vars(function).get("coldstart_extras", {})
    return found


def _init_with_extras(
    self: LambdaFunction, account_id: str, spec: dict[str, Any], *arguments: Any, **more: Any
) -> None:
    _init(self, account_id, spec, *arguments, **more)
    keep(self, spec)


def _configuration(self: LambdaFunction, *arguments: Any, **more: Any) -> dict[str, Any]:
    configuration: dict[str, Any] = _get_configuration(self, *arguments, **more)
    extras = dict(_extras(self))
    if not dead_letter(self):
        extras.pop(DEAD_LETTER, None)
    return {**configuration, **extras}


def _checked_target(config: Mapping[str, Any] | None) -> dict[str, Any]:
    """A queue or a topic; "" takes it away."""
    target = str((config or {}).get("TargetArn") or "")
    if not TARGET.fullmatch(target):
        raise ValidationException(
            target,
            "deadLetterConfig.targetArn",
            "Member must satisfy regular expression pattern: "
            "(arn:(aws[a-zA-Z-]*)?:[a-z0-9-.]+:.*)|()",
        )
    return {"TargetArn": target} if target else {}


def _logging(function: LambdaFunction, config: Mapping[str, Any] | None) -> dict[str, Any]:
    found = {"LogFormat": "Text", "LogGroup": function.logs_group_name, **(config or {})}
    function.logs_group_name = found["LogGroup"]
    return found
