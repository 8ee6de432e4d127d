"""Whether a text is a policy that AWS takes, in its words.

The grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.policy_validation import (
    VALID_EFFECTS,
    VALID_STATEMENT_ELEMENTS,
    VALID_TOP_ELEMENTS,
    VALID_VERSIONS,
    BaseIAMPolicyValidator,
    IAMPolicyDocumentValidator,
)

from labs.cloud.iam.conditions import is_operator
from labs.cloud.iam.statements import WITH_VARIABLES, listed

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; white space is free.
MAX_MANAGED_CHARS = 6144
SYNTAX = "Syntax errors in policy."
PRINCIPALS = ("Principal", "NotPrincipal")
RESOURCES = ("Resource", "NotResource")
PRINCIPAL_TYPES = {"AWS", "Service", "Federated", "CanonicalUser"}


class MalformedPolicyError(ValueError):
    """The text is the message of AWS's MalformedPolicyDocument."""


def check_identity(document: Mapping[str, Any]) -> None:
    """Raises MalformedPolicyError if no user or role can have this policy."""
    if any(name in one for one in _statements(document) for name in PRINCIPALS):
        raise MalformedPolicyError("Policy document should not specify a principal.")
    _validate(IAMPolicyDocumentValidator, document)
    size = sum(not char.isspace() for char in json.dumps(document, ensure_ascii=False))
    if size > MAX_MANAGED_CHARS:
        raise MalformedPolicyError(f"Cannot exceed quota for PolicySize: {MAX_MANAGED_CHARS}")


def check_resource(document: Mapping[str, Any]) -> None:
    """Raises MalformedPolicyError if no resource, or role that is assumed, can have this policy.

    Those of resources may be of the older version; that of a role names no resource.
    """
    if document.get("Version", WITH_VARIABLES) not in VALID_VERSIONS:
        raise MalformedPolicyError(SYNTAX)
    _validate(BaseIAMPolicyValidator, {**document, "Version": WITH_VARIABLES})
    for statement in _statements(document):
        named = [statement[name] for name in PRINCIPALS if name in statement]
        if len(named) != 1:
            raise MalformedPolicyError("Missing required field Principal" if not named else SYNTAX)
        _check_principal(named[0])
        if _is_trust(statement) == any(name in statement for name in RESOURCES):
            raise MalformedPolicyError(
                "Has prohibited field Resource"
                if _is_trust(statement)
                else "Missing required field Resource"
            )


def syntax_fault(document: Mapping[str, Any]) -> str:
    """What is wrong where AWS only says "Syntax errors in policy."; "" if nothing is found."""
    if unknown := document.keys() - set(VALID_TOP_ELEMENTS):
        return f"A policy has no element {_listed(unknown)}."
    if document.get("Version", WITH_VARIABLES) not in VALID_VERSIONS:
        return f"Version is one of {_listed(VALID_VERSIONS)}."
    statements = listed(document.get("Statement"))
    if not statements:
        return "A policy has a Statement: an object, or a list of them."
    return next(filter(None, map(_statement_fault, statements)), "")


def _statement_fault(statement: Any) -> str:
    if not isinstance(statement, Mapping):
        return "A statement is an object."
    if unknown := statement.keys() - set(VALID_STATEMENT_ELEMENTS):
        return f"A statement has no element {_listed(unknown)}."
    if statement.get("Effect") not in VALID_EFFECTS:
        return f"Effect is one of {_listed(VALID_EFFECTS)}."
    for name in ("Action", "Resource", "Principal"):
        if name in statement and f"Not{name}" in statement:
            return f"A statement has {name} or Not{name}, not both."
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if not all(isinstance(value, str) for value in listed(statement.get(name))):
            return f"{name} is a text, or a list of texts."
    return _condition_fault(statement.get("Condition", {}))


def _condition_fault(condition: Any) -> str:
    if not isinstance(condition, Mapping):
        return "Condition is an object."
    for operator, keys in condition.items():
        if not is_operator(operator):
            return f"There is no condition operator {_listed([operator])}."
        if not isinstance(keys, Mapping):
            return f"{operator} is an object of condition keys with their values."
    return ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name[:50]}'" for name in sorted(names))


def _validate(validator: type[BaseIAMPolicyValidator], document: Mapping[str, Any]) -> None:
    try:
        validator(json.dumps(_with_texts(document))).validate()
    except MalformedPolicyDocument as error:
        raise MalformedPolicyError(str(error.message)) from None
    except RecursionError:
        raise MalformedPolicyError(SYNTAX) from None


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = listed(document.get("Statement"))
    return [statement for statement in found if isinstance(statement, Mapping)]


def _is_trust(statement: Mapping[str, Any]) -> bool:
    actions = listed(statement.get("Action"))
    return bool(actions) and all(str(one).lower().startswith("sts:") for one in actions)


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, Mapping) or not principal:
        raise MalformedPolicyError("Invalid principal in policy")
    for kind, values in principal.items():
        texts = listed(values)
        if kind not in PRINCIPAL_TYPES or not texts:
            raise MalformedPolicyError("Invalid principal in policy")
        for text in texts:
            if not isinstance(text, str) or (kind == "AWS" and not _is_aws(text)):
                raise MalformedPolicyError(f'Invalid principal in policy: "{kind}":"{text}"')


def _is_aws(text: str) -> bool:
    """An account, an ARN, or everybody. A wildcard stands for no part of an ARN."""
    if text == "*" or (text.isdigit() and len(text) == 12):
        return True
    parts = text.split(":")
    return len(parts) > 5 and parts[0] == "arn" and parts[2] in ("iam", "sts") and "*" not in text


def _with_texts(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same with numbers in its conditions as texts, which AWS takes and moto does not."""
    found = document.get("Statement")
    statements = [_statement_with_texts(one) for one in listed(found)]
    told = statements if isinstance(found, list) else statements[0] if statements else found
    return {**document, "Statement": told} if "Statement" in document else dict(document)


def _statement_with_texts(statement: Any) -> Any:
    condition = statement.get("Condition") if isinstance(statement, Mapping) else None
    if not isinstance(condition, Mapping):
        return statement
    return {
        **statement,
        "Condition": {
            operator: {key: _as_text(value) for key, value in keys.items()}
            if isinstance(keys, Mapping)
            else keys
            for operator, keys in condition.items()
        },
    }


def _as_text(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value
