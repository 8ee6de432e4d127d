"""What SNS refuses of a subscription, in its words.

https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html and API_SetSubscriptionAttributes.
"""

import json
import re
from collections.abc import Mapping

from labs.cloud.wiring.sns.filter_policies import (
    ATTRIBUTES,
    BODY,
    InvalidPolicyError,
    check,
)

KNOWN = {
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
}
PROTOCOLS = {
    *("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs")
}
RAW = {"sqs", "http", "https", "firehose"}
# Those whose owner has to say yes before anything is sent.
CONFIRMED_BY_HAND = {"email", "email-json", "http", "https"}
_QUEUE_ARN = re.compile(r"arn:aws[\w-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?")
_FUNCTION_ARN = re.compile(r"arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w$:-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class InvalidSubscriptionError(ValueError):
    """The text is the message of AWS's InvalidParameter."""


def check_endpoint(protocol: str, endpoint: str, *, is_fifo: bool) -> None:
    """Raises InvalidSubscriptionError if nothing can be sent there."""
    if protocol not in PROTOCOLS:
        raise InvalidSubscriptionError(
            f"Invalid parameter: Amazon SNS does not support this protocol string: {protocol}"
        )
    if is_fifo and protocol != "sqs":
        raise InvalidSubscriptionError(
            "Invalid parameter: Invalid parameter: Endpoint Reason: "
            "Please use SQS endpoints for FIFO topics"
        )
    if protocol == "sqs" and not _QUEUE_ARN.fullmatch(endpoint):
        raise InvalidSubscriptionError("Invalid parameter: SQS endpoint ARN")
    if protocol == "lambda" and not _FUNCTION_ARN.fullmatch(endpoint):
        raise InvalidSubscriptionError("Invalid parameter: Lambda endpoint ARN")
    if protocol == "sqs" and endpoint.endswith(".fifo") and not is_fifo:
        raise InvalidSubscriptionError(
            "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be "
            "subscribed to standard SNS topics"
        )
    if protocol in {"http", "https"} and not endpoint.startswith(f"{protocol}://"):
        raise InvalidSubscriptionError(
            "Invalid parameter: Endpoint must match the specified protocol"
        )
    if protocol in {"email", "email-json"} and not _EMAIL.fullmatch(endpoint):
        raise InvalidSubscriptionError("Invalid parameter: Email address")


def check_attributes(
    attributes: Mapping[str, str], protocol: str, *, scope: str = ATTRIBUTES, where: str = ""
) -> None:
    """Check all of these; `where` is "Attributes Reason: " at Subscribe.

    `scope` is that of the subscription, where `attributes` do not say another.

    Raises:
        InvalidSubscriptionError: one of them is wrong.
    """
    scope = str(attributes.get("FilterPolicyScope", scope))
    for name, value in attributes.items():
        if name not in KNOWN:
            raise InvalidSubscriptionError("Invalid parameter: AttributeName")
        try:
            _check(name, str(value or ""), protocol, scope)
        except ValueError as error:
            raise InvalidSubscriptionError(
                f"Invalid parameter: {where}{name}: {error}"
                if not str(error).startswith("Delivery protocol")
                else f"Invalid parameter: {where}{error}"
            ) from None


def check_same(asked: Mapping[str, str], known: Mapping[str, object]) -> None:
    """Raises InvalidSubscriptionError if it is subscribed already in another way."""
    if any(str(known.get(name)).lower() != str(value).lower() for name, value in asked.items()):
        raise InvalidSubscriptionError(
            "Invalid parameter: Attributes Reason: Subscription already exists with different "
            "attributes"
        )


def _check(name: str, value: str, protocol: str, scope: str) -> None:
    match name:
        case "FilterPolicyScope" if value not in {ATTRIBUTES, BODY}:
            raise InvalidPolicyError(
                f"Invalid value [{value}]. Please use either MessageBody or MessageAttributes"
            )
        case "FilterPolicy":
            check(value, scope)
        case "RawMessageDelivery":
            _check_raw(value, protocol)
        case "RedrivePolicy" if value:
            _check_redrive(value)


def _check_raw(value: str, protocol: str) -> None:
    if value.lower() not in {"true", "false"}:
        raise ValueError(f"Invalid value [{value}]. Must be true or false.")
    if value.lower() == "true" and protocol not in RAW:
        raise ValueError(f"Delivery protocol [{protocol}] does not support raw message delivery.")


def _check_redrive(value: str) -> None:
    try:
        arn = json.loads(value).get("deadLetterTargetArn")
    except (ValueError, AttributeError):
        raise ValueError("failed to parse JSON.") from None
    if not isinstance(arn, str) or not _QUEUE_ARN.fullmatch(arn):
        raise ValueError("deadLetterTargetArn is an invalid ARN")
