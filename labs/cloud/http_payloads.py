"""HTTP requests as Lambda functions get them, and what of a function's answer becomes HTTP.

Payload format 2.0 is that of HTTP APIs and of function URLs:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda
from labs.cloud.clock import clock

SOURCE_IP = "203.0.113.10"  # of whoever calls; an address for documentation
OWN_HEADERS = "x-coldstart-"  # what the account itself notes on a request
TEXT_TYPES = ("text/", "json", "xml", "javascript")

type Pairs = Sequence[tuple[str, str]]


class MalformedError(ValueError):
    """A function's answer is no HTTP response; the text says why."""


@dataclass(frozen=True)
class HttpRequest:
    """`path` and `query` are as they came, quoted; `headers` in their order, with their case."""

    method: str
    host: str
    path: str
    query: str = ""
    headers: Pairs = ()
    body: bytes = b""
    source_ip: str = SOURCE_IP

    def header(self, name: str) -> str | None:
        """A header's first value, by its name in any case."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, None)

    def parameters(self) -> list[tuple[str, str]]:
        """Those of the query, unquoted."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass(frozen=True)
class HttpResponse:
    status: int
    headers: Pairs = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next(found, None)

    def with_headers(self, *more: tuple[str, str]) -> "HttpResponse":
        """With these headers instead of those of the same names."""
        names = {name.lower() for name, _ in more}
        kept = [pair for pair in self.headers if pair[0].lower() not in names]
        return replace(self, headers=(*kept, *more))

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """As a route answers: a header with several values has them joined.

        Cookies cannot be; each stands in a line of its own, and gets a header of its own.
        """
        headers: dict[str, str] = {}
        names: dict[str, str] = {}
        for name, value in self.headers:
            known = names.setdefault(name.lower(), name)
            between = "\n" if name.lower() == "set-cookie" else ", "
            headers[known] = f"{headers[known]}{between}{value}" if known in headers else value
        return self.status, headers, self.body


def from_prepared(request: AWSPreparedRequest) -> HttpRequest:
    """A request of the learner's code, or of boto3."""
    url = urlsplit(request.url)
    body = request.body or b""
    if not isinstance(body, str | bytes | bytearray):
        body = body.read()
    return HttpRequest(
        request.method.upper(),
        url.hostname or "",
        url.path or "/",
        url.query,
        tuple(
            (str(name), _header_text(value))
            for name, value in request.headers.items()
            if not str(name).lower().startswith(OWN_HEADERS)
        ),
        body.encode() if isinstance(body, str) else bytes(body),
    )


def _header_text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def message(status: int, text: str, *, kind: str = "") -> HttpResponse:
    """`{"message": text}`, with `kind` as x-amzn-ErrorType."""
    headers = [("Content-Type", "application/json")]
    if kind:
        headers.append(("x-amzn-ErrorType", kind))
    body = json.dumps({"message": text}, separators=(",", ":"))
    return HttpResponse(status, tuple(headers), body.encode())


def request_time() -> str:
    """As contexts have it: 12/Mar/2020:19:03:58 +0000."""
    return clock.now().strftime("%d/%b/%Y:%H:%M:%S +0000")


def trace_header() -> str:
    """X-Amzn-Trace-Id of a request that comes in."""
    unique = moto_lambda.new_id().replace("-", "")[:24]
    return f"Root=1-{int(clock.millis() // 1000):08x}-{unique}"


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """`{name: "all,its,values"}`"""
    values = multiple(pairs)
    return {name: ",".join(found) for name, found in values.items()}


def multiple(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """`{name: [each value]}`"""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def forwarded(request: HttpRequest) -> list[tuple[str, str]]:
    """The headers that AWS adds to those of the client."""
    return [
        ("Host", request.host),
        ("X-Amzn-Trace-Id", trace_header()),
        ("X-Forwarded-For", request.source_ip),
        ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "https"),
    ]


def is_text(content_type: str | None) -> bool:
    """Whether a body of this type goes into an event as it is."""
    plain = (content_type or "").lower()
    return any(kind in plain for kind in TEXT_TYPES)


def body_fields(request: HttpRequest) -> dict[str, Any]:
    """`body` and `isBase64Encoded` of format 2.0; without a body only the latter."""
    if not request.body:
        return {"isBase64Encoded": False}
    if is_text(request.header("content-type")):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


