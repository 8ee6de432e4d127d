"""Parameter mappings: "integration.request.header.X": "method.request.querystring.y".

https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
"""

import json
from collections.abc import Mapping
from typing import Any

from labs.cloud.http_payloads import HttpResponse, multiple
from labs.cloud.services.api_gateway import documents
from labs.cloud.services.api_gateway.rest.call import Call


def text(value: Any) -> str:
    """A mapped value as a header or a query has it."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def request_value(call: Call, source: str, context: Mapping[str, Any] | None = None) -> Any:
    """What a mapping's source names in the request, None if there is nothing."""
    if source[:1] == "'" and source[-1:] == "'" and len(source) > 1:
        return source[1:-1]
    place, _, name = source.partition(".")
    if place == "stageVariables":
        return call.stage_variables.get(name)
    if place == "context":
        return documents.walk(context or call.context(), name)
    if not source.startswith("method.request."):
        return None
    kind, _, name = source.removeprefix("method.request.").partition(".")
    if kind == "body":
        return documents.select(
            call.request.body, f"${'.' if name[:1] != '[' else ''}{name}" if name else "$"
        )
    return _from_request(call, kind, name)


def _from_request(call: Call, kind: str, name: str) -> Any:
    if kind == "path":
        return call.path_parameters.get(name)
    queries = multiple(call.request.parameters()).get(name, [])
    headers = [value for key, value in call.request.headers if key.lower() == name.lower()]
    match kind:
        case "querystring":
            return queries[-1] if queries else None
        case "multivaluequerystring":
            return queries or None
        case "header":
            return headers[-1] if headers else None
        case "multivalueheader":
            return headers or None
    return None


def response_value(call: Call, source: str, response: HttpResponse) -> Any:
    """What a mapping's source names in the integration's response."""
    if not source.startswith("integration.response."):
        return request_value(call, source)
    kind, _, name = source.removeprefix("integration.response.").partition(".")
    if kind == "body":
        path = f"${'.' if name[:1] != '[' else ''}{name}" if name else "$"
        return documents.select(response.body, path)
    found = [value for key, value in response.headers if key.lower() == name.lower()]
    if kind == "header":
        return found[-1] if found else None
    return found or None


def mapped(call: Call, kind: str) -> list[tuple[str, Any]]:
    """All that the integration maps into "header", "querystring" or "path"."""
    prefix = f"integration.request.{kind}."
    found = []
    for target, source in (call.integration.get("requestParameters") or {}).items():
        if not target.startswith(prefix):
            continue
        value = request_value(call, source)
        name = target.removeprefix(prefix)
        values = value if isinstance(value, list) else [value]
        found += [(name, text(one)) for one in values if one is not None]
    return found
