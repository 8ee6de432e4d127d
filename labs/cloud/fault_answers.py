"""Error responses as AWS writes them, by the protocol that a service speaks."""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from moto.core.utils import get_service_model

from labs.sandbox import seam

RATE = "Rate exceeded"
# How a service says that there are too many requests: code, status, message.
# https://docs.aws.amazon.com/<service>/latest/APIReference/CommonErrors.html
_THROTTLING = {
    "dynamodb": (
        "ProvisionedThroughputExceededException",
        400,
        "The level of configured provisioned throughput for the table was exceeded.",
    ),
    "kinesis": ("ProvisionedThroughputExceededException", 400, "Rate exceeded for shard"),
    "lambda": ("TooManyRequestsException", 429, "Rate Exceeded."),
    "s3": ("SlowDown", 503, "Please reduce your request rate."),
    "scheduler": ("ThrottlingException", 429, RATE),
    "sqs": ("RequestThrottled", 403, "The request was denied due to request throttling."),
}
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
_CANCELLED = {
    "TransactionConflict": "Transaction is ongoing for the item",
    "ThrottlingError": (
        "Throughput exceeds the current capacity of your table or index. DynamoDB is "
        "automatically scaling your table or index so please try again shortly."
    ),
}
_THROTTLING_BY_PROTOCOL = {
    "query": ("Throttling", 400, RATE),
    "rest-json": ("TooManyRequestsException", 429, "Too Many Requests"),
    "rest-xml": ("SlowDown", 503, "Please reduce your request rate."),
}


def throttling(service: str) -> tuple[str, int, str]:
    """The code, status and message by which boto3 knows that it is throttled."""
    if found := _THROTTLING.get(service):
        return found
    protocol = str(get_service_model(service).protocol)
    return _THROTTLING_BY_PROTOCOL.get(protocol, ("ThrottlingException", 400, RATE))


def answer(
    service: str, code: str, status: int, message: str, details: Mapping[str, Any] | None = None
) -> seam.Frame:
    """The response that is this error; `details` are further members where errors are JSON."""
    protocol = str(get_service_model(service).protocol)
    if protocol in ("query", "ec2"):
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(code)}</Code>"
            f"<Message>{escape(message)}</Message></Error></ErrorResponse>"
        )
    elif protocol == "rest-xml":
        body = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    else:
        body = json.dumps({"__type": code, "message": message, **(details or {})})
    return {"status": status, "headers": {"x-amzn-errortype": code}}, body.encode()


def cancellation(reason: str, at: int, parameters: Mapping[str, Any]) -> seam.Frame:
    """A transaction that is cancelled for one of its items, the last one if there are fewer."""
    count = max(1, len(parameters.get("TransactItems", ())))
    reasons: list[dict[str, str]] = [{"Code": "None"} for _ in range(count)]
    reasons[min(at, count - 1)] = {"Code": reason, "Message": _CANCELLED.get(reason, reason)}
    codes = ", ".join(each["Code"] for each in reasons)
    message = (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    details = {"Message": message, "CancellationReasons": reasons}
    return answer("dynamodb", "TransactionCanceledException", 400, message, details)
