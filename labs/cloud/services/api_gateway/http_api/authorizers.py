"""Who may call a route: Lambda authorizers, JWT authorizers, signatures.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

import base64
import json
from typing import Any

from labs.cloud.http_payloads import event_2_0
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.services.api_gateway import functions, policies, tokens
from labs.cloud.services.api_gateway.http_api import payload_1
from labs.cloud.services.api_gateway.http_api.call import Call, Refusal, internal_error
from labs.cloud.services.api_gateway.rest.authorizers import UNAUTHORIZED, Cache
from labs.cloud.simulation import current


def check(call: Call) -> None:
    """Raises Refusal: the route's authorizer does not let the request in."""
    kind = call.route.get("authorizationType") or "NONE"
    if kind == "NONE":
        return
    if kind == "AWS_IAM":
        if "AWS4-HMAC-SHA256" not in (call.request.header("authorization") or ""):
            raise Refusal(403, "Forbidden")
        return
    authorizer = call.api.authorizer(call.route)
    identity = identities(call, authorizer)
    if kind == "JWT":
        _check_jwt(call, authorizer, identity[0])
        return
    _apply(call, authorizer, _answer(call, authorizer, identity))


def identities(call: Call, authorizer: dict[str, Any]) -> list[str]:
    """The values of the identity sources. Raises Refusal: one is missing."""
    sources = authorizer.get("identitySource") or []
    found = []
    for source in sources if isinstance(sources, list) else [sources]:
        value = call.text(str(source))
        if not value:
            raise Refusal(401, "Unauthorized")
        found.append(value)
    return found


def _check_jwt(call: Call, authorizer: dict[str, Any], token: str) -> None:
    """Raises Refusal: the token is not the issuer's, for another audience or without a scope.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
    """
    settings = authorizer.get("jwtConfiguration") or {}
    issuer, wanted = str(settings.get("issuer")), set(settings.get("audience") or [])
    if not _is_meant(token, issuer):
        raise _invalid_token()
    try:
        claims = tokens.claims(token, issuer)
    except tokens.InvalidTokenError:
        raise _invalid_token() from None
    audience = claims.get("aud", claims.get("client_id"))
    if not wanted & set(audience if isinstance(audience, list) else [str(audience)]):
        raise _invalid_token()
    needed = set(call.route.get("authorizationScopes") or [])
    if needed and not needed & tokens.scopes(claims):
        scheme = 'Bearer scope="" error="insufficient_scope"'
        raise Refusal(403, "Forbidden", ("www-authenticate", scheme))
    shown = {name: _claim(value) for name, value in claims.items()}
    call.authorizer = {"jwt": {"claims": shown, "scopes": sorted(needed) or None}}


def _is_meant(token: str, issuer: str) -> bool:
    """Whether it claims to be this issuer's, which needs no key to see."""
    try:
        payload = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return bool(said.get("iss") == issuer)
    except (ValueError, IndexError, AttributeError):
        return False


def _invalid_token() -> Refusal:
    scheme = ("www-authenticate", 'Bearer scope="" error="invalid_token"')
    return Refusal(401, "Unauthorized", scheme)


def _claim(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _answer(call: Call, authorizer: dict[str, Any], identity: list[str]) -> Any:
    """The authorizer's answer, fresh or remembered."""
    cache = current().state(Cache)
    key = (call.api.api_id, call.stage, authorizer["authorizerId"], tuple(identity))
    if identity and (known := cache.get(key)) is not None:
        return known
    invocation = _invoked(call, authorizer, json.dumps(_event(call, authorizer, identity)))
    if invocation.error is not None:
        if invocation.error.get("errorMessage") == UNAUTHORIZED:
            raise Refusal(401, "Unauthorized")
        raise internal_error()
    answer = invocation.response
    if not isinstance(answer, dict):
        raise internal_error()
    seconds = float(authorizer.get("authorizerResultTtlInSeconds") or 0)
    if identity:
        cache.put(key, answer, seconds)
    return answer


def _is_2_0(authorizer: dict[str, Any]) -> bool:
    return str(authorizer.get("authorizerPayloadFormatVersion") or "2.0") == "2.0"


def _arn(call: Call) -> str:
    path = call.path.removeprefix("/")
    return f"{call.api.arn}/{call.stage}/{call.request.method}/{path}"


def _event(call: Call, authorizer: dict[str, Any], identity: list[str]) -> dict[str, Any]:
    left_out = {"body", "isBase64Encoded", "version"}
    if _is_2_0(authorizer):
        event = event_2_0(call.request, call.endpoint(), call.request_id)
        more: dict[str, Any] = {"routeArn": _arn(call), "identitySource": identity or None}
    else:
        event = payload_1.event(call)
        token = ",".join(identity) or None
        more = {"methodArn": _arn(call), "identitySource": token, "authorizationToken": token}
    kept = {name: value for name, value in event.items() if name not in left_out}
    return {"version": event["version"], "type": "REQUEST", **more, **kept}


def _invoked(call: Call, authorizer: dict[str, Any], event: str) -> Invocation:
    arn = functions.arn_in(str(authorizer.get("authorizerUri") or ""))
    if arn is None:
        raise internal_error()
    source = f"{call.api.arn}/authorizers/{authorizer['authorizerId']}"
    has_role = bool(authorizer.get("authorizerCredentialsArn"))
    target = functions.Target(call.api.trace_name, arn, source, has_role)
    try:
        return functions.invoke(target, event, 10_000)
    except (functions.UnavailableError, functions.TimedOutError):
        raise internal_error() from None


def _apply(call: Call, authorizer: dict[str, Any], answer: dict[str, Any]) -> None:
    """Let the request in with the authorizer's context, or not."""
    context = answer.get("context") or {}
    if _is_2_0(authorizer) and authorizer.get("enableSimpleResponses"):
        if not isinstance(answer.get("isAuthorized"), bool):
            raise internal_error()
        if not answer["isAuthorized"]:
            raise Refusal(403, "Forbidden")
        call.authorizer = {"lambda": context or None}
        return
    policy, principal = answer.get("policyDocument"), answer.get("principalId")
    if not isinstance(policy, dict) or not principal:
        raise internal_error()
    if not policies.by_authorizer(policy, str(principal), _arn(call)).is_allowed:
        raise Refusal(403, "Forbidden")
    of_1_0 = {} if _is_2_0(authorizer) else {"principalId": principal}
    call.authorizer = {"lambda": {**context, **of_1_0} or None}
