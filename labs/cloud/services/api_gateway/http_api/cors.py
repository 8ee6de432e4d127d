"""CORS as an HTTP API has it configured.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from collections.abc import Mapping
from typing import Any

from labs.cloud.http_payloads import HttpRequest, HttpResponse


def preflight(cors: Mapping[str, Any], request: HttpRequest) -> HttpResponse | None:
    """The answer to a preflight request, None if it is none."""
    asked = request.header("access-control-request-method")
    if request.method != "OPTIONS" or asked is None or request.header("origin") is None:
        return None
    headers = _headers(cors, request)
    methods = [str(method).upper() for method in cors.get("allowMethods") or []]
    if headers and methods:
        headers.append(("access-control-allow-methods", ",".join(methods)))
    if headers and cors.get("allowHeaders"):
        headers.append(("access-control-allow-headers", ",".join(cors["allowHeaders"])))
    if headers and cors.get("maxAge") is not None:
        headers.append(("access-control-max-age", str(cors["maxAge"])))
    return HttpResponse(204, tuple(headers))


def applied(cors: Mapping[str, Any], request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with the configured headers instead of its own."""
    kept = tuple(
        pair for pair in response.headers if not pair[0].lower().startswith("access-control-")
    )
    headers = _headers(cors, request)
    if headers and cors.get("exposeHeaders"):
        headers.append(("access-control-expose-headers", ",".join(cors["exposeHeaders"])))
    return HttpResponse(response.status, kept, response.body).with_headers(*headers)


def _headers(cors: Mapping[str, Any], request: HttpRequest) -> list[tuple[str, str]]:
    """Those about the origin, none if it may not."""
    origin = request.header("origin")
    allowed = [str(one) for one in cors.get("allowOrigins") or []]
    if origin is None or not _fits(origin, allowed):
        return []
    shown = "*" if "*" in allowed else origin
    headers = [("access-control-allow-origin", shown)]
    if cors.get("allowCredentials"):
        headers.append(("access-control-allow-credentials", "true"))
    return headers


def _fits(origin: str, allowed: list[str]) -> bool:
    """An origin by itself, or of a scheme: "https://*"."""
    return any(
        one in ("*", origin) or (one.endswith("*") and origin.startswith(one[:-1]))
        for one in allowed
    )
