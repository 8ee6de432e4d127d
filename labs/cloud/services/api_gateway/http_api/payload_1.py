"""Payload format 1.0 of HTTP APIs: like that of REST APIs, but for some of its fields.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from typing import Any

from labs.cloud.http_payloads import (
    HttpResponse,
    MalformedError,
    body_fields,
    body_of,
    forwarded,
    header_pairs,
    multiple,
    status_of,
)
from labs.cloud.services.api_gateway.http_api.call import Call

# Of whoever signs a request, as none does.
IDENTITY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)


def event(call: Call) -> dict[str, Any]:
    headers = [pair for pair in call.request.headers if pair[0].lower() != "host"]
    headers += forwarded(call.request)
    queries = call.request.parameters()
    sent = body_fields(call.request)
    _, _, pattern = call.route_key.partition(" ")
    return {
        "version": "1.0",
        "resource": pattern or call.route_key,
        "path": call.context()["path"],
        "httpMethod": call.request.method,
        "headers": dict(headers),
        "multiValueHeaders": multiple(headers),
        "queryStringParameters": dict(queries) or None,
        "multiValueQueryStringParameters": multiple(queries) or None,
        "requestContext": context(call),
        "pathParameters": call.path_parameters or None,
        "stageVariables": call.stage_variables or None,
        "body": sent.get("body"),
        "isBase64Encoded": sent["isBase64Encoded"],
    }


def context(call: Call) -> dict[str, Any]:
    found = call.context()
    authorizer = call.authorizer or {}
    return {
        **found,
        "authorizer": authorizer.get("lambda", authorizer),
        "extendedRequestId": call.request_id,
        "identity": {**dict.fromkeys(IDENTITY), **found["identity"]},
        "resourceId": None,
        "resourcePath": call.route_key.partition(" ")[2] or call.route_key,
    }


def response(answer: Any) -> HttpResponse:
    """What a function's answer means.

    Raises:
        MalformedError: it has no statusCode, or is no response.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        raise MalformedError("there is no statusCode")
    several = answer.get("multiValueHeaders") or {}
    names = {str(name).lower() for name in several}
    headers = [
        pair for pair in header_pairs(answer.get("headers")) if pair[0].lower() not in names
    ]
    for name, values in several.items():
        headers += [(str(name), str(value)) for value in values]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "text/plain; charset=utf-8"))
    return HttpResponse(status_of(answer), tuple(headers), body_of(answer))
