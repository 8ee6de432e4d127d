"""What a request asks for, read from what the account will obey.

The learner's process puts a label on each request, and may lie: a request labelled GetItem that
deletes is a DeleteItem. So this reads it as moto does, with moto's router and parsers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict

from labs.cloud.parameters import as_text, size
from labs.cloud.trace import DEFAULT_REGION

MAX_NAME = 100
MAX_PARSED_BYTES = 1_000_000
# Host names that differ from the name that one gives to boto3.client().
_BOTO3_NAMES = {
    "states": "stepfunctions",
    "sync-states": "stepfunctions",
    "streams": "dynamodbstreams",
    "monitoring": "cloudwatch",
    "email": "ses",
}
_REGION = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]{1,30})/")
_OPERATION = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(frozen=True)
class Asked:
    """A request in AWS's words. `parameters` is JSON, cut; empty if they could not be read."""

    service: str
    operation: str
    parameters: str
    region: str


@dataclass(frozen=True)
class _Request:
    """As much of a request as moto's router and parsers look at; theirs takes 60 microseconds."""

    method: str
    url: str
    host: str
    raw_path: str
    args: MultiDict[str, str]
    headers: Mapping[str, str]


def warm(service: str) -> None:
    """Load what reading a service's requests takes, as long as a few calls."""
    model = get_service_model(service)
    if str(model.protocol).startswith("rest"):
        _router(service, model)


def read(request: AWSPreparedRequest, label: str) -> Asked:
    """What the request asks for; `label` is the operation as its sender calls it.

    The label counts only where nothing in the request names an operation that AWS has.

    Raises:
        ValueError: its URL is none.
    """
    url = urlsplit(request.url)
    service = _service(url.hostname or "", url.path)
    authorization = str(request.headers.get("Authorization", ""))
    found = _REGION.search(authorization)
    region = found[1] if found else DEFAULT_REGION
    form = _form(request)
    named = str(request.headers.get("x-amz-target", "")).rpartition(".")[2] or form.get("Action")
    try:
        operation, parameters = _parsed(service, request, named, form)
    except Exception:
        # moto's parsers raise whatever a hostile body leads them to; moto will refuse it as well.
        return Asked(service, _name(named or label), "", region)
    return Asked(service, operation, as_text(parameters), region)


def _service(host: str, path: str) -> str:
    labels = host.split(".")
    name = "s3" if "s3" in labels else labels[0]
    if name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    return _BOTO3_NAMES.get(name, name)[:MAX_NAME]


def _form(request: AWSPreparedRequest) -> dict[str, str]:
    if "form-urlencoded" not in str(request.headers.get("content-type")):
        return {}
    pairs = parse_qsl(
        request.body[:MAX_PARSED_BYTES].decode("utf-8", "replace"), keep_blank_values=True
    )
    return dict(pairs)


def _parsed(
    service: str, request: AWSPreparedRequest, named: str | None, form: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    model = get_service_model(service)
    url = urlsplit(request.url)
    args = MultiDict(form or parse_qsl(url.query, keep_blank_values=True))
    asked = _Request(
        request.method, request.url, url.netloc, url.path or "/", args, request.headers
    )
    if named:
        operation, uri = model.operation_model(named), {}
    else:
        operation, uri = _router(service, model).match(asked)
    body, left_out = _body(request, operation)
    protocol = determine_request_protocol(model, request.headers.get("content-type"))
    parser = PROTOCOL_PARSERS[protocol](operation, map_type=dict)
    parsed = parser.parse(
        {
            "method": asked.method,
            "values": form or args,
            "headers": asked.headers,
            "body": body,
            "url_path": asked.raw_path,
            "url_params": uri,
        }
    )
    return operation.name, {**parsed, **left_out}


def _router(service: str, model: Any) -> Any:
    return get_service_router(service)._get_router(str(model.protocol))


def _body(request: AWSPreparedRequest, operation: Any) -> tuple[bytes, dict[str, str]]:
    """The body to parse, and what stands for one that is not parsed: {"Body": "<6 bytes>"}."""
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape else None
    length = len(request.body)
    if payload and shape.members[payload].type_name == "blob" and payload == "Body":
        # As S3 clients send it, a body has lines between its parts.
        length = int(request.headers.get("x-amz-decoded-content-length", length))
        return b"", {"Body": size(length)} if length else {}
    if length > MAX_PARSED_BYTES:
        return b"", {"(body)": size(length)}
    return request.body, {}


def _name(text: str) -> str:
    """An operation's name, or nothing: it goes into reports, and comes from the sender."""
    return text[:MAX_NAME] if _OPERATION.fullmatch(text) else ""
