"""Requests that an API sends to AWS's services, as HTTP: that is how integrations are written.

https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-request-basic-setup.html
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode
from xml.etree.ElementTree import ParseError

import botocore.parsers
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from labs.cloud import moto_lambda, moto_seams, requests
from labs.cloud.clock import clock
from labs.cloud.http_payloads import HttpResponse
from labs.cloud.missing import MissingError
from labs.cloud.service_calls import noted
from labs.cloud.simulation import current
from labs.cloud.trace import CONNECTION_CLOSED, error_code
from labs.cloud.wiring import targets

URI = re.compile(
    r"arn:aws[a-z-]*:apigateway:(?P<region>[^:]*):(?P<service>[^:]+):(?P<kind>path|action)/?(?P<rest>.*)",
    re.DOTALL,
)
BOTO3_NAMES = {"states": "stepfunctions", "sync-states": "stepfunctions", "email": "ses"}
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Outgoing:
    """What an integration asks of a service; `service` is a host's first part ("states")."""

    region: str
    service: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes


def outgoing(
    uri: str,
    method: str,
    query: tuple[tuple[str, str], ...],
    headers: Mapping[str, str],
    body: bytes,
) -> Outgoing:
    """A request to the URI of an AWS integration.

    Raises:
        MissingError: it is none that we know.
    """
    found = URI.fullmatch(uri)
    if not found:
        raise MissingError(f"with the integration URI {uri[:200]}")
    region, service, rest = found["region"], found["service"], found["rest"]
    if found["kind"] == "path":
        path, _, own = rest.partition("?")
        query = (*parse_qsl(own, keep_blank_values=True), *query)
        path = f"/{path.lstrip('/')}"
        return Outgoing(region, service, method, path, query, headers, body)
    action, _, own = rest.partition("&")
    query = (*parse_qsl(own, keep_blank_values=True), *query)
    model = _model(service)
    if service == "sqs" or model.protocol in ("query", "ec2"):
        return _by_query(Outgoing(region, service, "POST", "/", query, headers, body), action)
    if model.protocol != "json":
        raise MissingError(f"by an action of {service}, as {action}")
    named = {
        "X-Amz-Target": f"{model.metadata['targetPrefix']}.{action}",
        "Content-Type": f"application/x-amz-json-{model.metadata['jsonVersion']}",
    }
    kept = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return Outgoing(region, service, "POST", "/", query, {**kept, **named}, body)


def _by_query(asked: Outgoing, action: str) -> Outgoing:
    """An action with its parameters, wherever they stand, as a form."""
    pairs = [*asked.query]
    kind = next((v for k, v in asked.headers.items() if k.lower() == "content-type"), "")
    if FORM in kind or asked.body.startswith(b"Action="):
        pairs += parse_qsl(asked.body.decode("utf-8", "replace"), keep_blank_values=True)
    form = {"Action": action, "Version": str(_model(asked.service).api_version), **dict(pairs)}
    headers = {k: v for k, v in asked.headers.items() if k.lower() != "content-type"}
    body = urlencode(form).encode()
    return Outgoing(
        asked.region, asked.service, "POST", "/", (), {**headers, "Content-Type": FORM}, body
    )


def _model(service: str) -> Any:
    return get_service_model(BOTO3_NAMES.get(service, service))


def send(made_by: str, asked: Outgoing) -> HttpResponse:
    """The service's answer; the call stands in the trace as `made_by`'s.

    Raises:
        MissingError: the operation is not simulated.
    """
    request = _request(asked)
    read = requests.read(request)
    request.headers[moto_seams.READ_AS] = read.operation
    answers: list[HttpResponse] = []
    try:
        with noted(made_by, read.service, read.operation, _shown(read.parameters)):
            answers.append(_answered(request, read))
            _note_error(answers[0], read.operation)
    except ClientError as error:
        if not answers:
            return _failed(error)
    return _as_json(asked, read.operation, answers[0])


