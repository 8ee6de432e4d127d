"""Every place in which moto's settings of asynchronous invocations are bent.

moto keeps them for a function alone, not by version and alias:
https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    UnknownEventConfig,
)
from moto.awslambda.models import EventInvokeConfig, LambdaFunction
from moto.awslambda.responses import LambdaResponse

from labs.cloud import moto_lambda, moto_lambda_extras
from labs.cloud.clock import clock
from labs.cloud.simulation import has_current

RETRIES, MAX_AGE_SECONDS = 2, 6 * 3600
FIELDS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")

type Answer = tuple[int, dict[str, Any], str]

_put, _update = (
    LambdaResponse.put_function_event_invoke_config,
    LambdaResponse.update_function_event_invoke_config,
)
_get, _delete, _list = (
    LambdaResponse.get_function_event_invoke_config,
    LambdaResponse.delete_function_event_invoke_config,
    LambdaResponse.list_function_event_invoke_configs,
)


@dataclass(frozen=True)
class Settings:
    """How a queued event is tried, and who is told of its end: ARNs, or ""."""

    retries: int = RETRIES
    max_age_seconds: int = MAX_AGE_SECONDS
    on_success: str = ""
    on_failure: str = ""
    dead_letter: str = ""


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaResponse.put_function_event_invoke_config = _put_config
    LambdaResponse.update_function_event_invoke_config = _update_config
    LambdaResponse.get_function_event_invoke_config = _get_config
    LambdaResponse.delete_function_event_invoke_config = _delete_config
    LambdaResponse.list_function_event_invoke_configs = _list_configs


def settings(function: LambdaFunction, arn: str) -> Settings:
    """Those for what `arn` names: the function, a version or an alias of it."""
    config = _configs(function).get(moto_lambda.qualifier(arn) or "$LATEST", {})
    told = config.get("DestinationConfig") or {}
    return Settings(
        retries=int(config.get("MaximumRetryAttempts", RETRIES)),
        max_age_seconds=int(config.get("MaximumEventAgeInSeconds", MAX_AGE_SECONDS)),
        on_success=(told.get("OnSuccess") or {}).get("Destination", ""),
        on_failure=(told.get("OnFailure") or {}).get("Destination", ""),
        dead_letter=moto_lambda_extras.dead_letter(function),
    )


def _configs(function: LambdaFunction) -> dict[str, dict[str, Any]]:
    """By qualifier, kept with the function itself, which its versions share."""
    found: dict[str, dict[str, Any]] = vars(moto_lambda.latest(function)).setdefault(
        "coldstart_invoke_configs", {}
    )
    return found


def _asked(response: LambdaResponse, tail: int) -> tuple[LambdaFunction, str]:
    """The function that the path names, `tail` parts before its end, and the qualifier."""
    name = moto_lambda.named(response, tail)
    qualifier = moto_lambda.asked_qualifier(response, name)
    return response.backend.get_function(name, qualifier or None), qualifier or "$LATEST"


def _put_config(self: LambdaResponse) -> Any:
    """What is left out is removed."""
    if not has_current():
        return _put(self)
    function, qualifier = _asked(self, -2)
    config = {key: value for key, value in self.json_body.items() if key in FIELDS}
    if not config:
        raise InvalidParameterValueException(
            "You must specify at least one of error handling or destination setting."
        )
    return _store(function, qualifier, config)


def _update_config(self: LambdaResponse) -> Any:
    """What is left out stays."""
    if not has_current():
        return _update(self)
    function, qualifier = _asked(self, -2)
    before = _found(function, qualifier)
    changed = {key: value for key, value in self.json_body.items() if key in FIELDS}
    kept = {key: value for key, value in before.items() if key in FIELDS}
    return _store(function, qualifier, {**kept, **changed})


def _get_config(self: LambdaResponse) -> Any:
    if not has_current():
        return _get(self)
    function, qualifier = _asked(self, -2)
    return _answer(_found(function, qualifier))


def _delete_config(self: LambdaResponse) -> Any:
    if not has_current():
        return _delete(self)
    function, qualifier = _asked(self, -2)
    _found(function, qualifier)
    del _configs(function)[qualifier]
    return 204, {"status": 204}, ""


def _list_configs(self: LambdaResponse) -> Any:
    if not has_current():
        return _list(self)
    function, _ = _asked(self, -3)
    return json.dumps({"FunctionEventInvokeConfigs": list(_configs(function).values())})


def _store(function: LambdaFunction, qualifier: str, config: dict[str, Any]) -> Answer:
    arn = f"{moto_lambda.unqualified_arn(function)}:{qualifier}"
    config = {**config, "DestinationConfig": _destinations(config)}
    EventInvokeConfig(arn, "", config)  # moto's checks
    for told in config["DestinationConfig"].values():
        _check_destination(arn, told.get("Destination", ""))
    moment = round(clock.millis() / 1000, 3)
    _configs(function)[qualifier] = {"FunctionArn": arn, "LastModified": moment, **config}
    return _answer(_configs(function)[qualifier])


def _destinations(config: Mapping[str, Any]) -> dict[str, Any]:
    """AWS always shows both."""
    return {"OnSuccess": {}, "OnFailure": {}, **(config.get("DestinationConfig") or {})}


def _check_destination(arn: str, destination: str) -> None:
    if not destination:
        return
    itself = ":".join(arn.split(":")[:7])
    if ":".join(destination.split(":")[:7]) == itself:
        raise InvalidParameterValueException(
            "You can't specify the function as a destination for itself."
        )


def _found(function: LambdaFunction, qualifier: str) -> dict[str, Any]:
    if (config := _configs(function).get(qualifier)) is None:
        raise UnknownEventConfig(f"{moto_lambda.unqualified_arn(function)}:{qualifier}")
    return config


def _answer(config: Mapping[str, Any]) -> Answer:
    return 200, {"content-type": "application/json"}, json.dumps(config)
