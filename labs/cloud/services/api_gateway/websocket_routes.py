"""Which route of a WebSocket API a message takes, and what answers it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
"""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from labs.cloud import moto_lambda
from labs.cloud.clock import clock
from labs.cloud.http_payloads import SOURCE_IP, Pairs, forwarded, multiple, request_time
from labs.cloud.http_payloads import HttpRequest as Request
from labs.cloud.missing import MissingError
from labs.cloud.services.api_gateway import documents, functions, policies
from labs.cloud.services.api_gateway.v2 import Definition

STATUS = re.compile(r"""['"]?statusCode['"]?\s*:\s*['"]?(\d{3})\b""")


class Refused(Exception):  # noqa: N818 - an answer of the gateway
    """The handshake fails with this HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _FailedError(Exception):
    """The integration gave no answer, or no good one."""


@dataclass
class Sent:
    """What a client sent: `kind` is CONNECT, MESSAGE or DISCONNECT. `status` is how it went."""

    connection_id: str
    kind: str
    stage: str
    host: str
    connected_ms: float
    body: str
    headers: Pairs
    query: str
    authorizer: dict[str, Any] | None
    stage_variables: dict[str, str]
    more: dict[str, Any] = field(default_factory=dict)
    user_agent: str = ""
    status: int = 200

    def __post_init__(self) -> None:
        random = moto_lambda.new_id().replace("-", "")[:22]
        self.request_id = base64.b64encode(bytes.fromhex(random)).decode()[:15] + "="


def connected(api: Definition, sent: Sent) -> dict[str, Any] | None:
    """Let a client in: the context of its authorizer, None if there is none.

    Raises:
        Refused: the authorizer or the route $connect says no.
    """
    route = _route(api, "$connect")
    if route is None:
        return None
    sent.authorizer = _authorized(api, route, sent)
    if not route.get("target"):
        return sent.authorizer
    try:
        status, _ = _integrated(api, route, sent)
    except _FailedError:
        raise Refused(502, "Bad Gateway") from None
    if not 200 <= status < 300:
        raise Refused(status, "refused by $connect")
    return sent.authorizer


def answer(api: Definition, sent: Sent) -> str | None:
    """Hand a message to its route; what goes back to the client, None if nothing."""
    key = route_key(api.selection, sent.body)
    route = (_route(api, key) if key else None) or _route(api, "$default")
    if route is None or str(route["routeKey"]) in ("$connect", "$disconnect"):
        sent.status = 403
        return _fault("Forbidden", sent)
    try:
        sent.status, body = _integrated(api, route, sent)
    except _FailedError:
        sent.status = 500
        return _fault("Internal server error", sent)
    # One-way, unless the route has a response.
    return body if route.get("routeResponses") and body else None


def disconnected(api: Definition, sent: Sent) -> None:
    """Tell the route $disconnect, which cannot object."""
    route = _route(api, "$disconnect")
    if route is not None and route.get("target"):
        try:
            sent.status, _ = _integrated(api, route, sent)
        except _FailedError:
            sent.status = 500


def route_key(selection: str, body: str) -> str:
    """What "$request.body.action" or "${request.body.a}/${request.body.b}" finds in a message."""
    document = documents.loads(body)

    def value(found: re.Match[str]) -> str:
        part = documents.walk(document, found[1]) if isinstance(document, dict) else None
        return part if isinstance(part, str) else ""

    text = selection.replace("{", "").replace("}", "")
    return re.sub(r"\$request\.body\.([A-Za-z0-9_.-]+)", value, text)


def _route(api: Definition, key: str) -> dict[str, Any] | None:
    return next((route for route in api.routes if route.get("routeKey") == key), None)


def _fault(text: str, sent: Sent) -> str:
    fault = {"message": text, "connectionId": sent.connection_id, "requestId": sent.request_id}
    return json.dumps(fault, separators=(",", ":"))


def _context(api: Definition, route: dict[str, Any], sent: Sent) -> dict[str, Any]:
    context: dict[str, Any] = {"routeKey": route["routeKey"]}
    if sent.authorizer is not None:
        context["authorizer"] = sent.authorizer
    if sent.kind == "MESSAGE":
        context["messageId"] = f"{sent.request_id[:-1]}="
    return {
        **context,
        **sent.more,
        "eventType": sent.kind,
        "extendedRequestId": sent.request_id,
        "requestTime": request_time(),
        "messageDirection": "IN",
        "stage": sent.stage,
        "connectedAt": int(sent.connected_ms),
        "requestTimeEpoch": int(clock.millis()),
        "identity": {"userAgent": sent.user_agent, "sourceIp": SOURCE_IP},
        "requestId": sent.request_id,
        "domainName": sent.host,
        "connectionId": sent.connection_id,
        "apiId": api.api_id,
    }


def _event(api: Definition, route: dict[str, Any], sent: Sent) -> dict[str, Any]:
    event: dict[str, Any] = {}
    if sent.kind != "MESSAGE":
        request = Request("GET", sent.host, f"/{sent.stage}", sent.query, sent.headers)
        headers = [*sent.headers, *forwarded(request)]
        event |= {"headers": dict(headers), "multiValueHeaders": multiple(headers)}
    if sent.kind == "CONNECT" and sent.query:
        pairs = parse_qsl(sent.query, keep_blank_values=True)
        event["queryStringParameters"] = dict(pairs)
        event["multiValueQueryStringParameters"] = multiple(pairs)
    if sent.stage_variables:
        event["stageVariables"] = dict(sent.stage_variables)
    event["requestContext"] = _context(api, route, sent)
    if sent.kind == "MESSAGE":
        event["body"] = sent.body
    return {**event, "isBase64Encoded": False}


def _integrated(api: Definition, route: dict[str, Any], sent: Sent) -> tuple[int, str]:
    """The integration's status and body."""
    integration = api.integration(route)
    if integration is None:
        raise _FailedError
    kind = integration.get("integrationType")
    if kind == "MOCK":
        templates = list((integration.get("requestTemplates") or {}).values())
        found = STATUS.search(templates[0] if templates else "")
        return int(found[1]) if found else 200, ""
    if kind not in ("AWS_PROXY", "AWS"):
        raise MissingError(f"with a WebSocket integration of type {kind}")
    arn = functions.arn_in(str(integration.get("integrationUri") or ""))
    if arn is None:
        raise MissingError("with a WebSocket integration with another service than Lambda")
    source = f"{api.arn}/{sent.stage}/{route['routeKey']}"
    has_role = bool(integration.get("credentialsArn"))
    target = functions.Target(api.trace_name, arn, source, has_role)
    if kind == "AWS":
        return 200, _invoked(target, sent.body or "{}").payload
    answer = _invoked(target, json.dumps(_event(api, route, sent))).response
    if not isinstance(answer, dict) or not str(answer.get("statusCode", "")).isdigit():
        raise _FailedError
    body = answer.get("body")
    return int(answer["statusCode"]), body if isinstance(body, str) else ""


