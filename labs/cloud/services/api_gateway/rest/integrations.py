"""What answers a method: a function, a service, an address, or nothing but a template.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-integration-settings.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from labs.cloud.clock import clock
from labs.cloud.http_payloads import HttpResponse, MalformedError, trace_header
from labs.cloud.missing import MissingError
from labs.cloud.services.api_gateway import addresses, aws_services, functions
from labs.cloud.services.api_gateway.rest import media, parameters, proxy, templates
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError

STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")
IN_PATH = re.compile(r"\{([^}+]+)\+?\}")
MOCK_STATUS = re.compile(r"""['"]?statusCode['"]?\s*:\s*['"]?(\d{3})\b""")
JSON = "application/json"
DEFAULT_TIMEOUT_MS = 29_000


def answer(call: Call) -> HttpResponse:
    """The response of the method's integration.

    Raises:
        GatewayError: the gateway answers instead.
        MissingError: this integration is not simulated.
    """
    kind = call.integration.get("type")
    if call.integration.get("connectionType") == "VPC_LINK":
        raise MissingError("with a VPC link")
    if kind == "AWS_PROXY":
        return _function_proxy(call)
    if kind == "HTTP_PROXY":
        return _address_proxy(call)
    if kind not in ("MOCK", "AWS", "HTTP"):
        raise MissingError(f"with an integration of type {kind}")
    context: dict[str, Any] = {
        **call.context(),
        "requestOverride": {"header": {}, "querystring": {}, "path": {}},
        "responseOverride": {"header": {}},
    }
    body = _request_body(call, context)
    call.request_overrides = context["requestOverride"]
    started = clock.millis()
    received, pattern = _sent(call, str(kind), body)
    if clock.millis() - started > _timeout(call):
        raise GatewayError("INTEGRATION_TIMEOUT")
    return _mapped_response(call, received, pattern, context)


def uri(call: Call) -> str:
    """The integration's, with stage variables."""

    def value(found: re.Match[str]) -> str:
        return call.stage_variables.get(found[1], "")

    return STAGE_VARIABLE.sub(value, str(call.integration.get("uri") or ""))


def function(call: Call, address: str) -> functions.Target | None:
    """The Lambda function at an address, None if it is none."""
    arn = functions.arn_in(address)
    if arn is None:
        return None
    path = IN_PATH.sub("*", call.resource.path)
    source = call.api.arn(call.stage, call.request.method, path)
    has_role = bool(call.integration.get("credentials"))
    return functions.Target(call.api.trace_name, arn, source, has_role)


def _timeout(call: Call) -> float:
    return float(call.integration.get("timeoutInMillis") or DEFAULT_TIMEOUT_MS)


def _function_proxy(call: Call) -> HttpResponse:
    target = function(call, uri(call))
    if target is None:
        raise MissingError("with AWS_PROXY to another service than Lambda")
    if call.integration.get("httpMethod") not in ("POST", None):
        call.log.append("Execution failed: a function is invoked by POST")
        raise GatewayError("API_CONFIGURATION_ERROR")
    event = json.dumps(proxy.event(call))
    call.log.append(f"Endpoint request body after transformations: {event}")
    invocation = _invoked(call, target, event)
    call.log.append(f"Endpoint response body before transformations: {invocation.payload}")
    try:
        found = proxy.response(call, invocation)
        return found.with_headers(("X-Amzn-Trace-Id", trace_header()))
    except MalformedError as error:
        call.log.append(f"Execution failed due to configuration error: {error}")
        raise GatewayError("DEFAULT_5XX", status=502) from None


def _invoked(call: Call, target: functions.Target, event: str) -> Any:
    try:
        return functions.invoke(target, event, _timeout(call))
    except functions.UnavailableError as error:
        call.log.append(f"Execution failed due to configuration error: {error}")
        raise GatewayError("API_CONFIGURATION_ERROR") from None
    except functions.TimedOutError:
        raise GatewayError("INTEGRATION_TIMEOUT") from None


def _address_proxy(call: Call) -> HttpResponse:
    """Everything goes through, both ways; mappings add to it."""
    headers = [
        pair for pair in call.request.headers if pair[0].lower() not in proxy.DROPPED
    ] + parameters.mapped(call, "header")
    query = [*call.request.parameters(), *parameters.mapped(call, "querystring")]
    method = _method(call)
    address = _filled(call, uri(call), {})
    received = addresses.send(
        call.api.trace_name, method, address, query, headers, call.request.body
    )
    return HttpResponse(received.status, tuple(proxy.remapped(received.headers)), received.body)


def _method(call: Call) -> str:
    declared = str(call.integration.get("httpMethod") or call.request.method)
    return call.request.method if declared == "ANY" else declared


def _request_body(call: Call, context: dict[str, Any]) -> bytes:
    """The client's body, through the template for its type."""
    body = media.request_body(call, call.integration.get("contentHandling"))
    found = call.integration.get("requestTemplates") or {}
    content_type = media.plain(call.request.header("content-type")) or JSON
    template = found.get(content_type)
    if template is None:
        behaviour = call.integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
        if behaviour == "NEVER" or (behaviour == "WHEN_NO_TEMPLATES" and found):
            raise GatewayError("UNSUPPORTED_MEDIA_TYPE")
        return body
    rendered = templates.apply(call, template, body, context)
    call.log.append(f"Endpoint request body after transformations: {rendered}")
    return rendered.encode("utf-8", "surrogatepass")


