"""Every place in which moto's versions and aliases are bent.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html and
https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
"""

import copy
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
    ValidationException,
)
from moto.awslambda.models import LambdaAlias, LambdaFunction, LambdaStorage, lambda_backends
from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random

from labs.cloud import moto_lambda
from labs.cloud.simulation import has_current

WEIGHTS = "AdditionalVersionWeights"
NAME = re.compile(r"(?!^[0-9]+$)([a-zA-Z0-9_-]+)")
STALE = (
    "The Revision Id provided does not match the latest Revision Id. Call the "
    "GetFunction/GetAlias API to retrieve the latest Revision Id"
)

_put_any_alias, _update_any_alias = LambdaStorage.put_alias, LambdaStorage.update_alias
_delete_any = LambdaStorage.del_function
_publish_by_api = LambdaResponse.publish_version
_update_by_api = LambdaResponse.update_alias
_get_by_api, _delete_alias_by_api = LambdaResponse.get_alias, LambdaResponse.delete_alias


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaStorage.publish_version = _publish
    LambdaStorage.put_alias = _put_alias
    LambdaStorage.update_alias = _update_alias
    LambdaStorage.del_function = _delete
    LambdaResponse.get_alias = _with_status(_get_by_api, 200)
    LambdaResponse.delete_alias = _with_status(_delete_alias_by_api, 204)
    LambdaResponse.publish_version = _publish_checked
    LambdaResponse.update_alias = _update_checked


def alias(function: LambdaFunction, name: str) -> LambdaAlias | None:
    """The function's alias of this name."""
    return _storage(function)._aliases[moto_lambda.unqualified_arn(function)].get(name)


def routed(function: LambdaFunction, arn: str) -> LambdaFunction:
    """The version that serves one invocation of `arn`: an alias may send a part to another one."""
    found = alias(function, moto_lambda.qualifier(arn))
    weights = (found.routing_config or {}).get(WEIGHTS) if found else None
    chance = mock_random.random() if weights else 1.0
    for version, weight in (weights or {}).items():
        if chance < float(weight):
            other = _storage(function)._get_version(function.function_name, str(version))
            return other or function
        chance -= float(weight)
    return function


def _storage(function: LambdaFunction) -> LambdaStorage:
    return lambda_backends[function.account_id][function.region]._lambdas


def _publish(self: LambdaStorage, name_or_arn: str, description: str = "") -> LambdaFunction:
    """A new version, unless nothing was updated since the last one. No number is used twice.

    An update counts even if it changes nothing, as moto's authors saw on AWS.
    """
    latest = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions = self._functions[latest.function_name]["versions"]
    updates = vars(latest).get("coldstart_updates", 0)
    if versions and vars(latest).get("coldstart_published") == updates:
        return versions[-1]
    latest.coldstart_published = updates
    number = vars(latest).get("coldstart_last_version", 0) + 1
    latest.coldstart_last_version = number
    version = copy.copy(latest)
    version.set_version(number)
    if description:
        version.description = description
    versions.append(version)
    self._arns[version.function_arn] = version
    return version


def _publish_checked(self: LambdaResponse) -> Any:
    asked = json.loads(self.body or "{}")
    function = moto_lambda.latest(self.backend.get_function(moto_lambda.named(self, -2)))
    digest = asked.get("CodeSha256")
    if digest and digest != function.code_sha_256:
        raise InvalidParameterValueException(
            f"CodeSHA256 ({digest}) is different from current CodeSHA256 in $LATEST "
            f"({function.code_sha_256}). Please try again with the CodeSHA256 in $LATEST."
        )
    _check_revision(asked, function.get_configuration().get("RevisionId"))
    return _publish_by_api(self)


def _check_revision(asked: Mapping[str, Any], revision: str | None) -> None:
    if asked.get("RevisionId") and asked["RevisionId"] != revision:
        raise PreconditionFailedException(STALE)