def _invoked(target: functions.Target, event: str) -> Any:
    try:
        invocation = functions.invoke(target, event)
    except (functions.UnavailableError, functions.TimedOutError):
        raise _FailedError from None
    if invocation.error is not None:
        raise _FailedError
    return invocation


def _authorized(api: Definition, route: dict[str, Any], sent: Sent) -> dict[str, Any] | None:
    """The context of the authorizer of $connect."""
    kind = route.get("authorizationType") or "NONE"
    if kind == "NONE":
        return None
    if kind == "AWS_IAM":
        if any(name.lower() == "authorization" for name, _ in sent.headers):
            return None
        raise Refused(403, "Missing Authentication Token")
    authorizer = api.authorizer(route)
    _check_identities(authorizer, sent)
    arn = f"{api.arn}/{sent.stage}/$connect"
    event = {"type": "REQUEST", "methodArn": arn, **_event(api, route, sent)}
    source = f"{api.arn}/authorizers/{authorizer['authorizerId']}"
    function = functions.arn_in(str(authorizer.get("authorizerUri") or ""))
    target = functions.Target(api.trace_name, function or "", source)
    try:
        answer = functions.invoke(target, json.dumps(event))
    except (functions.UnavailableError, functions.TimedOutError):
        raise Refused(500, "Internal server error") from None
    if answer.error is not None:
        refused = answer.error.get("errorMessage") == "Unauthorized"
        raise Refused(401, "Unauthorized") if refused else Refused(500, "Internal server error")
    found = answer.response if isinstance(answer.response, dict) else {}
    policy, principal = found.get("policyDocument"), str(found.get("principalId") or "")
    if not isinstance(policy, dict) or not principal:
        raise Refused(500, "Internal server error")
    if not policies.by_authorizer(policy, principal, arn).is_allowed:
        raise Refused(403, "Forbidden")
    return {**(found.get("context") or {}), "principalId": principal}


def _check_identities(authorizer: dict[str, Any], sent: Sent) -> None:
    """Raises Refused: an identity source ("route.request.header.Auth") is missing."""
    sources = authorizer.get("identitySource") or []
    headers = {name.lower() for name, _ in sent.headers}
    queries = {name for name, value in parse_qsl(sent.query) if value}
    for source in sources if isinstance(sources, list) else [sources]:
        _, _, rest = str(source).partition("route.request.")
        kind, _, name = rest.partition(".")
        known = {"header": headers, "querystring": queries}.get(kind)
        wanted = name.lower() if kind == "header" else name
        if known is not None and wanted not in known:
            raise Refused(401, "Unauthorized")
