"""The places in which moto's TTL is bent: items whose time is over are deleted.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html. AWS deletes them within
a few days; here it takes five minutes, and nobody waits for it (`settle` does not, time that
passes does). Until then reads find them, as they do in AWS.
"""

from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table

from labs.cloud import moto_dynamodb_meter, moto_dynamodb_streams
from labs.cloud.clock import clock
from labs.cloud.simulation import current, has_current

DELAY_MS = 300_000
FORGOTTEN_SECONDS = 5 * 365 * 24 * 3600  # what is older has no time to live

_update_any = DynamoDBBackend.update_time_to_live


def patch() -> None:
    """Put the seams in, before moto starts."""
    DynamoDBBackend.update_time_to_live = _update_time_to_live
    moto_dynamodb_meter.on_write(written)


def _update_time_to_live(self: DynamoDBBackend, table_name: str, ttl_spec: dict[str, Any]) -> None:
    if has_current() and table_name in self.tables:
        table = self.tables[table_name]
        is_enabled = table.ttl["TimeToLiveStatus"] == "ENABLED"
        if bool(ttl_spec.get("Enabled")) == is_enabled:
            state = "enabled" if is_enabled else "disabled"
            raise JsonRESTError("ValidationException", f"TimeToLive is already {state}")
    _update_any(self, table_name, ttl_spec)
    table = self.get_table(table_name)
    for item in table.all_items():
        written(table, item)


def written(table: Table, item: Any) -> None:
    """Plan an item's end, if it has one."""
    name = table.ttl.get("AttributeName")
    if item is None or table.ttl["TimeToLiveStatus"] != "ENABLED" or name not in item.attrs:
        return
    moment = _expiry(item, name)
    if moment is None or not has_current():
        return
    keys = {key: item.attrs[key].to_json() for key in table.table_key_attrs}
    place = (table.account_id, table.region_name, table.name)
    current().agenda.put(
        lambda: _expire(place, keys),
        what=f"the expiry of an item in table {table.name}",
        at=max(moment * 1000, clock.millis()) + DELAY_MS,
        background=True,
    )


def _expiry(item: Any, name: str) -> float | None:
    """When an item expires (seconds since 1970), None if it does not."""
    value = item.attrs.get(name)
    if value is None or value.type != "N":
        return None
    moment = float(value.value)
    return moment if moment > clock.millis() / 1000 - FORGOTTEN_SECONDS else None


def _expire(place: tuple[str, str, str], keys: dict[str, Any]) -> None:
    """Delete an item, unless it has been given more time."""
    account, region, name = place
    table = dynamodb_backends[account][region].tables.get(name)
    if table is None or table.ttl["TimeToLiveStatus"] != "ENABLED":
        return
    item = moto_dynamodb_meter.existing(table, keys)
    moment = None if item is None else _expiry(item, table.ttl["AttributeName"])
    if moment is None or moment * 1000 > clock.millis():
        return
    with moto_dynamodb_streams.as_service(), moto_dynamodb_meter.metering(None):
        table.delete_item(item.hash_key, item.range_key)
