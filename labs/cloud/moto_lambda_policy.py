"""Every place in which moto's resource policies of functions are bent.

Each version and alias has a policy of its own, and conditions are those that AWS writes:
https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    LambdaClientError,
    PreconditionFailedException,
    UnknownPolicyException,
)
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random

from labs.cloud import moto_lambda

STALE = (
    "The RevisionId provided does not match the latest RevisionId for the Lambda function or"
    " alias. Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your"
    " resource."
)
# Parameter of AddPermission -> operator and key of the condition.
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
}

_add_any_statement = Policy.add_statement


def patch() -> None:
    """Put the seams in, before moto starts."""
    Policy.add_statement = _add_statement
    LambdaBackend.add_permission = _add_permission
    LambdaBackend.get_policy = _get_policy
    LambdaResponse.remove_permission = _remove_permission


def statements(function: LambdaFunction, arn: str) -> list[dict[str, Any]]:
    """Those of the policy of what `arn` names: the function, a version or an alias."""
    qualifier = moto_lambda.qualifier(arn)
    return _of(function, "" if qualifier == "$LATEST" else qualifier)


def _of(function: LambdaFunction, qualifier: str) -> list[dict[str, Any]]:
    resource = moto_lambda.unqualified_arn(function) + (f":{qualifier}" if qualifier else "")
    all_statements: list[dict[str, Any]] = moto_lambda.latest(function).policy.statements
    return [each for each in all_statements if each.get("Resource") == resource]


def _add_permission(
    self: LambdaBackend, function_name: str, qualifier: str | None, raw: str
) -> dict[str, Any]:
    """A version or alias may also be named in the function's name, as SAM does it."""
    function = self.get_function(function_name, qualifier)
    asked = function_name.rpartition(":function:")[2].partition(":")[2] or qualifier
    statement: dict[str, Any] = moto_lambda.latest(function).policy.add_statement(raw, asked)[0]
    return statement


def _add_statement(self: Policy, raw: str, qualifier: str | None = None) -> tuple[Any, str]:
    if not isinstance(self.parent, LambdaFunction):
        added: tuple[Any, str] = _add_any_statement(self, raw, qualifier)
        return added
    asked = json.loads(raw)
    if (revision := asked.get("RevisionId")) and revision != self.revision:
        raise PreconditionFailedException(STALE)
    statement = _statement(self.parent, asked, qualifier)
    taken = {(each.get("Sid"), each.get("Resource")) for each in self.statements}
    if (statement["Sid"], statement["Resource"]) in taken:
        error = LambdaClientError(
            "ResourceConflictException",
            f"The statement id ({statement['Sid']}) provided already exists. Please provide a new "
            "statement id, or remove the existing statement.",
        )
        error.code = 409
        raise error
    self.statements.append(statement)
    self.revision = str(mock_random.uuid4())
    return statement, self.revision


def _statement(
    function: LambdaFunction, asked: Mapping[str, Any], qualifier: str | None
) -> dict[str, Any]:
    named = qualifier if qualifier and qualifier != "$LATEST" else ""
    statement = {
        "Sid": asked.get("StatementId") or str(mock_random.uuid4()),
        "Effect": "Allow",
        "Principal": _principal(str(asked.get("Principal", ""))),
        "Action": asked.get("Action"),
        "Resource": moto_lambda.unqualified_arn(function) + (f":{named}" if named else ""),
    }
    conditions: dict[str, dict[str, Any]] = {}
    for name, (operator, key) in CONDITIONS.items():
        if (value := asked.get(name)) is not None:
            text = str(value).lower() if isinstance(value, bool) else value
            conditions.setdefault(operator, {})[key] = text
    return {**statement, "Condition": conditions} if conditions else statement


def _principal(name: str) -> Any:
    if name.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return {"Service": name}
    if re.fullmatch(r"\d{12}", name):
        return {"AWS": f"arn:aws:iam::{name}:root"}
    return {"AWS": name} if name.startswith("arn:") else name


def _get_policy(self: LambdaBackend, function_name: str, qualifier: str | None = None) -> str:
    function = self.get_function(function_name, qualifier)
    named = function_name.rpartition(":function:")[2].partition(":")[2] or qualifier or ""
    found = _of(function, "" if named == "$LATEST" else named)
    if not found:
        raise GenericResourcNotFound
    document = {"Version": "2012-10-17", "Id": "default", "Statement": found}
    revision = moto_lambda.latest(function).policy.revision
    return json.dumps({"Policy": json.dumps(document), "RevisionId": revision})


def _remove_permission(self: LambdaResponse) -> tuple[int, dict[str, Any], str]:
    name = moto_lambda.named(self, -3)
    sid = moto_lambda.named(self, -1)
    qualifier = moto_lambda.asked_qualifier(self, name)
    function = self.backend.get_function(name, qualifier or None)
    policy = moto_lambda.latest(function).policy
    revision = self.querystring.get("RevisionId", [""])[0]
    if revision and revision != policy.revision:
        raise PreconditionFailedException(STALE)
    there = _of(function, "" if qualifier == "$LATEST" else qualifier)
    if not there:
        raise UnknownPolicyException
    found = [each for each in there if each.get("Sid") == sid]
    if not found:
        error = LambdaClientError(
            "ResourceNotFoundException", f"Statement {sid} is not found in resource policy."
        )
        error.code = 404
        raise error
    policy.statements.remove(found[0])
    policy.revision = str(mock_random.uuid4())
    return 204, {"status": 204}, ""
