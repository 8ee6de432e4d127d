"""Function URLs: HTTPS requests that invoke a function.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html and
https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: since October 2025 a caller needs
lambda:InvokeFunctionUrl and lambda:InvokeFunction.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda, moto_lambda_policy, moto_lambda_urls, routes
from labs.cloud.http_payloads import (
    Endpoint,
    HttpRequest,
    HttpResponse,
    MalformedError,
    event_2_0,
    from_prepared,
    response_2_0,
)
from labs.cloud.iam.evaluator import Guard, Identity, evaluate
from labs.cloud.iam.statements import Principal, Request
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError
from labs.cloud.service_calls import noted
from labs.cloud.simulation import current

HOST = r"[a-z0-9]{32}\.lambda-url\.[a-z0-9-]+\.on\.aws"
SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/[a-z0-9-]+/([a-z0-9-]+)/aws4_req")
JSON_TYPE = ("Content-Type", "application/json")
FORBIDDEN = HttpResponse(
    403,
    (JSON_TYPE, ("x-amzn-ErrorType", "AccessDeniedException")),
    json.dumps({"Message": "Forbidden"}).encode(),
)
NOT_FOUND = HttpResponse(404, (JSON_TYPE,), json.dumps({"Message": None}).encode())
BAD_GATEWAY = HttpResponse(502, (("Content-Type", "text/plain"),), b"Internal Server Error")
THROTTLED = HttpResponse(
    429,
    (JSON_TYPE, ("x-amzn-ErrorType", "TooManyRequestsException")),
    json.dumps(
        {
            "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
            "Type": "User",
            "message": "Rate Exceeded.",
        }
    ).encode(),
)

type Config = Mapping[str, Any]


def patch() -> None:
    """Answer at the addresses of function URLs."""
    moto_lambda_urls.patch()
    routes.add("lambda-url", HOST, answer)


def answer(prepared: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes]:
    """What a request to such an address gets."""
    request = from_prepared(prepared)
    return respond(request).answer()


def respond(request: HttpRequest) -> HttpResponse:
    """As `answer`, in our own types."""
    config = moto_lambda_urls.find(request.host)
    if config is None:
        return NOT_FOUND
    cors = config.get("Cors") or {}
    origin = request.header("origin")
    if cors and origin and request.method == "OPTIONS":
        return _preflight(cors, request, origin)
    response = _invoked(config, request)
    return response.with_headers(*_cors_headers(cors, origin)) if cors and origin else response


def _invoked(config: Config, request: HttpRequest) -> HttpResponse:
    key = _access_key(request)
    if not _lets_in(config, key):
        return FORBIDDEN
    arn = str(config["FunctionArn"])
    function = moto_lambda.function(arn)
    if function is None:
        return NOT_FOUND
    event = json.dumps(_event(config, request, key))
    try:
        invocation = _run(function, event, arn)
    except ThrottledError:
        return THROTTLED
    if invocation.error is not None:
        return BAD_GATEWAY
    try:
        return response_2_0(
            invocation.response, invocation.payload, default_type="application/json"
        )
    except MalformedError:
        return BAD_GATEWAY


def _run(function: Any, event: str, arn: str) -> Invocation:
    parameters = {"FunctionName": arn, "Payload": event}
    with noted(f"url of {function.function_name}", "lambda", "Invoke", parameters):
        return current().environments.invoke(function, event, arn=arn)


def _event(config: Config, request: HttpRequest, key: str) -> dict[str, Any]:
    """Of payload format 2.0; `key` is the access key of whoever signed the request, or ""."""
    signer = None
    if config["AuthType"] == "AWS_IAM":
        signer = {
            "iam": {
                "accessKey": key,
                "accountId": DEFAULT_ACCOUNT_ID,
                "callerId": key,
                "cognitoIdentity": None,
                "principalOrgId": None,
                "userArn": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:root",
                "userId": key,
            }
        }
    endpoint = Endpoint(
        request.host.partition(".")[0],
        path=request.path,
        authorizer=signer,
        account=DEFAULT_ACCOUNT_ID if signer else "anonymous",
    )
    return event_2_0(request, endpoint, moto_lambda.new_id())


def _access_key(request: HttpRequest) -> str:
    """The access key with which the request is signed for Lambda, or ""."""
    if found := SIGNED.match(request.header("authorization") or ""):
        return found[1] if found[2] == "lambda" else ""
    asked = dict(request.parameters())
    scope = asked.get("X-Amz-Credential", "").split("/")
    is_signed = "X-Amz-Signature" in asked and len(scope) == 5 and scope[3] == "lambda"
    return scope[0] if is_signed else ""


def _lets_in(config: Config, key: str) -> bool:
    """Whoever signs is this account; others need the function's policy."""
    if config["AuthType"] == "AWS_IAM":
        return bool(key)
    if not current().checks_permissions:
        return True
    arn = str(config["FunctionArn"])
    function = moto_lambda.function(arn)
    policy = {"Statement": moto_lambda_policy.statements(function, arn) if function else []}
    context = {"lambda:functionurlauthtype": "NONE", "lambda:invokedviafunctionurl": "true"}
    public = Principal()
    asked = (
        Request(public, action, arn, context)
        for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
    )
    return all(evaluate(each, Identity(public), Guard(policy)).is_allowed for each in asked)


def _preflight(cors: Config, request: HttpRequest, origin: str) -> HttpResponse:
    """Lambda answers it alone."""
    headers = _cors_headers(cors, origin)
    method = request.header("access-control-request-method") or ""
    if headers and _allows(cors.get("AllowMethods"), method):
        headers += _listed("Access-Control-Allow-Methods", cors.get("AllowMethods"))
        headers += _listed("Access-Control-Allow-Headers", cors.get("AllowHeaders"))
        if cors.get("MaxAge"):
            headers.append(("Access-Control-Max-Age", str(cors["MaxAge"])))
    return HttpResponse(200, tuple(headers))


def _cors_headers(cors: Config, origin: str) -> list[tuple[str, str]]:
    """None for an origin that may not read the answer."""
    if not _allows(cors.get("AllowOrigins"), origin):
        return []
    anyone = "*" in cors["AllowOrigins"] and not cors.get("AllowCredentials")
    headers = [("Access-Control-Allow-Origin", "*" if anyone else origin)]
    if not anyone:
        headers.append(("Vary", "Origin"))
    if cors.get("AllowCredentials"):
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return headers + _listed("Access-Control-Expose-Headers", cors.get("ExposeHeaders"))


def _allows(listed: Any, value: str) -> bool:
    return bool(listed) and ("*" in listed or value in listed)


def _listed(name: str, values: Any) -> list[tuple[str, str]]:
    return [(name, ",".join(values))] if values else []
