"""The IANA time zones that people may choose, and which one a request is answered in."""

import zoneinfo
from collections.abc import Iterator
from functools import cache
from itertools import groupby

TIME_ZONE_LENGTH = 64
# Regions of places. The database has other names too: of old spellings, offsets and countries.
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)

type Group = tuple[str, list[tuple[str, str]]]


@cache
def names() -> frozenset[str]:
    """Each zone that may be chosen, such as "Europe/Berlin"."""
    found = {name for name in zoneinfo.available_timezones() if _region(name) in REGIONS}
    return frozenset(found | {"UTC"})


def zone_named(name: str) -> zoneinfo.ZoneInfo | None:
    """None for a name that nobody may choose. Any text is safe: it opens no file."""
    return zoneinfo.ZoneInfo(name) if name in names() else None


def choices() -> list[Group]:
    """For a form's field: UTC, then a group of cities for each region."""
    return [("UTC", [("UTC", "UTC")]), *_regions()]


def _regions() -> Iterator[Group]:
    places = sorted(names() - {"UTC"})
    for region, group in groupby(places, _region):
        yield region, [(name, _city(name)) for name in group]


def _region(name: str) -> str:
    return name.partition("/")[0] if "/" in name else ""


def _city(name: str) -> str:
    """ "America/Argentina/Buenos_Aires" is "Argentina, Buenos Aires"."""
    return name.partition("/")[2].replace("/", ", ").replace("_", " ")
