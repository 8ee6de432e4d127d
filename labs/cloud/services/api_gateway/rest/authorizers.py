"""Who may call a method: Lambda authorizers and signatures.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.missing import MissingError
from labs.cloud.services.api_gateway import functions, policies, tokens
from labs.cloud.services.api_gateway.rest import parameters, proxy
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError
from labs.cloud.simulation import current

DEFAULT_TTL_SECONDS = 300
UNAUTHORIZED = "Unauthorized"


@dataclass
class Cache:
    """Authorizers' answers of one account: `{key: (until when in ms, answer)}`."""

    answers: dict[object, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def get(self, key: object) -> dict[str, Any] | None:
        until, answer = self.answers.get(key, (0.0, None))
        return answer if clock.millis() < until else None

    def put(self, key: object, answer: dict[str, Any], seconds: float) -> None:
        if seconds > 0:
            self.answers[key] = (clock.millis() + seconds * 1000, answer)


def flush(api_id: str, stage: str) -> None:
    """Forget what authorizers answered for a stage."""
    cache = current().state(Cache)
    for key in [key for key in cache.answers if isinstance(key, tuple)]:
        if key[:2] == (api_id, stage):
            del cache.answers[key]


def check(call: Call) -> None:
    """Raises GatewayError: the method's authorizer does not let the request in."""
    kind = call.method.get("authorizationType") or "NONE"
    if kind == "NONE":
        return
    if kind == "AWS_IAM":
        if "AWS4-HMAC-SHA256" not in (call.request.header("authorization") or ""):
            raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
        return
    if kind == "COGNITO_USER_POOLS":
        _check_pool(call)
        return
    if kind != "CUSTOM":
        raise MissingError(f"with an authorizer of type {kind}")
    authorizer = call.api.authorizers.get(call.method.get("authorizerId") or "")
    if authorizer is None:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
    _apply(call, _answer(call, authorizer))


def _check_pool(call: Call) -> None:
    """A token of one of the authorizer's user pools.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
    """
    authorizer = call.api.authorizers.get(call.method.get("authorizerId") or "") or {}
    source = authorizer.get("identitySource") or "method.request.header.Authorization"
    (token, *_) = identities(call, {**authorizer, "identitySource": source})
    expired = False
    for arn in authorizer.get("providerARNs") or []:
        region, pool = arn.split(":")[3], arn.rpartition("/")[2]
        try:
            claims = tokens.claims(token, f"https://cognito-idp.{region}.amazonaws.com/{pool}")
        except tokens.InvalidTokenError as error:
            expired = expired or error.has_expired
            continue
        needed = set(call.method.get("authorizationScopes") or [])
        if needed and not needed & tokens.scopes(claims):
            break
        shown = {name: parameters.text(value) for name, value in claims.items()}
        call.authorizer = {"claims": shown}
        return
    raise GatewayError("UNAUTHORIZED", "The incoming token has expired" if expired else None)


def _answer(call: Call, authorizer: dict[str, Any]) -> dict[str, Any]:
    """The authorizer's answer, fresh or remembered."""
    identity = identities(call, authorizer)
    ttl = authorizer.get("authorizerResultTtlInSeconds")
    seconds = DEFAULT_TTL_SECONDS if ttl is None else float(ttl)
    key = (call.api.api_id, call.stage, authorizer["id"], tuple(identity))
    cache = current().state(Cache)
    if identity and seconds and (known := cache.get(key)):
        return known
    answer = ask(call, authorizer)
    if identity:
        cache.put(key, answer, seconds)
    return answer


def ask(call: Call, authorizer: dict[str, Any]) -> dict[str, Any]:
    """The authorizer's answer, fresh. Raises GatewayError: it gives none."""
    identity = identities(call, authorizer)
    started = clock.millis()
    invocation = _invoked(call, authorizer, json.dumps(_event(call, authorizer, identity)))
    answer = _checked(call, invocation)
    answer["integrationLatency"] = int(clock.millis() - started)
    return answer


def identities(call: Call, authorizer: dict[str, Any]) -> list[str]:
    """The values of the identity sources. Raises GatewayError: one is missing, or no token."""
    sources = str(authorizer.get("identitySource") or "").split(",")
    found = []
    for source in (one.strip() for one in sources if one.strip()):
        value = parameters.request_value(call, source)
        if value in (None, ""):
            raise GatewayError("UNAUTHORIZED")
        found.append(parameters.text(value))
    expression = authorizer.get("identityValidationExpression")
    is_checked = authorizer.get("type") == "TOKEN" and expression and found
    if is_checked and not _fits(str(expression), found[0]):
        raise GatewayError("UNAUTHORIZED")
    return found


def _fits(expression: str, token: str) -> bool:
    try:
        return re.fullmatch(expression, token) is not None
    except re.error:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR") from None


def _event(call: Call, authorizer: dict[str, Any], identity: list[str]) -> dict[str, Any]:
    arn = call.api.arn(call.stage, call.request.method, call.path)
    event: dict[str, Any] = {"type": authorizer["type"], "methodArn": arn}
    if authorizer["type"] == "TOKEN":
        return event | {"authorizationToken": identity[0] if identity else ""}
    left_out = {"body", "isBase64Encoded"}
    whole = proxy.event(call)
    return event | {name: value for name, value in whole.items() if name not in left_out}


def _invoked(call: Call, authorizer: dict[str, Any], event: str) -> Invocation:
    arn = functions.arn_in(str(authorizer.get("authorizerUri") or ""))
    if arn is None:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
    api = call.api.arn("", "", "").partition("/")[0]
    source = f"{api}/authorizers/{authorizer['id']}"
    has_role = bool(authorizer.get("authorizerCredentials"))
    target = functions.Target(call.api.trace_name, arn, source, has_role)
    try:
        return functions.invoke(target, event)
    except functions.UnavailableError as error:
        call.log.append(f"Execution failed due to configuration error: {error}")
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR") from None
    except functions.TimedOutError:
        raise GatewayError("AUTHORIZER_FAILURE") from None


def _checked(call: Call, invocation: Invocation) -> dict[str, Any]:
    """The answer, if it is one: a function that raises "Unauthorized" means 401."""
    if invocation.error is not None:
        if invocation.error.get("errorMessage") == UNAUTHORIZED:
            raise GatewayError("UNAUTHORIZED")
        raise GatewayError("AUTHORIZER_FAILURE")
    answer = invocation.response
    if not isinstance(answer, dict) or not isinstance(answer.get("policyDocument"), dict):
        call.log.append("Execution failed: Invalid JSON in response of the authorizer")
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
    context = answer.get("context") or {}
    is_flat = isinstance(context, dict) and not any(
        isinstance(value, dict | list) for value in context.values()
    )
    if not answer.get("principalId") or not is_flat:
        raise GatewayError("AUTHORIZER_CONFIGURATION_ERROR")
    return dict(answer)


def _apply(call: Call, answer: dict[str, Any]) -> None:
    """Let the request in with the authorizer's context, or not."""
    call.principal = str(answer["principalId"])
    call.usage_identifier = str(answer.get("usageIdentifierKey") or "")
    context = {
        name: parameters.text(value) for name, value in (answer.get("context") or {}).items()
    }
    call.authorizer = {
        **context,
        "principalId": call.principal,
        "integrationLatency": answer.get("integrationLatency", 0),
    }
    arn = call.api.arn(call.stage, call.request.method, call.path)
    decision = policies.by_authorizer(answer["policyDocument"], call.principal, arn)
    if not decision.is_allowed:
        end = " with an explicit deny" if decision.is_explicit else ""
        raise GatewayError("ACCESS_DENIED", f"User is not authorized to access this resource{end}")
