"""Throttling of provisioned tables: what is not used is saved up for five minutes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html. A
request passes while there is a unit left, and may leave a debt; a new table's savings are full.
"""

from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import JsonRESTError

from labs.cloud.clock import clock
from labs.cloud.services.dynamodb.capacity import TABLE, Place, Usage

BURST_SECONDS = 300
OF_TABLE = (
    "The level of configured provisioned throughput for the table was exceeded. Consider "
    "increasing your provisioning level with the UpdateTable API."
)
OF_INDEX = (
    "The level of configured provisioned throughput for one or more global secondary indexes of "
    "the table was exceeded. Consider increasing your provisioning level for the "
    "under-provisioned global secondary indexes with the UpdateTable API"
)


class ExceededError(JsonRESTError):  # type: ignore[misc]
    """A request is throttled."""

    def __init__(self, message: str = OF_TABLE) -> None:
        super().__init__("ProvisionedThroughputExceededException", message)


@dataclass
class Bucket:
    """Saved units of one table or index, for reads or for writes."""

    units: float
    filled_ms: float

    def fill(self, rate: float) -> None:
        now = clock.millis()
        gained = (now - self.filled_ms) / 1000 * rate
        self.units = min(self.units + gained, rate * BURST_SECONDS)
        self.filled_ms = now


class Throughput:
    """All buckets of an account."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[Any, ...], Bucket] = {}

    def left(self, table: Any, place: Place, kind: str) -> float | None:
        """How many units may be consumed now; None if there is no limit."""
        rate = _rate(table, place, kind)
        return None if rate is None else self._bucket(table, place, kind, rate).units

    def spend(self, table: Any, usage: Usage) -> None:
        """Take what an operation has consumed."""
        for kind, consumed in (("Read", usage.reads), ("Write", usage.writes)):
            for place, units in consumed.items():
                # A local index lives on the table's units.
                payer = place if place[0] == "global" else TABLE
                rate = _rate(table, payer, kind)
                if rate is not None:
                    self._bucket(table, payer, kind, rate).units -= units

    def _bucket(self, table: Any, place: Place, kind: str, rate: float) -> Bucket:
        key = (table.table_arn, table.created_at, place, kind)
        if key not in self._buckets:
            self._buckets[key] = Bucket(rate * BURST_SECONDS, clock.millis())
        bucket = self._buckets[key]
        bucket.fill(rate)
        return bucket


def is_limited(table: Any) -> bool:
    """Whether its units are provisioned."""
    return str(table.billing_mode) == "PROVISIONED"


def _rate(table: Any, place: Place, kind: str) -> float | None:
    """Units a second of a provisioned table or global index; None if it has no limit."""
    if not is_limited(table):
        return None
    throughput = table.throughput
    if place[0] == "global":
        index = next((one for one in table.global_indexes if one.name == place[1]), None)
        throughput = index.throughput if index else {}
    rate = (throughput or {}).get(f"{kind}CapacityUnits")
    return float(rate) if rate else None
