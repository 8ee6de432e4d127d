"""What PutTargets refuses.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from labs.cloud.event_patterns import InvalidPatternError
from labs.cloud.event_patterns.tokens import Tokens
from labs.cloud.missing import MissingError
from labs.cloud.moto_events import JsonRESTError
from labs.cloud.wiring.input_transformer import fill
from labs.cloud.wiring.json_paths import is_path

# Kinds of targets that take no resource policy.
NEED_ROLE = ("states", "kinesis", "firehose", "ecs", "batch", "ssm", "codepipeline")
INPUTS = ("Input", "InputPath", "InputTransformer")
ID = re.compile(r"[.\-_A-Za-z0-9]{1,64}")


def invalid(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)


def check_target(target: Mapping[str, Any]) -> None:
    arn, name = target["Arn"], target["Id"]
    parts = arn.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        raise invalid(
            f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
        )
    if "api-destination/" in arn:
        raise MissingError("with API destinations")
    if parts[2] in NEED_ROLE and not target.get("RoleArn"):
        raise invalid(f"RoleArn is required for target {arn}.")
    if not ID.fullmatch(name):
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'targets.1.member.id' failed to "
            "satisfy constraint: Member must satisfy regular expression pattern: "
            "[\\.\\-_A-Za-z0-9]+"
        )
    if sum(target.get(each) is not None for each in INPUTS) > 1:
        message = "Only one of Input, InputPath, or InputTransformer must be provided for target"
        raise invalid(f"{message} {name}.")
    if parts[2] == "ecs" and not target.get("EcsParameters"):
        raise invalid(f"Parameter(s) EcsParameters must be specified for target: {name}.")
    _check_input(target)


def _check_input(target: Mapping[str, Any]) -> None:
    name = target["Id"]
    if target.get("Input") is not None and not _is_json(target["Input"]):
        raise invalid(f"Parameter Input for target {name} is not valid. Reason: it is no JSON.")
    if target.get("InputPath") and not is_path(target["InputPath"]):
        raise invalid(f"Invalid InputPath for target {name}.")
    transformer = target.get("InputTransformer") or {}
    for key, path in (transformer.get("InputPathsMap") or {}).items():
        if key.startswith(("AWS.", "aws.events.")):
            raise invalid(f"Invalid InputPathsMap key {key} for target {name}: it is reserved.")
        if not is_path(path):
            raise invalid(f"Invalid InputPathsMap for target {name}: {path} is no JSON path.")

    if "InputTemplate" in transformer:
        _check_template(transformer["InputTemplate"], name)


def _check_template(template: str, name: str) -> None:
    """Whatever its placeholders stand for, it is JSON, or JSON in each of its lines."""
    text = fill(template, lambda _: 0)
    try:
        tokens = Tokens(text)
        tokens.next()
        tokens.finish()
    except InvalidPatternError as error:
        lines = text.strip().splitlines()
        if len(lines) > 1 and all(
            line.strip().startswith('"') and _is_json(line) for line in lines
        ):
            return
        place = error.reason.rpartition("\n at ")[2]
        raise invalid(f"Invalid InputTemplate for target {name} : {place}.") from None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
