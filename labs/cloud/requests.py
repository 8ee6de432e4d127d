"""What a request asks for, read from what the account will obey.

The learner's process puts a label on each request, and may lie: a request labelled GetItem that
deletes is a DeleteItem. So this reads it as moto does, with moto's router and parsers.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.awsrequest import AWSPreparedRequest
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict

from labs.cloud import routes
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
_SIGNER = re.compile(r"Credential=([^/\s]{1,128})/\d+/([a-z0-9-]{1,30})/")


@dataclass(frozen=True)
class Asked:
    """A request in AWS's words. `parameters` is JSON, cut; "" if they could not be read.

    `values` are the parameters as they are, {} if they could not be read; `access_key_id` is of
    whom signed, or "".
    """

    service: str
    operation: str
    parameters: str
    region: str
    values: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    access_key_id: str = field(default="", compare=False)


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


def read(request: AWSPreparedRequest) -> Asked:
    """What the request asks for. Where nothing in it names an operation of AWS, its HTTP method.

    Raises:
        ValueError: its URL is none.
    """
    url = urlsplit(request.url)
    if (route := routes.find(url.hostname or "")) and not route.is_api:
        named = f"{request.method} {url.path or '/'}"
        return Asked(route.service, named[:MAX_NAME], "", DEFAULT_REGION)
    service = _service(url.hostname or "", url.path)
    # A presigned URL says it in its query, with its slashes quoted.
    signed = f"{request.headers.get('Authorization', '')} {url.query.replace('%2F', '/')}"
    found = _SIGNER.search(signed)
    operation, parameters = str(request.method)[:MAX_NAME], ""
    values: dict[str, Any] = {}
    # moto's router and parsers raise whatever a hostile request leads them to; moto itself will.
    with suppress(Exception):
        asked = _request(service, request)
        model, uri = _operation(service, asked)
        operation = str(model.name)
        values = _parameters(model, uri, asked, request.body)
        parameters = as_text(values)
    key, region = found.groups() if found else ("", DEFAULT_REGION)
    return Asked(service, operation, parameters, region, values, key)


def _service(host: str, path: str) -> str:
    labels = host.split(".")
    name = "s3" if "s3" in labels else labels[0]
    if name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    return _BOTO3_NAMES.get(name, name)[:MAX_NAME]


def _request(service: str, request: AWSPreparedRequest) -> _Request:
    url = urlsplit(request.url)
    pairs = parse_qsl(url.query, keep_blank_values=True)
    if service != "s3" and "form-urlencoded" in str(request.headers.get("content-type")):
        form = request.body[:MAX_PARSED_BYTES].decode("utf-8", "replace")
        pairs = parse_qsl(form, keep_blank_values=True)
    return _Request(
        request.method,
        request.url,
        url.netloc,
        url.path or "/",
        MultiDict(pairs),
        request.headers,
    )


def _operation(service: str, asked: _Request) -> tuple[Any, dict[str, str]]:
    """botocore's model of the operation, and what the URL's path says of its parameters."""
    model = get_service_model(service)
    named = asked.args.get("Action") or asked.headers.get("x-amz-target", "").rpartition(".")[2]
    # S3 goes by method and address alone.
    if named and service != "s3":
        return model.operation_model(named), {}
    operation, uri = _router(service, model).match(asked)
    return operation, uri


def _parameters(
    operation: Any, uri: dict[str, str], asked: _Request, body: bytes
) -> dict[str, Any]:
    content_type = asked.headers.get("content-type")
    protocol = determine_request_protocol(operation.service_model, content_type)
    to_parse, left_out = _body(operation, asked.headers, body)
    parsed = PROTOCOL_PARSERS[protocol](operation, map_type=dict).parse(
        {
            "method": asked.method,
            "values": asked.args,
            "headers": asked.headers,
            "body": to_parse,
            "url_path": asked.raw_path,
            "url_params": uri,
        }
    )
    return {**parsed, **left_out}


def _router(service: str, model: Any) -> Any:
    return get_service_router(service)._get_router(str(model.protocol))


def _body(operation: Any, headers: Mapping[str, str], body: bytes) -> tuple[bytes, dict[str, str]]:
    """The body to parse, and what stands for one that is not parsed: {"Body": "<6 bytes>"}."""
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape else None
    if payload == "Body" and shape.members[payload].type_name == "blob":
        # As S3 clients send it, a body has lines between its parts.
        length = int(headers.get("x-amz-decoded-content-length", len(body)))
        return b"", {"Body": size(length)} if length else {}
    if len(body) > MAX_PARSED_BYTES:
        return b"", {"(body)": size(len(body))}
    return body, {}
