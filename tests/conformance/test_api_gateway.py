"""REST APIs set up and called as in recordings of AWS."""

import base64
import json
import re
from typing import Any, cast
from urllib.parse import quote, urlencode

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from labs.cloud import routes
from labs.cloud.account import Account
from labs.cloud.guest import Guest, GuestError, Serve
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.cloud.missing import MissingError
from tests.conformance import FOLDER, Outcome, exceptions, read, surprises

CATEGORY = "API Gateway"
AGENT = (("User-Agent", "python-requests/2.32"), ("Accept-Encoding", "gzip, deflate"))
UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def _nobody(_serve: Serve, _memory_mb: int) -> Guest:
    raise GuestError("no learner's code runs here")


class Replay:
    """One recording, made again in an account of this process."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.account = Account(_nobody, seed=1)
        cast("Any", self.account.environments).invoke = self.invoke
        routes.add("echo", r"localhost|.*httpbin.*", echo)
        self.names: dict[str, str] = {}
        self.handlers: dict[str, Any] = {}

    def invoke(self, function: Any, event: str, **_options: Any) -> Invocation:
        handler = self.handlers[function.function_name]
        asked = json.loads(event)
        try:
            answer = json.loads(json.dumps(handler(asked, None)))
            return Invocation(function.function_name, asked, answer, None, cold=False)
        except Exception as error:
            fault = {"errorMessage": str(error), "errorType": type(error).__name__}
            return Invocation(function.function_name, asked, None, fault, cold=False)

    def run(self) -> list[Any]:
        """The responses to the recorded requests, None for those that cannot be made."""
        answers: dict[int, Any] = {}
        for number in range(len(self.case["calls"]) + 1):
            for index, request in enumerate(self.case["https"]):
                if request["at_call"] == number:
                    answers[index] = self.send(request)
            if number < len(self.case["calls"]):
                self.call(self.case["calls"][number])
        return [answers.get(index) for index in range(len(self.case["https"]))]

    def call(self, recorded: dict[str, Any]) -> None:
        client = boto3.client(recorded["service"], region_name="us-east-1")
        parameters = _decoded(self.renamed(recorded["params"]))
        try:
            answer = getattr(client, recorded["op"])(**parameters)
        except ClientError:
            return
        self.learn(recorded["response"], answer)

    def learn(self, recorded: Any, made: Any) -> None:
        """Note which ids stand for the recorded ones."""
        if isinstance(recorded, dict) and isinstance(made, dict):
            for key, value in recorded.items():
                self.learn(value, made.get(key))
        elif isinstance(recorded, list) and isinstance(made, list):
            for one, other in zip(recorded, made, strict=False):
                self.learn(one, other)
        elif isinstance(recorded, str) and isinstance(made, str) and recorded != made:
            self.names.setdefault(recorded, made)

    def renamed(self, value: Any) -> Any:
        text = json.dumps(value)
        for old in sorted(self.names, key=len, reverse=True):
            if len(old) > 5:
                text = text.replace(json.dumps(old)[1:-1], json.dumps(self.names[old])[1:-1])
        return json.loads(text)

    def send(self, recorded: dict[str, Any]) -> Any:
        request = self.renamed(recorded)
        host = f"{request['api_id']}.execute-api.us-east-1.amazonaws.com"
        path = quote(request["path"], safe="/?&=%:@+,;$!*'()~")
        headers, body = HTTPHeaders(), b""
        for name, value in (*AGENT, ("Accept", "*/*"), ("Connection", "keep-alive")):
            headers[name] = value
        if "json" in request:
            body = json.dumps(request["json"]).encode()
            headers["Content-Type"] = "application/json"
        elif isinstance(request.get("data"), dict):
            body = _bytes(request["data"])
        elif request.get("data") is not None:
            body = str(request["data"]).encode()
        if request.get("params"):
            path += ("&" if "?" in path else "?") + urlencode(request["params"], doseq=True)
        for name, value in (request.get("headers") or {}).items():
            del headers[name]
            headers[name] = str(value)
        url = f"https://{host}/{request['stage']}{path}"
        prepared = AWSPreparedRequest(request["method"], url, headers, body, False)
        route = routes.find(host)
        assert route
        try:
            return route.handler(prepared)
        except MissingError as error:
            return 501, {}, f"NotSimulated {error}".encode()


def echo(request: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes]:
    """The service for tests that stood behind the recorded HTTP integrations."""
    body = request.body or b""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    found = {
        "args": {},
        "data": body.decode("utf-8", "replace"),
        "headers": dict(request.headers.items()),
        "json": document,
        "method": request.method,
        "url": request.url,
    }
    return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()


def _bytes(value: dict[str, Any]) -> bytes:
    if "__b64__" in value:
        return base64.b64decode(value["__b64__"])
    return urlencode(value).encode()


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"__b64__"}:
            return base64.b64decode(value["__b64__"])
        return {key: _decoded(item) for key, item in value.items()}
    return [_decoded(item) for item in value] if isinstance(value, list) else value


def _found(expectation: dict[str, Any], answer: Any) -> Any:
    status, headers, body = answer
    part = expectation["part"]
    if part == "status":
        return status
    if part == "json":
        try:
            return json.loads(body)
        except ValueError:
            return f"no JSON: {body!r}"
    if part.startswith("header:"):
        names = {name.lower(): value for name, value in headers.items()}
        return names.get(part.partition(":")[2].lower())
    if part == "headers":
        return headers
    return str(body) if str(expectation["expected"]).startswith("b'") else body.decode()


def _alike(expected: Any, found: Any) -> bool:
    """Equal, but for masked ids."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return set(expected) == set(found) and all(
            _alike(value, found[key]) for key, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(found, list):
        return len(expected) == len(found) and all(map(_alike, expected, found))
    if isinstance(expected, str) and expected.startswith("<uuid:"):
        return isinstance(found, str) and UUID.fullmatch(found) is not None
    return bool(expected == found)


def run() -> list[Outcome]:
    outcomes = []
    for case in read("api_gateway_http.json"):
        answers = Replay(case).run()
        for number, expectation in enumerate(case["expect"]):
            answer = answers[expectation["http"]]
            found = _found(expectation, answer)
            is_same = _alike(expectation["expected"], found)
            name = f"{case['name']} {number} {expectation['key']} {expectation['part']}"
            difference = "" if is_same else f"{found!r} and not {expectation['expected']!r}"
            outcomes.append(Outcome(CATEGORY, name, difference))
    return outcomes


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="CONFORMANCE_DIR says where the recordings are")
@pytest.mark.usefixtures("moto")
def test_it_answers_as_aws_does() -> None:
    assert surprises(run(), exceptions("api_gateway")) == []