def _request(asked: Outgoing) -> AWSPreparedRequest:
    host = f"{asked.service}.{asked.region}.amazonaws.com"
    query = urlencode(asked.query, quote_via=quote)
    url = f"https://{host}{quote(asked.path, safe='/%:@~+,;=$!*()')}{'?' if query else ''}{query}"
    headers = HTTPHeaders()
    for name, value in asked.headers.items():
        headers[name] = value
    scope = f"{clock.now():%Y%m%d}/{asked.region}/{asked.service.rpartition('.')[2]}/aws4_request"
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=FOOBARKEY/{scope}, SignedHeaders=host, Signature=0"
    )
    headers["X-Amz-Date"] = f"{clock.now():%Y%m%dT%H%M%SZ}"
    if "content-length" not in {name.lower() for name in asked.headers}:
        headers["Content-Length"] = str(len(asked.body))
    return AWSPreparedRequest(asked.method, url, headers, asked.body, False)


def _answered(request: AWSPreparedRequest, read: requests.Asked) -> HttpResponse:
    """With the faults of the lab."""
    hit = current().faults.of_call(read.service, read.operation, read.values)
    hit.happen_before()
    clock.advance(hit.delay_ns)
    if hit.error:
        header, body = hit.error
        return HttpResponse(header["status"], tuple(header["headers"].items()), body)
    answer = moto_seams.process(request)
    if answer is None or (answer[0] == 404 and answer[2] == b"Not yet implemented"):
        raise MissingError(f"({read.service}.{read.operation})")
    if hit.lost:
        raise targets.refused(read.operation, CONNECTION_CLOSED, "A fault of the lab.", 0)
    status, headers, body = answer
    return HttpResponse(status, tuple(headers.items()), body)


def _note_error(response: HttpResponse, operation: str) -> None:
    if response.status >= 400:
        code = error_code(response.status, dict(response.headers), response.body)
        raise targets.refused(operation, code, "", response.status)


def _failed(error: ClientError) -> HttpResponse:
    body = json.dumps({"message": str(error)}).encode()
    return HttpResponse(500, (("Content-Type", "application/json"),), body)


def _shown(parameters: str) -> dict[str, Any]:
    try:
        found = json.loads(parameters or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _as_json(asked: Outgoing, operation: str, response: HttpResponse) -> HttpResponse:
    """Services of the query protocol answer an API in JSON, which it asks for.

    {"SendMessageResponse": {"SendMessageResult": {...}, "ResponseMetadata": {...}}}
    """
    wants_xml = "xml" in str(asked.headers.get("Accept", ""))
    protocol = str(_protocol(asked.service))
    if protocol == "json" and response.body.startswith(b"{"):
        return HttpResponse(response.status, response.headers, _compact(response.body))
    is_query = asked.service == "sqs" or protocol == "query"
    if not is_query or wants_xml or not response.body.lstrip().startswith(b"<"):
        return response
    model = _model(asked.service).operation_model(operation)
    try:
        parsed = botocore.parsers.QueryParser().parse(
            {
                "status_code": response.status,
                "headers": dict(response.headers),
                "body": response.body,
            },
            _with_wrapper(model, operation),
        )
    except (botocore.parsers.ResponseParserError, ParseError):
        return response
    parsed.pop("ResponseMetadata", None)
    metadata = {"RequestId": moto_lambda.new_id()}
    if response.status >= 400:
        document: dict[str, Any] = {"Error": parsed.get("Error", {}), **metadata}
    else:
        result = {f"{operation}Result": parsed} if parsed else {}
        document = {f"{operation}Response": {**result, "ResponseMetadata": metadata}}
    body = json.dumps(document, separators=(",", ":"), default=str).encode()
    return HttpResponse(response.status, response.headers, body).with_headers(
        ("Content-Type", "application/json")
    )


def _compact(body: bytes) -> bytes:
    """JSON as AWS's services write it, without spaces."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _protocol(service: str) -> Any:
    try:
        return _model(service).protocol
    except Exception:  # moto's loader raises what it likes for no service
        return ""


def _with_wrapper(model: Any, operation: str) -> Any:
    """The output shape, which says of query services that a result stands in an element."""
    shape = model.output_shape
    if shape is not None and "resultWrapper" not in shape.serialization:
        shape.serialization["resultWrapper"] = f"{operation}Result"
    return shape
