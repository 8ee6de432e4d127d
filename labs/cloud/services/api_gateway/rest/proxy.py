"""Lambda proxy integration: payload format 1.0, and what a function's answer means.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from labs.cloud import moto_lambda
from labs.cloud.http_payloads import (
    HttpResponse,
    MalformedError,
    body_of,
    forwarded,
    multiple,
    status_of,
)
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.services.api_gateway.rest import media
from labs.cloud.services.api_gateway.rest.call import Call

ANSWER_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
REMAPPED = {
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "server",
    "user-agent",
    "www-authenticate",
}
LEFT_OUT = {"transfer-encoding", "te", "trailer", "upgrade"}
DROPPED = {"connection", "content-length", "transfer-encoding", "host", "x-amzn-trace-id"}


def event(call: Call) -> dict[str, Any]:
    """The event of payload format 1.0."""
    headers = request_headers(call)
    queries = call.request.parameters()
    is_binary = media.is_binary(call, call.request.header("content-type"))
    body: str | None = None
    if call.request.body:
        raw = call.request.body
        body = base64.b64encode(raw).decode() if is_binary else raw.decode("utf-8", "replace")
    return {
        "resource": call.resource.path,
        "path": unquote(call.path),
        "httpMethod": call.request.method,
        "headers": dict(headers) or None,
        "multiValueHeaders": multiple(headers) or None,
        "queryStringParameters": dict(queries) or None,
        "multiValueQueryStringParameters": multiple(queries) or None,
        "pathParameters": call.path_parameters or None,
        "stageVariables": call.stage_variables or None,
        "requestContext": call.context(),
        "body": body,
        "isBase64Encoded": bool(body) and is_binary,
    }


def request_headers(call: Call) -> list[tuple[str, str]]:
    """The client's headers and those that the way to the API adds, sorted as they arrive."""
    if call.is_test:
        return list(call.request.headers)
    kept = [pair for pair in call.request.headers if pair[0].lower() not in DROPPED]
    added = forwarded(call.request)
    if call.api.is_edge:
        added += _edge(call)
    return sorted(kept + added, key=lambda pair: pair[0].lower())


def _edge(call: Call) -> list[tuple[str, str]]:
    """What CloudFront adds in front of an edge-optimised API."""
    unique = moto_lambda.new_id().replace("-", "")
    return [
        ("CloudFront-Forwarded-Proto", "https"),
        ("CloudFront-Is-Desktop-Viewer", "true"),
        ("CloudFront-Is-Mobile-Viewer", "false"),
        ("CloudFront-Is-SmartTV-Viewer", "false"),
        ("CloudFront-Is-Tablet-Viewer", "false"),
        ("CloudFront-Viewer-ASN", "64496"),
        ("CloudFront-Viewer-Country", "US"),
        ("Via", f"1.1 {unique}.cloudfront.net (CloudFront)"),
        ("X-Amz-Cf-Id", base64.urlsafe_b64encode(unique.encode()).decode()),
    ]


def remapped(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of an integration's response, those of the connection under other names.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    return [
        (f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name, value)
        for name, value in headers
        if name.lower() not in LEFT_OUT
    ]


def response(call: Call, invocation: Invocation) -> HttpResponse:
    """What a function's answer means.

    Raises:
        MalformedError: it is no response, or the function failed.
    """
    answer = invocation.response
    if invocation.error is not None or not isinstance(answer, dict):
        raise MalformedError("Malformed Lambda proxy response")
    if set(answer) - ANSWER_KEYS:
        raise MalformedError(f"unknown: {', '.join(sorted(map(str, set(answer) - ANSWER_KEYS)))}")
    status = status_of({"statusCode": 200} | {k: v for k, v in answer.items() if v is not None})
    headers = remapped(_headers(answer))
    accepts_binary = media.is_binary(call, call.request.header("accept"))
    # Else the text stays as it is, base64 and all.
    is_encoded = answer.get("isBase64Encoded") is True and accepts_binary
    body = body_of({"body": answer.get("body"), "isBase64Encoded": is_encoded})
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return HttpResponse(status, tuple(headers), body)


def _headers(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Of a header in both places that of multiValueHeaders counts."""
    single = answer.get("headers") or {}
    multi = answer.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        raise MalformedError("headers is no object")
    found: list[tuple[str, str]] = []
    several = {str(name).lower() for name in multi}
    for name, value in single.items():
        if str(name).lower() not in several:
            found.append((str(name), _text(value)))
    for name, values in multi.items():
        if not isinstance(values, list):
            raise MalformedError(f"multiValueHeaders.{name} is no list")
        found += [(str(name), _text(value)) for value in values]
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    if not isinstance(value, str):
        raise MalformedError("a header is no text")
    return value
