"""The addresses of APIs: https://<api-id>.execute-api.<region>.amazonaws.com"""

from botocore.awsrequest import AWSPreparedRequest
from moto.apigateway.models import apigateway_backends
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud.http_payloads import HttpRequest, HttpResponse, from_prepared, message
from labs.cloud.services.api_gateway import websocket
from labs.cloud.services.api_gateway.http_api import gateway as http_gateway
from labs.cloud.services.api_gateway.rest import gateway as rest_gateway

HOST = r"[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com"


def answer(request: AWSPreparedRequest) -> tuple[int, dict[str, str], bytes]:
    """For `routes.add`: what an API answers.

    Raises:
        MissingError: something on the way is not simulated.
    """
    return respond(from_prepared(request)).answer()


def respond(request: HttpRequest) -> HttpResponse:
    api_id, _, region = request.host.split(".")[:3]
    try:
        backends = (
            apigateway_backends[DEFAULT_ACCOUNT_ID],
            apigatewayv2_backends[DEFAULT_ACCOUNT_ID],
        )
        first, second = (backend[region].apis for backend in backends)
    except KeyError:  # there is no such region
        return message(403, "Forbidden", kind="ForbiddenException")
    if api := first.get(api_id):
        return rest_gateway.answer(api, request)
    if api := second.get(api_id):
        if api.protocol_type == "WEBSOCKET":
            return websocket.answer(api, request)
        return http_gateway.answer(api, request)
    return message(403, "Forbidden", kind="ForbiddenException")
