"""How each service words a denial.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

import json
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from labs.cloud.iam.enforcement import Denial
from labs.sandbox import seam

# By the service of the action; the others say AccessDeniedException or, in XML, AccessDenied.
_CODES = {"sns": "AuthorizationError", "sqs": "AccessDenied"}
FORBIDDEN = 403


def message(denial: Denial) -> str:
    """ "User: ... is not authorized to perform: ...", as the service writes it."""
    need = denial.need
    action, resource = _named(need.action), need.resource
    service = need.action.partition(":")[0]
    if service == "s3":
        resource = f'"{resource}"'
    who = f"User: {denial.arn} is not authorized to perform: {action}"
    if need.action == "sts:AssumeRole":
        return f"{who} on resource: {resource}"
    return f"{who} on resource: {resource} {denial.decision.because(action)}"


def error(denial: Denial, service: str, operation: str) -> ClientError:
    """The denial as boto3 raises it."""
    code, status = _code(denial, service)
    details: Any = {
        "Error": {"Code": code, "Message": message(denial)},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(details, operation)


def answer(denial: Denial, service: str, operation: str) -> seam.Frame:
    """The denial as the service's HTTP response."""
    code, status = _code(denial, service)
    text, protocol = message(denial), _protocol(service)
    headers = {"content-type": "text/xml"}
    if protocol in ("query", "ec2"):
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
            f"<Message>{escape(text)}</Message></Error></ErrorResponse>"
        )
    elif protocol == "rest-xml":
        # An answer to HEAD has no body, so that its code is what HTTP says.
        body = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
        body = "" if operation.startswith("Head") else body
    else:
        headers = {"content-type": "application/json", "x-amzn-errortype": code}
        if service == "sqs":
            headers |= {"x-amzn-query-error": f"{code};Sender"}
        body = json.dumps({"__type": code, "message": text, "Message": text})
    return {"status": status, "headers": headers}, body.encode()


def _named(action: str) -> str:
    """SNS writes its name in capitals, SQS its actions small."""
    service, _, operation = action.partition(":")
    if service == "sns":
        return f"SNS:{operation}"
    return action.lower() if service == "sqs" else action


def _code(denial: Denial, service: str) -> tuple[str, int]:
    protocol = _protocol(service)
    by_protocol = "AccessDenied" if "xml" in protocol or protocol == "query" else ""
    code = _CODES.get(service) or by_protocol or "AccessDeniedException"
    return code, 400 if protocol == "json" and service != "sqs" else FORBIDDEN


def _protocol(service: str) -> str:
    return str(get_service_model(service).protocol)
