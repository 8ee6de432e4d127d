"""The trace: each AWS call of the learner's code, in the order in which the account saw it."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from labs.verdict import Call

MAX_CALLS = 5000
MAX_CUT = 200
NOT_SIMULATED = "NotSimulated"
# Host names that differ from the name one gives to boto3.client().
_BOTO3_NAMES = {"states": "stepfunctions", "monitoring": "cloudwatch", "email": "ses"}
DEFAULT_REGION = "us-east-1"
_REGION = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]{1,30})/")
_XML_CODE = re.compile(rb"<Code>([^<]{1,100})</Code>")


def describe(header: Mapping[str, Any], body: bytes) -> tuple[str, str]:
    """(service, operation) of a request, as boto3 and AWS name them.

    Read from what the account will obey, not from the label that the learner's process put on
    it: a request labelled GetItem that deletes is a DeleteItem. REST services carry no operation
    in the request, so there the label has to do.
    """
    host = urlsplit(str(header["url"])).hostname or ""
    labels = host.split(".")
    service = "s3" if "s3" in labels else labels[0]
    service = _BOTO3_NAMES.get(service, service)
    headers = {str(name).lower(): value for name, value in dict(header["headers"]).items()}
    if target := headers.get("x-amz-target"):
        return service, str(target).rpartition(".")[2]
    if "form-urlencoded" in str(headers.get("content-type")):
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])
        return service, action[0]
    return service, str(header["operation"])[:MAX_CUT]


def error_code(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """The AWS error code of a response ("ResourceNotFoundException"), or "" for a success."""
    if status < 400:
        return ""
    for name, value in headers.items():
        if name.lower() == "x-amzn-errortype":
            return value.partition(":")[0].rpartition("#")[2]
    if found := _XML_CODE.search(body):
        return found[1].decode("utf-8", "replace")
    try:
        kind = json.loads(body).get("__type", "")
    except (ValueError, AttributeError, RecursionError):
        kind = ""
    return str(kind).rpartition("#")[2] or str(status)


def region_of(header: Mapping[str, Any]) -> str:
    """The region that a request is signed for: "Credential=<key>/<date>/<region>/..."."""
    found = _REGION.search(str(header["headers"].get("Authorization", "")))
    return found[1] if found else DEFAULT_REGION


class Trace:
    """Collects calls up to a limit, past which nobody reads them."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self.regions: set[str] = set()

    def add(self, call: Call) -> None:
        if len(self._calls) < MAX_CALLS:
            self._calls.append(call)

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(self._calls)
