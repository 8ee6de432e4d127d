"""CloudFormation's place beside moto: its calls are answered here, and moto's engine is not used.

moto's engine makes resources of its own, past the checks and wiring of the services, and imports
every service that it knows. Without an account it answers as ever.
"""

from typing import Any
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from labs.cloud import requests, routes
from labs.cloud.missing import MissingError
from labs.cloud.services.cloudformation.errors import CloudFormationError, ResourceError
from labs.cloud.services.cloudformation.kinds import custom
from labs.cloud.simulation import has_current

HOST = r"cloudformation\.[a-z0-9-]+\.amazonaws\.com"
SERVICE = "cloudformation"


def patch() -> None:
    """Answer its addresses; to be called once, before moto starts."""
    routes.add(SERVICE, HOST, _answer, is_api=True)
    routes.add("cloudformation-response", custom.HOST.replace(".", r"\."), custom.respond)


def _answer(request: AWSPreparedRequest) -> routes.Answer | None:
    """The response, or None where moto is to answer."""
    if not has_current():
        return None
    # Only here: its kinds of resources are of no use to a grading without stacks.
    from labs.cloud.services.cloudformation import api

    asked = requests.read(_as_received(request))
    operation = api.OPERATIONS.get(asked.operation)
    if operation is None:
        raise MissingError("")
    try:
        result = operation(dict(asked.values), asked.region)
    except (CloudFormationError, ResourceError) as error:
        code = getattr(error, "code", "ValidationError")
        return _refused(code, getattr(error, "status", 400), str(error))
    return _serialized(asked.operation, result)


def _as_received(request: AWSPreparedRequest) -> AWSPreparedRequest:
    """A client in this process hands over text and bytes as it made them."""
    headers = HTTPHeaders()
    for name, value in request.headers.items():
        headers[name] = value.decode() if isinstance(value, bytes) else str(value)
    body = request.body.encode() if isinstance(request.body, str) else request.body
    return AWSPreparedRequest(request.method, request.url, headers, body or b"", False)


def _serialized(operation: str, result: Any) -> routes.Answer:
    model = get_service_model(SERVICE).operation_model(operation)
    serializer = get_serializer_class(SERVICE, "query")(operation_model=model)
    found = serializer.serialize(result)
    body = found["body"]
    content = body.encode() if isinstance(body, str) else bytes(body)
    return int(found["status_code"]), dict(found["headers"]), content


def _refused(code: str, status: int, message: str) -> routes.Answer:
    body = (
        '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">'
        f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
        "</Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>"
    )
    return status, {"content-type": "text/xml"}, body.encode()
