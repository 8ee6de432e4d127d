"""Whether a resource lets a service in: what a delivery asks before it is made."""

import json
import re
from collections.abc import Mapping
from typing import Any

ARN_OPERATORS = {"ArnEquals", "ArnLike", "StringEquals", "StringLike"}
SOURCE_KEYS = {"aws:sourcearn", "aws:sourceaccount"}


def allows(
    policy: str | Mapping[str, Any] | None,
    *,
    service: str,
    action: str,
    resource: str,
    source_arn: str,
) -> bool:
    """Whether this resource policy lets a service ("sns.amazonaws.com") do `action`.

    `source_arn` is the resource for which the service does it: the topic, bucket or rule.
    """
    document = json.loads(policy) if isinstance(policy, str) and policy else policy or {}
    statements = document.get("Statement", [])
    fitting = [
        statement
        for statement in ([statements] if isinstance(statements, dict) else statements)
        if _fits(statement, service, action, resource, source_arn)
    ]
    effects = {statement.get("Effect") for statement in fitting}
    return "Allow" in effects and "Deny" not in effects


def _fits(statement: Any, service: str, action: str, resource: str, source_arn: str) -> bool:
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_arn.split(":")[4]}
    return (
        _names(statement.get("Principal"), service)
        and any(
            _matches(pattern.lower(), action.lower()) for pattern in _many(statement, "Action")
        )
        and any(_matches(pattern, resource) for pattern in _many(statement, "Resource"))
        and all(
            _holds(operator, key, _list(values), context)
            for operator, keys in (statement.get("Condition") or {}).items()
            for key, values in keys.items()
        )
    )


def _names(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    if not isinstance(principal, dict):
        return False
    return service in _list(principal.get("Service", [])) or "*" in _list(principal.get("AWS", []))


def _holds(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool:
    plain = operator.removesuffix("IfExists")
    if plain not in ARN_OPERATORS or key.lower() not in SOURCE_KEYS:
        return False
    found = context[key.lower()]
    return any(_matches(value, found) for value in values)


def _many(statement: Mapping[str, Any], name: str) -> list[str]:
    return _list(statement.get(name, []))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _matches(pattern: str, text: str) -> bool:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, text, re.DOTALL) is not None
