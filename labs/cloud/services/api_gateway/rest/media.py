"""Content handling: which bodies are binary, and how they are converted.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
"""

import base64
import binascii

from labs.cloud.services.api_gateway.rest.call import Call, GatewayError

TO_BINARY, TO_TEXT = "CONVERT_TO_BINARY", "CONVERT_TO_TEXT"


def plain(content_type: str | None) -> str:
    """A type without its parameters; of several in an Accept header the first."""
    return (content_type or "").partition(",")[0].partition(";")[0].strip().lower()


def is_binary(call: Call, content_type: str | None) -> bool:
    """Whether the API has it among its binary media types."""
    found = plain(content_type)
    kinds = {kind.lower() for kind in call.api.binary_media_types}
    if "*/*" in kinds or not found:
        return "*/*" in kinds
    return bool({found, f"{found.partition('/')[0]}/*"} & kinds)


def request_body(call: Call, handling: str | None) -> bytes:
    """The client's body as the integration gets it.

    Raises:
        GatewayError: it is not the base64 that it should be.
    """
    body = call.request.body
    if is_binary(call, call.request.header("content-type") or "application/json"):
        return base64.b64encode(body) if handling == TO_TEXT else body
    return _decoded(call, body) if handling == TO_BINARY else body


def response_body(
    call: Call, body: bytes, content_type: str | None, handling: str | None
) -> bytes:
    """The integration's body as the client gets it. Raises GatewayError as `request_body`."""
    accepts_binary = is_binary(call, call.request.header("accept"))
    if is_binary(call, content_type):
        as_text = handling == TO_TEXT or (handling != TO_BINARY and not accepts_binary)
        return base64.b64encode(body) if as_text else body
    if handling == TO_BINARY or (handling != TO_TEXT and accepts_binary):
        return _decoded(call, body)
    return body.decode("utf-8", "replace").encode()


def _decoded(call: Call, body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        call.log.append("Execution failed due to configuration error: Unable to base64 decode")
        raise GatewayError("API_CONFIGURATION_ERROR") from None
