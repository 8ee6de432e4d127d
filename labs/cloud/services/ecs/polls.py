"""Long polls of a container, which must not hold up what goes on beside it.

A script that polls lets time pass; here the poll waits on the agenda until there is a message.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from labs.cloud import moto_sqs
from labs.cloud.clock import clock

TARGET = "AmazonSQS.ReceiveMessage"


def end_of(header: Mapping[str, Any], body: bytes) -> float | None:
    """Until when (ms) a call would wait for a message, None if it waits for none."""
    asked = _asked(header, body)
    queue = _queue(asked) if asked is not None else None
    if asked is None or queue is None:
        return None
    seconds: Any = asked.get("WaitTimeSeconds")
    if seconds is None:
        seconds = getattr(queue, "receive_message_wait_time_seconds", 0) or 0
    try:
        milliseconds = int(seconds) * 1000
    except (TypeError, ValueError):
        return None
    return clock.millis() + milliseconds if milliseconds > 0 else None


def has_message(header: Mapping[str, Any], body: bytes) -> bool:
    """Whether the call finds one now."""
    queue = _queue(_asked(header, body) or {})
    return queue is None or bool(queue.messages)


def look_again(
    header: Mapping[str, Any], body: bytes, until: float, look: Callable[[], None]
) -> float:
    """When a message may be there next (ms), `until` at the latest; `look` if one is sent."""
    queue = _queue(_asked(header, body) or {})
    moto_sqs.when_sent(queue, look)
    moment = moto_sqs.next_visible_millis(queue)
    return until if moment is None else min(moment + 1, until)


def at_once(body: bytes) -> bytes:
    """The same call, which waits no more."""
    return json.dumps({**json.loads(body), "WaitTimeSeconds": 0}).encode()


def _asked(header: Mapping[str, Any], body: bytes) -> dict[str, Any] | None:
    headers = header.get("headers")
    named = headers.items() if isinstance(headers, dict) else ()
    if not any(name.lower() == "x-amz-target" and value == TARGET for name, value in named):
        return None
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _queue(asked: Mapping[str, Any]) -> Any:
    """The queue of "https://sqs.us-east-1.amazonaws.com/123456789012/jobs"."""
    parts = str(asked.get("QueueUrl", "")).split("/")
    labels = parts[2].split(".") if len(parts) == 5 else []
    if len(labels) < 2:
        return None
    return moto_sqs.queue(f"arn:aws:sqs:{labels[1]}:{parts[3]}:{parts[4]}")
