"""What SNS refuses of messages, in its words.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_MESSAGE_BYTES = 262_144
MAX_SUBJECT_CHARS = 100
MAX_BATCH = 10
_BATCH_ID = re.compile(r"[\w-]{1,80}")
_SUBJECT = re.compile(r"[!-~][ -~]*")


class InvalidMessageError(ValueError):
    """AWS's error, by its code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def by_protocol(message: str) -> dict[str, str]:
    """The texts of a message with MessageStructure=json; InvalidMessageError if it has none."""
    try:
        texts = json.loads(message)
    except ValueError:
        raise InvalidMessageError(
            "InvalidParameter",
            "Invalid parameter: Message Structure - JSON message body failed to parse",
        ) from None
    if not isinstance(texts, dict) or not isinstance(texts.get("default"), str):
        raise InvalidMessageError(
            "InvalidParameter",
            "Invalid parameter: Message Structure - No default entry in JSON message body",
        )
    return {name: text for name, text in texts.items() if isinstance(text, str)}


def check_message(message: str, subject: str | None, named: Mapping[str, Any]) -> None:
    """`named` are its attributes; raises InvalidMessageError."""
    if not message:
        raise InvalidMessageError("InvalidParameter", "Invalid parameter: Empty message")
    if _size(message, named) > MAX_MESSAGE_BYTES:
        raise InvalidMessageError("InvalidParameter", "Invalid parameter: Message too long")
    if subject is not None and (
        len(subject) > MAX_SUBJECT_CHARS or not _SUBJECT.fullmatch(subject)
    ):
        raise InvalidMessageError("InvalidParameter", "Invalid parameter: Subject")


def _size(message: str, named: Mapping[str, Any]) -> int:
    """In bytes, of a message with its attributes."""
    texts = [
        text for name, one in named.items() for text in (name, one["Type"], str(one["Value"]))
    ]
    return sum(len(text.encode()) for text in (message, *texts))


def check_batch(entries: list[dict[str, Any]]) -> None:
    """Raises InvalidMessageError, as https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html."""
    if not entries:
        raise InvalidMessageError(
            "EmptyBatchRequest", "The batch request doesn't contain any entries."
        )
    if len(entries) > MAX_BATCH:
        raise InvalidMessageError(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        )
    ids = [entry["Id"] for entry in entries]
    if not all(_BATCH_ID.fullmatch(one) for one in ids):
        raise InvalidMessageError(
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request doesn't abide by the specification.",
        )
    if len(set(ids)) != len(ids):
        raise InvalidMessageError(
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        )
    sizes = [_size(entry["Message"], entry.get("MessageAttributes", {})) for entry in entries]
    if sum(sizes) > MAX_MESSAGE_BYTES:
        raise InvalidMessageError(
            "BatchRequestTooLong",
            "The length of all the batch messages put together is more than the limit.",
        )
