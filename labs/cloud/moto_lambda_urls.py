"""Every place in which moto's configurations of function URLs are bent.

moto keeps one for a function, and none for an alias:
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    LambdaClientError,
    UnknownFunctionException,
    ValidationException,
)
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.awslambda.responses import LambdaResponse
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda
from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.simulation import has_current

LIST_PATH = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls/?$"
QUALIFIER = re.compile(r"(?!^\d+$)^[0-9a-zA-Z_-]+$")
CHANGEABLE = ("AuthType", "Cors", "InvokeMode")

type Config = dict[str, Any]
type Answer = tuple[int, dict[str, Any], str]

_create, _get, _update, _delete = (
    LambdaResponse.create_function_url_config,
    LambdaResponse.get_function_url_config,
    LambdaResponse.update_function_url_config,
    LambdaResponse.delete_function_url_config,
)


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaResponse.create_function_url_config = _create_config
    LambdaResponse.get_function_url_config = _get_config
    LambdaResponse.update_function_url_config = _update_config
    LambdaResponse.delete_function_url_config = _delete_config
    LambdaResponse.list_function_url_configs = _list_configs
    urls.url_paths[LIST_PATH] = LambdaResponse.dispatch


def find(host: str) -> Config | None:
    """The configuration of the URL with this host name, as GetFunctionUrlConfig shows it."""
    region = host.split(".")[2]
    storage = lambda_backends[DEFAULT_ACCOUNT_ID][region]._lambdas
    configs = (config for function in storage.latest() for config in _configs(function).values())
    return next((each for each in configs if each["FunctionUrl"] == f"https://{host}/"), None)


def _configs(function: LambdaFunction) -> dict[str, Config]:
    """By alias; "" for the function itself."""
    found: dict[str, Config] = vars(moto_lambda.latest(function)).setdefault("coldstart_urls", {})
    return found


def _asked(response: LambdaResponse) -> tuple[LambdaFunction, str]:
    name = moto_lambda.named(response, -2)
    qualifier = moto_lambda.asked_qualifier(response, name)
    if qualifier and not QUALIFIER.match(qualifier):
        raise ValidationException(
            qualifier,
            "qualifier",
            "Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)",
        )
    try:
        return response.backend.get_function(name, qualifier or None), qualifier
    except UnknownFunctionException:
        error = LambdaClientError("ResourceNotFoundException", "Function does not exist")
        error.code = 404
        raise error from None


def _create_config(self: LambdaResponse) -> Any:
    if not has_current():
        return _create(self)
    function, qualifier = _asked(self)
    arn = moto_lambda.unqualified_arn(function) + (f":{qualifier}" if qualifier else "")
    if qualifier in _configs(function):
        error = LambdaClientError(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. Error message:  "
            "FunctionUrlConfig exists for this Lambda function",
        )
        error.code = 409
        raise error
    identifier = moto_lambda.new_id().replace("-", "")
    config = {
        "FunctionUrl": f"https://{identifier}.lambda-url.{function.region}.on.aws/",
        "FunctionArn": arn,
        "CreationTime": _now(),
    }
    _configs(function)[qualifier] = _changed(config, self.json_body)
    return _answer(201, config)


def _changed(config: Config, changes: Mapping[str, Any]) -> Config:
    if changes.get("InvokeMode") == "RESPONSE_STREAM":
        raise MissingError("with InvokeMode RESPONSE_STREAM")
    config |= {name: changes[name] for name in CHANGEABLE if changes.get(name) is not None}
    config.setdefault("InvokeMode", "BUFFERED")
    config["LastModifiedTime"] = _now()
    return config


def _get_config(self: LambdaResponse) -> Any:
    return _answer(200, _found(*_asked(self))) if has_current() else _get(self)


def _update_config(self: LambdaResponse) -> Any:
    if not has_current():
        return _update(self)
    return _answer(200, _changed(_found(*_asked(self)), self.json_body))


def _delete_config(self: LambdaResponse) -> Any:
    if not has_current():
        return _delete(self)
    function, qualifier = _asked(self)
    _found(function, qualifier)
    del _configs(function)[qualifier]
    return 204, {"status": 204}, ""


def _list_configs(self: LambdaResponse) -> Any:
    function, _ = _asked(self)
    return _answer(200, {"FunctionUrlConfigs": list(_configs(function).values())})


def _found(function: LambdaFunction, qualifier: str) -> Config:
    if (config := _configs(function).get(qualifier)) is None:
        raise GenericResourcNotFound
    return config


def _answer(status: int, config: Mapping[str, Any]) -> Answer:
    headers = {"status": status, "content-type": "application/json"}
    return status, headers, json.dumps(config)


def _now() -> str:
    return f"{clock.now():%Y-%m-%dT%H:%M:%S.%f}Z"
