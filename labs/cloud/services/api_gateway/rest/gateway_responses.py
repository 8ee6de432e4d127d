"""What the gateway answers by itself, as it is by default and as an API may change it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

import json
from dataclasses import dataclass
from typing import Any

from labs.cloud.http_payloads import HttpResponse
from labs.cloud.services.api_gateway.rest import parameters
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError
from labs.cloud.vtl import Returned, TemplateError, render
from labs.cloud.vtl.values import API_GATEWAY

DEFAULT_TEMPLATE = '{"message":$context.error.messageString}'
# Where policies deny, AWS writes it with a capital letter.
DENIAL_TEMPLATE = '{"Message":$context.error.messageString}'


@dataclass(frozen=True)
class Kind:
    """`text` None: the message is null. `error` is the x-amzn-ErrorType."""

    status: int
    text: str | None
    error: str


INTERNAL = "Internal server error"
KINDS = {
    "ACCESS_DENIED": Kind(403, "Forbidden", "AccessDeniedException"),
    "API_CONFIGURATION_ERROR": Kind(500, INTERNAL, "InternalServerErrorException"),
    "AUTHORIZER_CONFIGURATION_ERROR": Kind(500, None, "AuthorizerConfigurationException"),
    "AUTHORIZER_FAILURE": Kind(500, None, "AuthorizerConfigurationException"),
    "BAD_REQUEST_BODY": Kind(400, "Invalid request body", "BadRequestException"),
    "BAD_REQUEST_PARAMETERS": Kind(400, None, "BadRequestException"),
    "DEFAULT_4XX": Kind(400, None, "BadRequestException"),
    "DEFAULT_5XX": Kind(500, INTERNAL, "InternalServerErrorException"),
    "EXPIRED_TOKEN": Kind(403, "The security token included is expired", "ExpiredTokenException"),
    "INTEGRATION_FAILURE": Kind(504, INTERNAL, "InternalServerErrorException"),
    "INTEGRATION_TIMEOUT": Kind(504, "Endpoint request timed out", "InternalServerErrorException"),
    "INVALID_API_KEY": Kind(403, "Forbidden", "ForbiddenException"),
    "INVALID_SIGNATURE": Kind(403, "Invalid signature", "InvalidSignatureException"),
    "MISSING_AUTHENTICATION_TOKEN": Kind(
        403, "Missing Authentication Token", "MissingAuthenticationTokenException"
    ),
    "QUOTA_EXCEEDED": Kind(429, "Limit Exceeded", "LimitExceededException"),
    "REQUEST_TOO_LARGE": Kind(413, "Request Too Long", "RequestTooLargeException"),
    "RESOURCE_NOT_FOUND": Kind(404, "Not Found", "NotFoundException"),
    "THROTTLED": Kind(429, "Too Many Requests", "TooManyRequestsException"),
    "UNAUTHORIZED": Kind(401, "Unauthorized", "UnauthorizedException"),
    "UNSUPPORTED_MEDIA_TYPE": Kind(415, "Unsupported Media Type", "BadRequestException"),
    "WAF_FILTERED": Kind(403, "Forbidden", "ForbiddenException"),
}


def answer(call: Call, error: GatewayError) -> HttpResponse:
    """The response for an error, customised where the API says so."""
    kind = KINDS[error.kind]
    default = "DEFAULT_4XX" if kind.status < 500 else "DEFAULT_5XX"
    own = call.api.gateway_responses.get(error.kind)
    custom = own or call.api.gateway_responses.get(default) or {}
    status = int(custom.get("statusCode") or error.status or kind.status)
    text = error.text if error.text is not None else kind.text
    fields = _fields(call, error, text)
    templates = custom.get("responseTemplates") or {}
    usual = DENIAL_TEMPLATE if error.kind == "ACCESS_DENIED" else DEFAULT_TEMPLATE
    template = templates.get("application/json", usual)
    if templates and "application/json" not in templates:
        template = next(iter(templates.values()))
    content_type = next(iter(templates), "application/json")
    headers = [("Content-Type", content_type), ("x-amzn-ErrorType", kind.error)]
    headers += _headers(call, custom, fields)
    response = HttpResponse(status, tuple(headers[:2])).with_headers(*headers[2:])
    return HttpResponse(status, response.headers, _body(template, call, fields))


def _fields(call: Call, error: GatewayError, text: str | None) -> dict[str, Any]:
    """`$context` with what it says about the error."""
    fault = {
        "message": text,
        "messageString": json.dumps(text),
        "responseType": error.kind,
        "validationErrorString": error.validation,
    }
    return {**call.context(), "error": fault}


def _headers(call: Call, custom: dict[str, Any], context: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name, source in (custom.get("responseParameters") or {}).items():
        plain = name.removeprefix("gatewayresponse.header.")
        value = parameters.request_value(call, source, context)
        if plain != name and value is not None:
            found.append((plain, parameters.text(value)))
    return found


def _body(template: str | None, call: Call, context: dict[str, Any]) -> bytes:
    names: dict[str, Any] = {"context": context, "stageVariables": dict(call.stage_variables)}
    try:
        return render(template or "", names, API_GATEWAY).encode()
    except (TemplateError, Returned):
        return (template or "").encode()
