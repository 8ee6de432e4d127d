"""A request to an HTTP API, from its address to the answer."""

import json
from typing import Any

from moto.apigatewayv2.models import Api, Stage

from labs.cloud.http_payloads import (
    HttpRequest,
    HttpResponse,
    MalformedError,
    event_2_0,
    message,
    response_2_0,
)
from labs.cloud.missing import MissingError
from labs.cloud.services.api_gateway import addresses, functions, v2
from labs.cloud.services.api_gateway.http_api import authorizers, cors, payload_1, services
from labs.cloud.services.api_gateway.http_api.call import (
    EXPRESSION,
    PARAMETER,
    Call,
    Refusal,
    find,
    internal_error,
)
from labs.cloud.services.api_gateway.throttles import Limits
from labs.cloud.simulation import current

MAX_BODY_BYTES = 10 * 1024 * 1024
DEFAULT_TIMEOUT_MS = 30_000
TEXT = "text/plain; charset=utf-8"


def answer(api: Api, request: HttpRequest) -> HttpResponse:
    """What the API answers.

    Raises:
        MissingError: something on the way is not simulated.
    """
    stage, path = _stage(api, request.path)
    definition = v2.deployed(api, stage) if stage else None
    if stage is None or definition is None or str(api.disable_execute_api_endpoint) == "True":
        return message(404, "Not Found")
    call = Call(definition, request, path, stage.name, dict(stage.stage_variables or {}))
    if definition.cors and (preflight := cors.preflight(definition.cors, request)):
        return call.finished(preflight)
    try:
        response = _routed(call, stage)
    except Refusal as refusal:
        response = refusal.response
    if definition.cors:
        response = cors.applied(definition.cors, request, response)
    return call.finished(response)


def _stage(api: Api, path: str) -> tuple[Stage | None, str]:
    """The stage that a path names, else $default; and the path below it."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in api.stages and first != "$default":
        return api.stages[first], f"/{rest}"
    return api.stages.get("$default"), path


def _routed(call: Call, stage: Stage) -> HttpResponse:
    found = find(call.api, call.request.method, call.path)
    if found is None:
        raise Refusal(404, "Not Found")
    call.route, call.path_parameters = found
    authorizers.check(call)
    _throttle(call, stage)
    if len(call.request.body) > MAX_BODY_BYTES:
        raise Refusal(413, "Request Entity Too Large")
    integration = call.api.integration(call.route)
    if integration is None:
        raise internal_error()
    return _mapped_response(call, integration, _integrated(call, integration))


def _throttle(call: Call, stage: Stage) -> None:
    settings = {
        **(stage.default_route_settings or {}),
        **((stage.route_settings or {}).get(call.route_key) or {}),
    }
    rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
    if rate is None and burst is None:
        return
    key = (call.api.api_id, call.stage, call.route_key)
    rate = 10_000 if rate is None else rate
    if not current().state(Limits).take(key, float(rate), float(rate if burst is None else burst)):
        raise Refusal(429, "Too Many Requests")


def _integrated(call: Call, integration: dict[str, Any]) -> HttpResponse:
    kind = integration.get("integrationType")
    if integration.get("connectionType") == "VPC_LINK":
        raise MissingError("with a VPC link")
    if integration.get("integrationSubtype"):
        return services.answer(call, integration)
    if kind == "AWS_PROXY":
        return _function(call, integration)
    if kind == "HTTP_PROXY":
        return _address(call, integration)
    raise MissingError(f"with an integration of type {kind}")


def _timeout(integration: dict[str, Any]) -> float:
    return float(integration.get("timeoutInMillis") or DEFAULT_TIMEOUT_MS)


def _function(call: Call, integration: dict[str, Any]) -> HttpResponse:
    uri = EXPRESSION.sub(
        lambda found: call.text(found[0]) or "", str(integration.get("integrationUri") or "")
    )
    arn = functions.arn_in(uri)
    if arn is None:
        raise internal_error()
    is_2_0 = str(integration.get("payloadFormatVersion") or "1.0") == "2.0"
    event = (
        event_2_0(call.request, call.endpoint(), call.request_id)
        if is_2_0
        else payload_1.event(call)
    )
    has_role = bool(integration.get("credentialsArn"))
    target = functions.Target(call.api.trace_name, arn, call.source_arn(), has_role)
    try:
        invocation = functions.invoke(target, json.dumps(event), _timeout(integration))
    except functions.UnavailableError:
        raise internal_error() from None
    except functions.TimedOutError:
        raise Refusal(503, "Service Unavailable") from None
    if invocation.error is not None:
        raise internal_error()
    try:
        if is_2_0:
            found = response_2_0(invocation.response, invocation.payload, default_type=TEXT)
            return HttpResponse(found.status, found.headers, found.body)
        return payload_1.response(invocation.response)
    except MalformedError:
        raise internal_error() from None


def _address(call: Call, integration: dict[str, Any]) -> HttpResponse:
    """Everything goes through, both ways, but for what is mapped."""
    declared = str(integration.get("integrationMethod") or call.request.method)
    method = call.request.method if declared == "ANY" else declared
    uri = str(integration.get("integrationUri") or "")
    uri = EXPRESSION.sub(lambda found: call.text(found[0]) or "", uri)
    uri = PARAMETER.sub(lambda found: call.path_parameters.get(found[1], ""), uri)
    headers, query = list(call.request.headers), call.request.parameters()
    for target, source in (integration.get("requestParameters") or {}).items():
        action, _, place = target.partition(":")
        kind, _, name = place.partition(".")
        value = call.text(str(source))
        if kind == "header":
            headers = changed(headers, action, name, value, ignoring_case=True)
        elif kind == "querystring":
            query = changed(query, action, name, value)
        elif place == "path" and value is not None:
            base = "/".join(uri.split("/")[:3])
            uri = f"{base}/{value.removeprefix('/')}"
    return addresses.send(call.api.trace_name, method, uri, query, headers, call.request.body)


def changed(
    pairs: list[tuple[str, str]],
    action: str,
    name: str,
    value: str | None,
    *,
    ignoring_case: bool = False,
) -> list[tuple[str, str]]:
    """Pairs after "append", "overwrite" or "remove"."""
    wanted = name.lower() if ignoring_case else name
    rest = [pair for pair in pairs if (pair[0].lower() if ignoring_case else pair[0]) != wanted]
    if action == "remove":
        return rest
    if value is None:
        return pairs
    return [*(rest if action == "overwrite" else pairs), (name, value)]


def _mapped_response(
    call: Call, integration: dict[str, Any], response: HttpResponse
) -> HttpResponse:
    """With the response parameters for its status."""
    found = (integration.get("responseParameters") or {}).get(str(response.status)) or {}
    if isinstance(found, dict) and "ResponseParameters" in found:
        found = {one["Destination"]: one["Source"] for one in found["ResponseParameters"]}
    headers, status = list(response.headers), response.status
    for target, source in found.items():
        action, _, place = target.partition(":")
        text = str(source)
        if text.startswith("$response.header."):
            value = response.header(text.removeprefix("$response.header."))
        else:
            value = call.text(text)
        if place == "statuscode" and value:
            status = int(value)
        elif place.startswith("header."):
            name = place.removeprefix("header.")
            headers = changed(headers, action, name, value, ignoring_case=True)
    return HttpResponse(status, tuple(headers), response.body)
