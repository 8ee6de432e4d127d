"""Event patterns: which events a rule, a pipe, a subscription or a mapping wants."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from labs.cloud.event_patterns.compiler import read_pattern
from labs.cloud.event_patterns.fields import Field, Fields, Membership
from labs.cloud.event_patterns.matchers import Absent, Matcher


class Pattern:
    """A compiled pattern; see `compile`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._alternatives = [sorted(one.items()) for one in read_pattern(text)]

    def matches(self, event: Mapping[str, Any] | str) -> bool:
        """Whether it wants an event, parsed or as JSON.

        Fields in objects of an array match together only in the same element of it.

        Raises:
            ValueError: the event is no JSON object.
        """
        fields = Fields(event)
        return any(_Search(fields, paths).finds() for paths in self._alternatives)


def compile(pattern: str | Mapping[str, Any]) -> Pattern:  # noqa: A001 - as re.compile
    """A pattern, parsed or as JSON.

    Raises:
        InvalidPatternError: it is none, in EventBridge's words.
    """
    return _compile(pattern if isinstance(pattern, str) else json.dumps(pattern))


@lru_cache(maxsize=256)
def _compile(text: str) -> Pattern:
    return Pattern(text)


type Matchers = tuple[Matcher, ...]


class _Search:
    """One alternative in one event: paths in their order, as what is absent depends on it."""

    def __init__(self, fields: Fields, paths: list[tuple[str, Matchers]]) -> None:
        self._fields = fields
        self._paths = paths
        self._failed: set[tuple[int, frozenset[tuple[int, int]]]] = set()

    def finds(self, number: int = 0, membership: Membership | None = None) -> bool:
        """Whether the paths from `number` on match, in the array elements found so far."""
        found = membership or {}
        if number == len(self._paths):
            return True
        mark = (number, frozenset(found.items()))
        if mark in self._failed:
            return False
        path, matchers = self._paths[number]
        fields = [
            field for field in self._fields.at(path) if _is_together(field.membership, found)
        ]
        if not fields and any(isinstance(matcher, Absent) for matcher in matchers):
            return self.finds(number + 1, found)
        if any(self._goes_on(field, matchers, number, found) for field in fields):
            return True
        self._failed.add(mark)
        return False

    def _goes_on(
        self, field: Field, matchers: Matchers, number: int, membership: Membership
    ) -> bool:
        return any(matcher.matches(field.value) for matcher in matchers) and self.finds(
            number + 1, {**membership, **field.membership}
        )


def _is_together(one: Membership, other: Membership) -> bool:
    """Whether two places lie in the same element of each array in which both lie."""
    return all(other.get(array, index) == index for array, index in one.items())
