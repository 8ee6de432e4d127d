"""An event as EventBridge delivers it.

https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda
from labs.cloud.clock import clock

type Json = dict[str, Any]


@dataclass(frozen=True)
class Received:
    """An event that a bus got. `ingested` is when; a `forwarded` one came from another bus."""

    event: Json
    ingested: str
    is_forwarded: bool = False


def envelope(
    source: str,
    detail_type: str,
    detail: Any,
    *,
    region: str,
    resources: Sequence[str] = (),
    at: datetime | None = None,
) -> Json:
    return {
        "version": "0",
        "id": moto_lambda.new_id(),
        "detail-type": detail_type,
        "source": source,
        "account": DEFAULT_ACCOUNT_ID,
        "time": iso(at or clock.now()),
        "region": region,
        "resources": list(resources),
        "detail": detail,
    }


def iso(moment: datetime) -> str:
    """In UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
