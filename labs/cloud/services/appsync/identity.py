"""Who calls a GraphQL API, and which fields that way in may see.

https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from graphql import GraphQLObjectType, GraphQLResolveInfo

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.moto_lambda import new_id
from labs.cloud.service_calls import noted
from labs.cloud.services.appsync.data_sources import Caller
from labs.cloud.simulation import current
from labs.cloud.wiring.targets import Sender, check_function

DIRECTIVES = {
    "aws_api_key": "API_KEY",
    "aws_iam": "AWS_IAM",
    "aws_lambda": "AWS_LAMBDA",
    "aws_oidc": "OPENID_CONNECT",
    "aws_cognito_user_pools": "AMAZON_COGNITO_USER_POOLS",
}
NAMES = {  # as util.authType() has them
    "API_KEY": "API Key Authorization",
    "AWS_IAM": "IAM Authorization",
    "AWS_LAMBDA": "Lambda Authorization",
}
_CREDENTIAL = re.compile(r"Credential=([^/]+)/")

type Json = dict[str, Any]


class UnauthorizedError(Exception):
    """The request does not get in; the text is AWS's message."""


@dataclass(frozen=True)
class Identity:
    """`mode` is the way in; `fields` is `ctx.identity`; `denied` are "Type.field"s."""

    mode: str
    fields: Json | None = None
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Modes:
    """An API's ways in: the default one, and all with their settings."""

    default: str
    settings: Mapping[str, Json] = field(default_factory=dict)


def modes(api: Any) -> Modes:
    """Those of moto's GraphQL API."""
    settings: dict[str, Json] = {
        api.authentication_type: {"lambdaAuthorizerConfig": api.lambda_authorizer_config}
    }
    for provider in api.additional_authentication_providers or []:
        settings[provider["authenticationType"]] = provider
    return Modes(api.authentication_type, settings)


def identify(api: Any, headers: Mapping[str, str], request: Json, caller: Caller) -> Identity:
    """Who calls. `headers` have lower-case names.

    Raises:
        UnauthorizedError: nobody whom the API lets in.
        MissingError: only by a way in that is not simulated.
    """
    known = modes(api)
    key, authorization = headers.get("x-api-key"), headers.get("authorization", "")
    if key and "API_KEY" in known.settings:
        return _by_key(api, key)
    if authorization.startswith("AWS4-HMAC-SHA256") and "AWS_IAM" in known.settings:
        return _by_signature(authorization, caller)
    if authorization and "AWS_LAMBDA" in known.settings:
        config = known.settings["AWS_LAMBDA"]["lambdaAuthorizerConfig"] or {}
        return _by_function(api, config, headers, request, caller)
    if authorization and set(known.settings) - set(NAMES):
        missing = sorted(set(known.settings) - set(NAMES))
        raise MissingError(f"with {' and '.join(missing)}")
    if key or authorization:
        raise UnauthorizedError("You are not authorized to make this call.")
    raise UnauthorizedError("Valid authorization header not provided.")


def _by_key(api: Any, key: str) -> Identity:
    found = api.api_keys.get(key)
    if found is None or found.expires.replace(tzinfo=UTC) < clock.now():
        raise UnauthorizedError("You are not authorized to make this call.")
    return Identity("API_KEY")


def _by_signature(authorization: str, caller: Caller) -> Identity:
    found = _CREDENTIAL.search(authorization)
    if found is None:
        raise UnauthorizedError("You are not authorized to make this call.")
    account = caller.arn.split(":")[4]
    return Identity(
        "AWS_IAM",
        {
            "accountId": account,
            "cognitoIdentityAuthProvider": None,
            "cognitoIdentityAuthType": None,
            "cognitoIdentityId": None,
            "cognitoIdentityPoolId": None,
            "sourceIp": ["203.0.113.10"],
            "userArn": f"arn:aws:iam::{account}:root",
            "username": found[1],
        },
    )


def _by_function(
    api: Any, config: Json, headers: Mapping[str, str], request: Json, caller: Caller
) -> Identity:
    token = headers["authorization"]
    expression = config.get("identityValidationExpression")
    if expression and not re.fullmatch(expression, token):
        raise UnauthorizedError("You are not authorized to make this call.")
    arn = str(config["authorizerUri"])
    ttl_ms = int(config.get("authorizerResultTtlInSeconds", 300)) * 1000
    cache = current().state(_Cache)
    cached = cache.get((api.api_id, token))
    if cached and clock.millis() < cached[0]:
        return cached[1]
    event = {
        "authorizationToken": token,
        "requestContext": {
            "apiId": api.api_id,
            "accountId": caller.arn.split(":")[4],
            "requestId": new_id(),
            "queryString": request.get("query"),
            "operationName": request.get("operationName"),
            "variables": request.get("variables") or {},
        },
        "requestHeaders": dict(headers),
    }
    answer = _ask(arn, json.dumps(event), caller)
    if not isinstance(answer, dict) or answer.get("isAuthorized") is not True:
        raise UnauthorizedError("You are not authorized to make this call.")
    denied = frozenset(each.rpartition("types/")[2] for each in answer.get("deniedFields") or [])
    fields = {"resolverContext": answer.get("resolverContext") or {}}
    found = Identity(
        "AWS_LAMBDA", fields, frozenset(each.replace("/fields/", ".") for each in denied)
    )
    ttl_ms = int(answer["ttlOverride"]) * 1000 if "ttlOverride" in answer else ttl_ms
    cache[api.api_id, token] = clock.millis() + ttl_ms, found
    return found


class _Cache(dict[tuple[str, str], tuple[float, Identity]]):
    """What authorizers answered, until when it holds (ms since 1970)."""


def _ask(arn: str, event: str, caller: Caller) -> Any:
    sender = Sender(caller.name, "appsync.amazonaws.com", caller.arn)
    with noted(caller.name, "lambda", "Invoke", {"FunctionName": arn, "Payload": event}):
        function = check_function(sender, arn)
        invocation = current().environments.invoke(function, event, arn=arn)
    return None if invocation.error else invocation.response


def may_see(identity: Identity, default: str, info: GraphQLResolveInfo[Any]) -> bool:
    """Whether the way in leads to this field: by directives of the field, or else of its type."""
    parent: GraphQLObjectType = info.parent_type
    if f"{parent.name}.{info.field_name}" in identity.denied:
        return False
    node = parent.fields[info.field_name].ast_node if info.field_name in parent.fields else None
    of_field, of_type = _named(node), _named(parent.ast_node)
    return identity.mode in (of_field or of_type or {default})


def _named(node: Any) -> set[str]:
    directives = node.directives if node else ()
    names = (directive.name.value for directive in directives or ())
    return {DIRECTIVES[name] for name in names if name in DIRECTIVES}
