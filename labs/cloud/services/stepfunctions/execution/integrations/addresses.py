"""HTTP requests that a state machine makes to what this account answers: an API, a function URL.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html and
https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
"""

import http
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import routes, service_calls
from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.language.errors import StatesError


def invoke_api(made_by: str, arguments: Any) -> dict[str, Any]:
    """apigateway:invoke."""
    endpoint = str(arguments["ApiEndpoint"])
    parts = [arguments.get("Stage", ""), str(arguments.get("Path", "")).lstrip("/")]
    path = "/".join(part for part in parts if part)
    status, told = _answered(made_by, f"https://{endpoint}/{path}", arguments)
    if status >= http.HTTPStatus.BAD_REQUEST:
        raise StatesError(f"ApiGateway.{status}", _text(told["ResponseBody"]))
    return told


def invoke_http(made_by: str, arguments: Any) -> dict[str, Any]:
    """http:invoke."""
    status, told = _answered(made_by, str(arguments["ApiEndpoint"]), arguments)
    if status >= http.HTTPStatus.BAD_REQUEST:
        raise StatesError(f"States.Http.StatusCode.{status}", _text(told["ResponseBody"]))
    return told


def _answered(made_by: str, url: str, arguments: Any) -> tuple[int, dict[str, Any]]:
    route = routes.find(urlsplit(url).hostname or "")
    if route is None:
        raise MissingError(f"(a request to {urlsplit(url).hostname})")
    request = _request(url, arguments)
    operation = f"{request.method} {urlsplit(url).path or '/'}"
    with service_calls.noted(made_by, route.service, operation, {}) as answer:
        answered = route.handler(request)
        if answered is None:
            raise MissingError(f"(a request to {urlsplit(url).hostname})")
        status, headers, body = answered
        answer["ResponseMetadata"] = {"HTTPStatusCode": status}
    text = body.decode("utf-8", "replace")
    told = {
        "Headers": {key: [value] for key, value in headers.items()},
        "ResponseBody": _decoded(text),
        "StatusCode": status,
        "StatusText": http.HTTPStatus(status).phrase,
    }
    return status, told


def _request(url: str, arguments: Any) -> AWSPreparedRequest:
    query = {key: _listed(value) for key, value in arguments.get("QueryParameters", {}).items()}
    address = f"{url}?{urlencode(query, doseq=True)}" if query else url
    headers = HTTPHeaders()
    headers["Host"] = urlsplit(url).netloc
    for name, value in arguments.get("Headers", {}).items():
        headers[name] = ", ".join(map(str, _listed(value)))
    body = arguments.get("RequestBody")
    if body is not None and "content-type" not in headers:
        headers["Content-Type"] = "application/json"
    data = b"" if body is None else (body if isinstance(body, str) else as_json(body)).encode()
    return AWSPreparedRequest(str(arguments["Method"]), address, headers, data, False)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(value: Any) -> str:
    return value if isinstance(value, str) else as_json(value)
