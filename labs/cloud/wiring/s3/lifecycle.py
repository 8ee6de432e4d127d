"""Lifecycle rules, by the account's calendar: they work at midnight UTC.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from labs.cloud import moto_s3
from labs.cloud.clock import clock
from labs.cloud.simulation import current
from labs.cloud.wiring.s3.events import Event
from labs.cloud.wiring.s3.lifecycle_rules import Rule, rules_of
from labs.cloud.wiring.s3.notifications import notify

if TYPE_CHECKING:
    from labs.cloud.agenda import Entry

# From warm to cold: there is no way back.
CLASSES = (
    "STANDARD",
    "STANDARD_IA",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
)
SMALL_BYTES = 128 * 1024  # below it nothing is moved, unless the rule asks for sizes


@dataclass(frozen=True)
class Due:
    """Something that a rule does at a moment."""

    moment: datetime
    act: Callable[[], None]


class Calendar:
    """Of an account: the next midnight at which some rule has something to do."""

    def __init__(self) -> None:
        self.entry: Entry | None = None

    def plan(self, moment: datetime | None) -> None:
        if moment is None:
            return
        millis = moment.timestamp() * 1000
        if self.entry and self.entry.moment <= millis:
            return
        if self.entry:
            self.entry.cancel()
        what = "the lifecycle rules of buckets"
        self.entry = current().agenda.put(self._work, what=what, at=millis, background=True)

    def _work(self) -> None:
        self.entry = None
        now = clock.now()
        for bucket in moto_s3.buckets():
            # By one rule's work another may have none, and what is done is not done twice.
            for _ in range(len(rules_of(bucket)) + 1):
                found = [due for due in _everything(bucket) if due.moment <= now]
                for due in found:
                    due.act()
                if not found:
                    break
        for bucket in moto_s3.buckets():
            self.plan(_next(bucket))


def plan(bucket: Any) -> None:
    """Something in moto's bucket has changed, or its rules."""
    if rules_of(bucket):
        current().state(Calendar).plan(_next(bucket))


def _next(bucket: Any) -> datetime | None:
    first = min((due.moment for due in _everything(bucket)), default=None)
    return None if first is None else max(first, midnight_after(clock.now()))


def midnight_after(moment: datetime) -> datetime:
    """The first midnight later than a moment."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _everything(bucket: Any) -> Iterator[Due]:
    """All that rules will do, for what is there now."""
    for rule in rules_of(bucket):
        for name in list(bucket.keys.keys()):
            versions = list(bucket.keys.getlist(name))
            if versions and name.startswith(rule.prefix):
                yield from _current(bucket, rule, versions)
                yield from _noncurrent(bucket, rule, versions)
        if rule.abort_days is not None:
            for upload in list(bucket.multiparts.values()):
                if upload.key_name.startswith(rule.prefix):
                    begun = moto_s3.initiated(upload)
                    yield Due(_after(begun, rule.abort_days), _abort(bucket, upload.id))


def _current(bucket: Any, rule: Rule, versions: list[Any]) -> Iterator[Due]:
    newest = versions[-1]
    changed = _modified(newest)
    if moto_s3.is_marker(newest):
        if len(versions) == 1 and not rule.is_by_tag:
            if rule.removes_markers:
                yield Due(midnight_after(changed), _remove(bucket, newest))
            elif rule.days is not None:
                yield Due(_after(changed, rule.days), _remove(bucket, newest))
        return
    if not rule.wants(newest.size, moto_s3.tags(newest)):
        return
    if rule.days is not None or rule.date:
        moment = rule.date or _after(changed, rule.days or 0)
        yield Due(moment, _expire(bucket, newest))
    for step in rule.transitions:
        if _moves(rule, newest, step.storage_class):
            moment = step.date or _after(changed, step.days or 0)
            yield Due(moment, _move(bucket, newest, step.storage_class))


def _noncurrent(bucket: Any, rule: Rule, versions: list[Any]) -> Iterator[Due]:
    old = versions[:-1]
    for index, version in enumerate(old):
        since = _modified(versions[index + 1])  # when the next one took its place
        newer = len(old) - index - 1
        is_marker = moto_s3.is_marker(version)
        if not is_marker and not rule.wants(version.size, moto_s3.tags(version)):
            continue
        if rule.noncurrent_days is not None and newer >= rule.noncurrent_kept:
            yield Due(_after(since, rule.noncurrent_days), _remove(bucket, version))
        for step in rule.noncurrent_transitions:
            if not is_marker and newer >= step.kept and _moves(rule, version, step.storage_class):
                moment = _after(since, step.days or 0)
                yield Due(moment, _move(bucket, version, step.storage_class))


def _after(moment: datetime, days: int) -> datetime:
    """So many days later, rounded up to the next midnight."""
    return midnight_after(moment + timedelta(days=days))


def _modified(version: Any) -> datetime:
    found: datetime = version.last_modified
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _moves(rule: Rule, key: Any, storage_class: str) -> bool:
    if key.size < SMALL_BYTES and not rule.has_sizes:
        return False
    known = key.storage_class if key.storage_class in CLASSES else CLASSES[0]
    return storage_class in CLASSES and CLASSES.index(known) < CLASSES.index(storage_class)


def _expire(bucket: Any, key: Any) -> Callable[[], None]:
    def act() -> None:
        if not _is_there(bucket, key):
            return
        marker = moto_s3.expire(bucket, key.name)
        name = "DeleteMarkerCreated" if marker else "Delete"
        _tell(bucket, f"LifecycleExpiration:{name}", key.name, marker)

    return act


def _remove(bucket: Any, version: Any) -> Callable[[], None]:
    def act() -> None:
        if _is_there(bucket, version):
            moto_s3.remove(bucket, version)
            _tell(bucket, "LifecycleExpiration:Delete", version.name, version.version_id)

    return act


def _move(bucket: Any, key: Any, storage_class: str) -> Callable[[], None]:
    def act() -> None:
        if not _is_there(bucket, key) or CLASSES.index(storage_class) <= CLASSES.index(
            key.storage_class
        ):
            return
        key.set_storage_class(storage_class)
        event = moto_s3.event("LifecycleTransition", bucket, key, storage_class=storage_class)
        notify(bucket, event)

    return act


def _abort(bucket: Any, upload_id: str) -> Callable[[], None]:
    def act() -> None:
        if upload_id in bucket.multiparts:
            del bucket.multiparts[upload_id]

    return act


def _is_there(bucket: Any, version: Any) -> bool:
    return any(one is version for one in bucket.keys.getlist(version.name, []))


def _tell(bucket: Any, name: str, key: str, version_id: str) -> None:
    version = "" if version_id == "null" else version_id
    notify(bucket, Event(name, bucket.name, bucket.region_name, key, version_id=version))
