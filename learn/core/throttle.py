"""Limits on how often somebody may try something. The counters live in the cache."""

from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class Throttle:
    """At most `amount` tries within `seconds` of the first, for each person; 0 is no limit."""

    name: str
    amount: int
    seconds: int

    def is_used_up(self, who: int) -> bool:
        """Whether this person must wait."""
        return bool(self.amount) and int(cache.get(self._key(who), 0)) >= self.amount

    def refuses(self, who: int) -> bool:
        """Whether this person must wait. If not, this try is counted."""
        if self.is_used_up(who):
            return True
        self.count(who)
        return False

    def count(self, who: int) -> None:
        """One more try of this person."""
        if not cache.add(self._key(who), 1, self.seconds):
            self._increment(who)

    def _increment(self, who: int) -> None:
        try:
            cache.incr(self._key(who))
        except ValueError:  # It expired since `add` found it.
            cache.set(self._key(who), 1, self.seconds)

    def _key(self, who: int) -> str:
        return f"throttle:{self.name}:{who}"
