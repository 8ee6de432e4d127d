"""A bucket's lifecycle rules, read from the XML's members as moto has parsed them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from labs.cloud import moto_s3


@dataclass(frozen=True)
class Step:
    """A transition, after `days` or on a `date`; `kept` newer noncurrent versions stay."""

    storage_class: str
    days: int | None = None
    date: datetime | None = None
    kept: int = 0


@dataclass(frozen=True)
class Rule:
    """One that is enabled. Sizes are in bytes, and exclusive."""

    prefix: str
    tags: Mapping[str, str]
    larger_than: int | None
    smaller_than: int | None
    days: int | None
    date: datetime | None
    removes_markers: bool
    transitions: tuple[Step, ...]
    noncurrent_days: int | None
    noncurrent_kept: int
    noncurrent_transitions: tuple[Step, ...]
    abort_days: int | None

    @property
    def has_sizes(self) -> bool:
        return self.larger_than is not None or self.smaller_than is not None

    @property
    def is_by_tag(self) -> bool:
        return bool(self.tags)

    def wants(self, size: int, tags: Mapping[str, str]) -> bool:
        """Whether an object below the prefix is meant."""
        return (
            (self.larger_than is None or size > self.larger_than)
            and (self.smaller_than is None or size < self.smaller_than)
            and all(tags.get(name) == value for name, value in self.tags.items())
        )


def rules_of(bucket: Any) -> list[Rule]:
    """Those of moto's bucket that are enabled."""
    return [_rule(one) for one in moto_s3.lifecycle(bucket) if one.get("Status") == "Enabled"]


def _rule(given: Mapping[str, Any]) -> Rule:
    filters = given.get("Filter") or {}
    both = {**filters, **(filters.get("And") or {})}
    expiration = given.get("Expiration") or {}
    noncurrent = given.get("NoncurrentVersionExpiration") or {}
    abort = given.get("AbortIncompleteMultipartUpload") or {}
    return Rule(
        prefix=both.get("Prefix") or given.get("Prefix") or "",
        tags={tag["Key"]: tag.get("Value") or "" for tag in _many(both.get("Tag"))},
        larger_than=_number(both.get("ObjectSizeGreaterThan")),
        smaller_than=_number(both.get("ObjectSizeLessThan")),
        days=_number(expiration.get("Days")),
        date=_date(expiration.get("Date")),
        removes_markers=str(expiration.get("ExpiredObjectDeleteMarker")).lower() == "true",
        transitions=tuple(_steps(given.get("Transition"), "Days")),
        noncurrent_days=_number(noncurrent.get("NoncurrentDays")),
        noncurrent_kept=_number(noncurrent.get("NewerNoncurrentVersions")) or 0,
        noncurrent_transitions=tuple(
            _steps(given.get("NoncurrentVersionTransition"), "NoncurrentDays")
        ),
        abort_days=_number(abort.get("DaysAfterInitiation")),
    )


def _steps(given: Any, days: str) -> Iterator[Step]:
    for one in _many(given):
        yield Step(
            one.get("StorageClass", ""),
            _number(one.get(days)),
            _date(one.get("Date")),
            _number(one.get("NewerNoncurrentVersions")) or 0,
        )


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _date(value: Any) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
