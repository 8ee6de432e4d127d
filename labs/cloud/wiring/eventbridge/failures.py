"""Deliveries that fail: which are tried again, when, and what the dead-letter queue gets.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from labs.cloud.trace import CONNECTION_CLOSED

MAX_ATTEMPTS, MAX_AGE_SECONDS = 185, 24 * 60 * 60
LONGEST_WAIT_SECONDS = 512
PERMISSIONS = ("AccessDenied", "NotAuthorized", "AuthorizationError", "KMS")
ABSENT = ("NotFound", "NonExistent", "DoesNotExist", "NoSuch")
THROTTLED = ("Throttl", "TooManyRequests", "LimitExceeded", "RequestLimit", "SlowDown")


@dataclass(frozen=True)
class Failure:
    """`code` is as in a rule's dead-letter message, `aws_code` what the target said."""

    code: str
    message: str
    aws_code: str
    is_retried: bool


def failure(error: ClientError | BotoCoreError) -> Failure:
    """What a delivery's error means."""
    if not isinstance(error, ClientError):
        return Failure("SDK_CLIENT_ERROR", str(error), type(error).__name__, is_retried=False)
    code = str(error.response["Error"].get("Code"))
    message = str(error.response["Error"].get("Message"))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    if any(part in code for part in PERMISSIONS):
        return Failure("NO_PERMISSIONS", message, code, is_retried=False)
    if any(part in code for part in ABSENT):
        return Failure("NO_RESOURCE", message, code, is_retried=False)
    if any(part in code for part in THROTTLED):
        return Failure("THROTTLING", message, code, is_retried=True)
    if code == CONNECTION_CLOSED:
        return Failure("CONNECTION_FAILURE", message, code, is_retried=True)
    if status >= 500:
        return Failure("ERROR_FROM_TARGET", message, code, is_retried=True)
    return Failure("SDK_CLIENT_ERROR", message, code, is_retried=False)


def wait_seconds(attempts: int) -> int:
    """Before the next attempt; AWS adds a random part, which would say nothing here."""
    return int(min(2**attempts, LONGEST_WAIT_SECONDS))


@dataclass(frozen=True)
class RetryPolicy:
    """For how long, and how often after its first attempt, a delivery is tried."""

    max_retries: int = MAX_ATTEMPTS
    max_age_seconds: int = MAX_AGE_SECONDS

    @classmethod
    def of(cls, target: Mapping[str, Any]) -> "RetryPolicy":
        given = target.get("RetryPolicy") or {}
        return cls(
            given.get("MaximumRetryAttempts", MAX_ATTEMPTS),
            given.get("MaximumEventAgeInSeconds", MAX_AGE_SECONDS),
        )

    def exhausted(self, attempts: int, age_seconds: float) -> str:
        """Which of its limits forbids an attempt at that age, after so many; "" if none."""
        if attempts > self.max_retries:
            return "MaximumRetryAttempts"
        return "MaximumEventAgeInSeconds" if age_seconds > self.max_age_seconds else ""