def _put_alias(
    self: LambdaStorage,
    name: str,
    function_name: str,
    function_version: str,
    description: str,
    routing_config: Any,
) -> LambdaAlias:
    if not NAME.fullmatch(name):
        raise ValidationException(
            name,
            "name",
            "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        )
    function = self.get_function_by_name_or_arn_with_qualifier(function_name)
    if has_current():
        if alias(function, name):
            arn = f"{moto_lambda.unqualified_arn(function)}:{name}"
            raise _conflict(f"Alias already exists: {arn}")
        self.get_function_by_name_or_arn_with_qualifier(function_name, function_version)
        _check_routing(self, function, function_version, routing_config)
    return _put_any_alias(self, name, function_name, function_version, description, routing_config)


def _update_alias(
    self: LambdaStorage,
    name: str,
    function_name: str,
    function_version: str | None,
    description: str,
    routing_config: Any,
) -> LambdaAlias:
    found = self.get_alias(name, function_name)
    version = function_version or found.function_version
    function = self.get_function_by_name_or_arn_with_qualifier(function_name)
    if has_current():
        routing = found.routing_config if routing_config is None else routing_config
        _check_routing(self, function, version, routing)
    changed = _update_any_alias(self, name, function_name, version, description, routing_config)
    if has_current():
        changed.revision_id = str(mock_random.uuid4())
    return changed


def _update_checked(self: LambdaResponse) -> Any:
    function_name, name = moto_lambda.named(self, -3), moto_lambda.named(self, -1)
    found = self.backend.get_alias(name=name, function_name=function_name)
    _check_revision(json.loads(self.body or "{}"), found.revision_id)
    return _with_status(_update_by_api, 200)(self)


def _with_status(answer: Callable[[LambdaResponse], Any], status: int) -> Any:
    """moto answers as if something had been made."""

    def answer_with_status(self: LambdaResponse) -> Any:
        _, headers, body = answer(self)
        return status, {**headers, "status": status}, "" if status == 204 else body

    return answer_with_status


def _check_routing(
    storage: LambdaStorage, function: LambdaFunction, version: str, routing: Any
) -> None:
    weights = (routing or {}).get(WEIGHTS) or {}
    if len(weights) > 1:
        raise InvalidParameterValueException(
            "Number of items in AdditionalVersionWeights cannot be greater than 1"
        )
    for other, weight in weights.items():
        if "$LATEST" in (other, version):
            raise InvalidParameterValueException(
                "$LATEST is not supported for an alias pointing to more than 1 version"
            )
        if other == version:
            raise InvalidParameterValueException(
                f"Invalid function version {other}. Function version {other} is already "
                "included in routing configuration."
            )
        if not 0 <= float(weight) <= 1:
            raise InvalidParameterValueException("Weights must be between 0.0 and 1.0.")
        storage.get_function_by_name_with_qualifier(function.function_name, other)


def _delete(self: LambdaStorage, name_or_arn: str, qualifier: str | None = None) -> None:
    plain = name_or_arn.rpartition(":function:")[2]
    named = plain.partition(":")[2] or qualifier
    function = self.get_function_by_name_or_arn_with_qualifier(name_or_arn, named)
    if named == "$LATEST" and has_current():
        raise InvalidParameterValueException(
            "$LATEST version cannot be deleted without deleting the function."
        )
    if named and has_current():
        aliases = self._aliases[moto_lambda.unqualified_arn(function)]
        users = [name for name, each in aliases.items() if named in _versions_of(each)]
        if users:
            raise _conflict(
                f"Version was not deleted because it is referenced by alias: {', '.join(users)}"
            )
    _delete_any(self, name_or_arn, qualifier)
    if not named:
        self._aliases.pop(moto_lambda.unqualified_arn(function), None)


def _versions_of(found: LambdaAlias) -> set[str]:
    return {found.function_version, *((found.routing_config or {}).get(WEIGHTS) or {})}


def _conflict(message: str) -> LambdaClientError:
    error = LambdaClientError("ResourceConflictException", message)
    error.code = 409
    return error
