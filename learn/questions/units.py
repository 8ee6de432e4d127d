"""Units as people write them: "KB", "kilobytes", "requests per second", "GB-seconds", "$".

A KB is 1,024 bytes, like a KiB: so AWS counts in its quotas (256 KB are 262,144 bytes). A month is
no number of days, and a read capacity unit no number of writes: nothing is converted where the
number would depend on what is meant.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Self

type Powers = frozenset[tuple[str, int]]
"""`{(dimension, exponent)}`: "requests/s" is `{("#request", 1), ("time", -1)}`."""

COUNT = "#"
"""Begins a dimension that says only what is counted."""

_BYTES = "B byte bytes"
_SCALED = {"K": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta"}
_TIMES = {
    "ns nanosecond nanoseconds": Fraction(1, 10**9),
    "µs us microsecond microseconds": Fraction(1, 10**6),
    "ms msec millisecond milliseconds": Fraction(1, 1000),
    "s sec secs second seconds": Fraction(1),
    "min mins minute minutes": Fraction(60),
    "h hr hrs hour hours": Fraction(3_600),
    "d day days": Fraction(86_400),
    "week weeks": Fraction(604_800),
}
_OTHERS = {
    "month": {"month months mo": Fraction(1), "year years yr": Fraction(12)},
    "money": {"USD $ US$ dollar dollars": Fraction(1), "cent cents ¢": Fraction(1, 100)},
    "euro": {"EUR € euro euros": Fraction(1)},
    "percent": {"% percent pct": Fraction(1)},
    "RCU": {"RCU RCUs": Fraction(1)},
    "WCU": {"WCU WCUs": Fraction(1)},
    "RRU": {"RRU RRUs": Fraction(1)},
    "WRU": {"WRU WRUs": Fraction(1)},
    "vCPU": {"vCPU vCPUs": Fraction(1)},
}
_LONG = {
    "/cent": "percent",
    "us dollar": "USD",
    "us dollars": "USD",
    "read capacity unit": "RCU",
    "read capacity units": "RCU",
    "write capacity unit": "WCU",
    "write capacity units": "WCU",
    "read request unit": "RRU",
    "read request units": "RRU",
    "write request unit": "WRU",
    "write request units": "WRU",
    "rps": "requests/s",
    "qps": "queries/s",
    "tps": "transactions/s",
    "execution environment": "environments",
    "execution environments": "environments",
}
_COUNTS = (
    *("request requests req reqs", "message messages msg msgs", "invocation invocations"),
    *("item items", "execution executions", "event events", "record records", "call calls"),
    *("function functions", "environment environments", "partition partitions", "row rows"),
    *("shard shards", "write writes", "read reads", "retry retries", "attempt attempts"),
    *("object objects", "user users", "table tables", "queue queues", "time times", "key keys"),
    *("page pages", "batch batches", "transition transitions", "connection connections"),
    *("query queries", "transaction transactions", "part parts", "copy copies", "error errors"),
    *("state states", "task tasks", "worker workers", "delivery deliveries", "unit units"),
)


@dataclass(frozen=True)
class Unit:
    """So many of the first unit of its dimensions. `name` is how it is shown."""

    name: str
    factor: Fraction
    powers: Powers

    @property
    def is_count(self) -> bool:
        """Whether a number without any unit says the same."""
        return all(dimension.startswith(COUNT) for dimension, _ in self.powers)

    def to(self, other: "Unit") -> Fraction | None:
        """How many of the other unit are one of this; None if they measure different things.

        What is counted may be left out: "50/s" are 50 requests/s.
        """
        if self.powers == other.powers or self.powers == _without_counts(other.powers):
            return self.factor / other.factor
        return None


@dataclass(frozen=True)
class Units:
    """The units that are known: those of everybody, and those that an author adds."""

    own: Mapping[str, Unit] = field(default_factory=dict)

    @classmethod
    def with_aliases(cls, name: str, aliases: tuple[str, ...]) -> Self:
        """Also `aliases` for the unit `name`, which is a unit of its own if nobody knows it."""
        unit = cls().find(name) or Unit(name, Fraction(1), frozenset({(f"own {name}", 1)}))
        return cls({_key(alias): unit for alias in (name, *aliases)})

    def find(self, text: str) -> Unit | None:
        """The unit that is written so; None if nobody knows it."""
        key = _key(text)
        return self._plain(key) or self._quotient(key)

    def _plain(self, key: str) -> Unit | None:
        """A unit without a stroke."""
        one, _, other = re.sub("[-*·]", " ", key).partition(" ")
        return self._simple(key) or self._product(self._simple(one), self._simple(other))

    def _simple(self, key: str) -> Unit | None:
        if key in _LONG:
            return self.find(_LONG[key])
        return self.own.get(key) or _known().get(key)

    def _product(self, one: Unit | None, other: Unit | None) -> Unit | None:
        if not one or not other:
            return None
        powers = _added(one.powers, other.powers)
        return Unit(f"{one.name}-{other.name}", one.factor * other.factor, powers)

    def _quotient(self, key: str) -> Unit | None:
        above, stroke, below = key.partition("/")
        over = self._plain(above) if above else _NOTHING
        under = self._plain(below)
        if not stroke or not over or not under:
            return None
        powers = _added(over.powers, frozenset((name, -power) for name, power in under.powers))
        return Unit(f"{over.name}/{under.name}", over.factor / under.factor, powers)


_NOTHING = Unit("", Fraction(1), frozenset())


def _key(text: str) -> str:
    """The text as units are compared: without case, and "per" as a stroke."""
    key = " ".join(text.replace("μ", "µ").casefold().split()).strip(" .")
    key = re.sub(r"(^|\s)per(\s(an?|each)(?=\s))?\s|\sa\s", " / ", key)
    return re.sub(r"\s*/\s*", "/", key)


def _added(one: Powers, other: Powers) -> Powers:
    sums = dict(one)
    for dimension, power in other:
        sums[dimension] = sums.get(dimension, 0) + power
    return frozenset((dimension, power) for dimension, power in sums.items() if power)


def _without_counts(powers: Powers) -> Powers:
    return frozenset(pair for pair in powers if not pair[0].startswith(COUNT))


@lru_cache(maxsize=1)
def _known() -> dict[str, Unit]:
    known: dict[str, Unit] = {}
    for dimension, aliases, factor in _table():
        names = aliases.split()
        unit = Unit(names[0], factor, frozenset({(dimension, 1)}))
        known.update(dict.fromkeys(map(_key, names), unit))
    return known


def _table() -> Iterator[tuple[str, str, Fraction]]:
    """Dimension, names (the first is shown) and factor of every simple unit."""
    yield "size", _BYTES, Fraction(1)
    yield "size", "bit bits", Fraction(1, 8)
    for power, (letter, word) in enumerate(_SCALED.items(), start=1):
        binary = f"{word[:2]}bi"
        size = Fraction(1024**power)
        yield "size", f"{letter}B {word}byte {word}bytes", size
        yield "size", f"{letter}iB {binary}byte {binary}bytes", size
        yield "size", f"{letter}bit {word}bit {word}bits", Fraction(1000**power, 8)
    for names, factor in _TIMES.items():
        yield "time", names, factor
    for dimension, units in _OTHERS.items():
        for names, factor in units.items():
            yield dimension, names, factor
    for names in _COUNTS:
        # "requests" is shown, not "request".
        first, *rest = names.split()
        yield COUNT + first, " ".join((rest[0], first, *rest[1:])), Fraction(1)