def _sent(call: Call, kind: str, body: bytes) -> tuple[HttpResponse, str]:
    """The integration's response, and the text that selection patterns are matched with."""
    if kind == "MOCK":
        found = MOCK_STATUS.search(body.decode("utf-8", "replace"))
        if not found:
            call.log.append("Unable to parse statusCode. It should be an integer")
            raise GatewayError("API_CONFIGURATION_ERROR")
        return HttpResponse(int(found[1])), found[1]
    address = uri(call)
    target = function(call, address) if kind == "AWS" else None
    if target is not None:
        return _function_answer(call, target, body)
    headers = _outgoing_headers(call)
    query = [*parameters.mapped(call, "querystring")]
    query += [(k, parameters.text(v)) for k, v in _override(call, "querystring").items()]
    path_values = dict(parameters.mapped(call, "path")) | {
        name: parameters.text(value) for name, value in _override(call, "path").items()
    }
    if kind == "HTTP":
        received = addresses.send(
            call.api.trace_name,
            _method(call),
            _filled(call, address, path_values),
            query,
            list(headers.items()),
            body,
        )
    else:
        filled = IN_PATH.sub(lambda found: path_values.get(found[1], found[0]), address)
        asked = aws_services.outgoing(filled, _method(call), tuple(query), headers, body)
        received = aws_services.send(call.api.trace_name, asked)
    shown = received.body.decode("utf-8", "replace")
    call.log.append(f"Endpoint response body before transformations: {shown}")
    return received, str(received.status)


def _override(call: Call, kind: str) -> Mapping[str, Any]:
    found = call.request_overrides.get(kind)
    return found if isinstance(found, dict) else {}


def _outgoing_headers(call: Call) -> dict[str, str]:
    headers = {"Content-Type": JSON, "Accept": JSON}
    own = dict(parameters.mapped(call, "header"))
    own |= {name: parameters.text(value) for name, value in _override(call, "header").items()}
    names = {name.lower() for name in own}
    kept = {name: value for name, value in headers.items() if name.lower() not in names}
    return {**kept, **own}


def _filled(call: Call, address: str, values: Mapping[str, str]) -> str:
    """A URL with its path parameters: those mapped, else those of the request."""
    known = {**call.path_parameters, **dict(parameters.mapped(call, "path")), **values}
    return IN_PATH.sub(
        lambda found: quote(known[found[1]], safe="/") if found[1] in known else found[0], address
    )


def _function_answer(
    call: Call, target: functions.Target, body: bytes
) -> tuple[HttpResponse, str]:
    """A function's answer is the body, whatever it is; patterns match its error message."""
    if _method(call) != "POST":
        raise GatewayError("API_CONFIGURATION_ERROR")
    event = body.decode("utf-8", "replace") or "{}"
    try:
        json.loads(event)
    except ValueError:
        call.log.append("Could not parse request body into json")
        raise GatewayError("API_CONFIGURATION_ERROR") from None
    invocation_type = _outgoing_headers(call).get("X-Amz-Invocation-Type")
    if invocation_type == "Event":
        try:
            functions.invoke_later(target, event)
        except functions.UnavailableError:
            raise GatewayError("API_CONFIGURATION_ERROR") from None
        return HttpResponse(202), ""
    invocation = _invoked(call, target, event)
    call.log.append(f"Endpoint response body before transformations: {invocation.payload}")
    text = str((invocation.error or {}).get("errorMessage") or "")
    headers = (("Content-Type", JSON),)
    return HttpResponse(200, headers, invocation.payload.encode()), text


def _selected(call: Call, pattern_text: str) -> dict[str, Any]:
    """The integration response whose pattern matches all of the text, else that without one."""
    found = (call.integration.get("integrationResponses") or {}).values()
    default = None
    for response in found:
        pattern = response.get("selectionPattern")
        if not pattern:
            default = default or response
        elif pattern_text and _matches(str(pattern), pattern_text):
            return dict(response)
    if default is None:
        call.log.append("Execution failed: No match for output mapping and no default")
        raise GatewayError("API_CONFIGURATION_ERROR")
    return dict(default)


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return False


def _mapped_response(
    call: Call, received: HttpResponse, pattern_text: str, context: dict[str, Any]
) -> HttpResponse:
    """The integration's response through its integration response."""
    chosen = _selected(call, pattern_text)
    content_type, template = _response_template(call, chosen)
    body = received.body
    if template:
        text = templates.apply(call, template, body, context)
        body = text.encode("utf-8", "surrogatepass")
    handling = chosen.get("contentHandling")
    received_type = content_type if template else received.header("content-type")
    body = media.response_body(call, body, received_type, handling) if body else body
    headers = [("Content-Type", content_type)]
    for target, source in (chosen.get("responseParameters") or {}).items():
        value = parameters.response_value(call, str(source), received)
        values = value if isinstance(value, list) else [value]
        name = target.rpartition(".header.")[2]
        headers += [(name, parameters.text(one)) for one in values if one is not None]
    overrides = context.get("responseOverride") or {}
    for name, value in (overrides.get("header") or {}).items():
        headers.append((str(name), parameters.text(value)))
    response = HttpResponse(200, (headers[0],)).with_headers(*proxy.remapped(headers[1:]))
    return HttpResponse(_status(chosen, overrides), response.headers, body)


def _status(chosen: Mapping[str, Any], overrides: Mapping[str, Any]) -> int:
    try:
        return int(str(overrides["status"]))
    except (KeyError, ValueError):
        return int(chosen["statusCode"])


def _response_template(call: Call, chosen: Mapping[str, Any]) -> tuple[str, str | None]:
    """The template for what the client accepts, with its content type."""
    found = chosen.get("responseTemplates") or {}
    accepted = media.plain(call.request.header("accept"))
    if accepted in found:
        return accepted, found[accepted]
    if JSON in found or not found:
        return JSON, found.get(JSON)
    first = next(iter(found))
    return first, found[first]
