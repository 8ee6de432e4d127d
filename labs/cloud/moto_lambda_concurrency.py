"""Every place in which moto's settings of concurrency are bent: reserved, provisioned, in a loop.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.responses import LambdaResponse

from labs.cloud import moto_lambda, moto_lambda_code
from labs.cloud.clock import clock
from labs.cloud.simulation import has_current

ACCOUNT_CONCURRENCY, MIN_UNRESERVED = 1000, 100
TOTAL_CODE_BYTES, UNZIPPED_BYTES, ZIPPED_BYTES = 80_530_636_800, 262_144_000, 52_428_800
FUNCTION = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)"
PATHS = (
    rf"{FUNCTION}/provisioned-concurrency/?$",
    rf"{FUNCTION}/recursion-config/?$",
    r"{0}/(?P<api_version>[^/]+)/account-settings/?$",
)

type Answer = tuple[int, dict[str, Any], str]

_put_reserved = LambdaBackend.put_function_concurrency
_get_reserved = LambdaResponse.get_function_concurrency
_get_code = LambdaFunction.get_code


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaBackend.put_function_concurrency = _reserve
    LambdaResponse.get_function_concurrency = _show_reserved
    LambdaFunction.get_code = _code_with_reserved
    LambdaResponse.get_account_settings = _account_settings
    LambdaResponse.put_provisioned_concurrency_config = _provision
    LambdaResponse.get_provisioned_concurrency_config = _show_provisioned
    LambdaResponse.list_provisioned_concurrency_configs = _list_provisioned
    LambdaResponse.delete_provisioned_concurrency_config = _unprovision
    LambdaResponse.put_function_recursion_config = _put_recursion
    LambdaResponse.get_function_recursion_config = _get_recursion
    for path in PATHS:
        urls.url_paths[path] = LambdaResponse.dispatch


def provisioned(function: LambdaFunction, arn: str) -> int:
    """How many environments are kept ready for what `arn` names."""
    config = _configs(function).get(moto_lambda.qualifier(arn), {})
    return int(config.get("RequestedProvisionedConcurrentExecutions", 0))


def _reserve(self: LambdaBackend, function_name: str, reserved: Any) -> Any:
    if has_current():
        own = self.get_function(function_name)
        others = sum(
            int(each.reserved_concurrency or 0)
            for each in self.list_functions()
            if each.function_name != own.function_name
        )
        if ACCOUNT_CONCURRENCY - others - int(reserved) < MIN_UNRESERVED:
            raise InvalidParameterValueException(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{MIN_UNRESERVED}]."
            )
    return _put_reserved(self, function_name, reserved)


def _show_reserved(self: LambdaResponse) -> Any:
    function = self.backend.get_function(moto_lambda.named(self, -2))
    if has_current() and function.reserved_concurrency is None:
        return _answer(200, {})
    return _get_reserved(self)


def _code_with_reserved(self: LambdaFunction) -> dict[str, Any]:
    """moto takes a reserved concurrency of 0 for none."""
    code: dict[str, Any] = _get_code(self)
    moto_lambda_code.locate(self, code)
    reserved = moto_lambda.reserved_concurrency(self)
    if reserved is not None:
        code["Concurrency"] = {"ReservedConcurrentExecutions": reserved}
    return code


def _account_settings(self: LambdaResponse) -> Answer:
    functions = list(self.backend.list_functions())
    reserved = sum(int(each.reserved_concurrency or 0) for each in functions)
    return _answer(
        200,
        {
            "AccountLimit": {
                "TotalCodeSize": TOTAL_CODE_BYTES,
                "CodeSizeUnzipped": UNZIPPED_BYTES,
                "CodeSizeZipped": ZIPPED_BYTES,
                "ConcurrentExecutions": ACCOUNT_CONCURRENCY,
                "UnreservedConcurrentExecutions": ACCOUNT_CONCURRENCY - reserved,
            },
            "AccountUsage": {
                "TotalCodeSize": sum(int(each.code_size) for each in functions),
                "FunctionCount": len(functions),
            },
        },
    )


def _configs(function: LambdaFunction) -> dict[str, dict[str, Any]]:
    """Provisioned concurrency by version or alias."""
    found: dict[str, dict[str, Any]] = vars(moto_lambda.latest(function)).setdefault(
        "coldstart_provisioned", {}
    )
    return found


def _asked(response: LambdaResponse) -> tuple[LambdaFunction, str]:
    name = moto_lambda.named(response, -2)
    qualifier = moto_lambda.asked_qualifier(response, name)
    return response.backend.get_function(name, qualifier or None), qualifier


def _provision(self: LambdaResponse) -> Answer:
    function, qualifier = _asked(self)
    wanted = int(self.json_body["ProvisionedConcurrentExecutions"])
    if qualifier in ("", "$LATEST") or str(function.version) == "$LATEST":
        raise InvalidParameterValueException(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    reserved = moto_lambda.reserved_concurrency(function)
    if reserved is not None and wanted > reserved:
        raise InvalidParameterValueException(
            "Requested Provisioned Concurrency should not be greater than the "
            "reservedConcurrentExecution for function"
        )
    moment = f"{clock.now():%Y-%m-%dT%H:%M:%S}+0000"
    config = {"RequestedProvisionedConcurrentExecutions": wanted, "LastModified": moment}
    _configs(function)[qualifier] = config
    allocated = {"AvailableProvisionedConcurrentExecutions": 0, "Status": "IN_PROGRESS"}
    return _answer(202, {**config, "AllocatedProvisionedConcurrentExecutions": 0, **allocated})


def _show_provisioned(self: LambdaResponse) -> Answer:
    # moto finds the same operation for a list of all.
    if "List" in self.querystring:
        return _list_provisioned(self)
    function, qualifier = _asked(self)
    return _answer(200, _ready(_found(function, qualifier)))


def _list_provisioned(self: LambdaResponse) -> Answer:
    function, _ = _asked(self)
    arn = moto_lambda.unqualified_arn(function)
    configs = [
        {"FunctionArn": f"{arn}:{qualifier}", **_ready(config)}
        for qualifier, config in _configs(function).items()
    ]
    return _answer(200, {"ProvisionedConcurrencyConfigs": configs})


def _unprovision(self: LambdaResponse) -> Answer:
    function, qualifier = _asked(self)
    _found(function, qualifier)
    del _configs(function)[qualifier]
    return 204, {"status": 204}, ""


def _found(function: LambdaFunction, qualifier: str) -> dict[str, Any]:
    if qualifier not in _configs(function):
        error = LambdaClientError(
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        )
        error.code = 404
        raise error
    return _configs(function)[qualifier]


def _ready(config: Mapping[str, Any]) -> dict[str, Any]:
    """All are there as soon as one asks."""
    wanted = config["RequestedProvisionedConcurrentExecutions"]
    return {
        **config,
        "AvailableProvisionedConcurrentExecutions": wanted,
        "AllocatedProvisionedConcurrentExecutions": wanted,
        "Status": "READY",
    }


def allows_loops(function: LambdaFunction) -> bool:
    """Whether the function may set itself off again and again."""
    return bool(vars(moto_lambda.latest(function)).get("coldstart_recursion") == "Allow")


def _put_recursion(self: LambdaResponse) -> Answer:
    function, _ = _asked(self)
    moto_lambda.latest(function).coldstart_recursion = self.json_body["RecursiveLoop"]
    return _get_recursion(self)


def _get_recursion(self: LambdaResponse) -> Answer:
    function, _ = _asked(self)
    return _answer(200, {"RecursiveLoop": "Allow" if allows_loops(function) else "Terminate"})


def _answer(status: int, content: Mapping[str, Any]) -> Answer:
    return status, {"status": status, "content-type": "application/json"}, json.dumps(content)