@dataclass(frozen=True)
class Endpoint:
    """What of an event says where a request came in: an API's stage, or a function's URL."""

    api_id: str
    route_key: str = "$default"
    stage: str = "$default"
    path: str = "/"
    path_parameters: Mapping[str, str] = field(default_factory=dict)
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    authorizer: Mapping[str, Any] | None = None
    account: str = DEFAULT_ACCOUNT_ID


def event_2_0(request: HttpRequest, endpoint: Endpoint, request_id: str) -> dict[str, Any]:
    """The event of payload format 2.0."""
    lower = [(name.lower(), value) for name, value in request.headers]
    added = [(name.lower(), value) for name, value in forwarded(request)]
    known = {name for name, _ in added}
    headers = [pair for pair in lower if pair[0] not in known | {"cookie", "connection"}]
    headers += added
    cookies = [
        cookie.strip()
        for name, value in lower
        if name == "cookie"
        for cookie in value.split(";")
        if cookie.strip()
    ]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": endpoint.route_key,
        "rawPath": unquote(endpoint.path),
        "rawQueryString": request.query,
    }
    if cookies:
        event["cookies"] = cookies
    event["headers"] = dict(sorted(joined(headers).items()))
    if request.query:
        event["queryStringParameters"] = joined(request.parameters())
    event["requestContext"] = context_2_0(request, endpoint, request_id)
    if endpoint.path_parameters:
        event["pathParameters"] = dict(endpoint.path_parameters)
    if endpoint.stage_variables:
        event["stageVariables"] = dict(endpoint.stage_variables)
    return event | body_fields(request)


def context_2_0(request: HttpRequest, endpoint: Endpoint, request_id: str) -> dict[str, Any]:
    """`requestContext` of format 2.0."""
    context: dict[str, Any] = {"accountId": endpoint.account, "apiId": endpoint.api_id}
    if endpoint.authorizer is not None:
        context["authorizer"] = dict(endpoint.authorizer)
    return context | {
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": unquote(endpoint.path),
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request_id,
        "routeKey": endpoint.route_key,
        "stage": endpoint.stage,
        "time": request_time(),
        "timeEpoch": int(clock.millis()),
    }


def response_2_0(answer: Any, payload: str, *, default_type: str) -> HttpResponse:
    """What a function's answer of format 2.0 means; `payload` is the same as its JSON.

    Without a statusCode the whole answer is the body of a 200. `default_type` is the content
    type of one with a statusCode and without such a header.

    Raises:
        MalformedError: it has a statusCode, and is no response.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        body = answer if isinstance(answer, str) else payload
        return HttpResponse(200, (("Content-Type", "application/json"),), body.encode())
    headers = header_pairs(answer.get("headers"))
    headers += [("Set-Cookie", str(cookie)) for cookie in answer.get("cookies") or []]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", default_type))
    return HttpResponse(status_of(answer), tuple(headers), body_of(answer))


def status_of(answer: Mapping[str, Any]) -> int:
    """The statusCode, which may be a text.

    Raises:
        MalformedError: it is none.
    """
    status = answer.get("statusCode")
    try:
        number = int(str(status))
    except ValueError:
        raise MalformedError(f"statusCode {status!r} is no number") from None
    if isinstance(status, bool) or not 100 <= number <= 599:
        raise MalformedError(f"statusCode {status!r} is no status")
    return number


def header_pairs(headers: Any) -> list[tuple[str, str]]:
    """Those of an answer.

    Raises:
        MalformedError: they are none, or a value is a list or an object.
    """
    if headers is None:
        return []
    if not isinstance(headers, dict):
        raise MalformedError("headers is no object")
    return [(str(name), _plain(value)) for name, value in headers.items() if value is not None]


def _plain(value: Any) -> str:
    if isinstance(value, dict | list):
        raise MalformedError("a header is no text")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def body_of(answer: Mapping[str, Any]) -> bytes:
    """The body, decoded if the answer says so.

    Raises:
        MalformedError: it is no text, or not the base64 that it claims to be.
    """
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedError("body is no text")
    if answer.get("isBase64Encoded") is not True:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise MalformedError("body is not base64") from None
