"""How often an API may be called: token buckets and quotas on the account's time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from labs.cloud.clock import clock


@dataclass
class Bucket:
    """Up to `burst` tokens, which come back at `rate` a second.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    tokens: float
    at_ms: float


@dataclass
class Limits:
    """Of one account: what is left of each limit, by what it is for."""

    buckets: dict[object, Bucket] = field(default_factory=dict)
    used: dict[object, int] = field(default_factory=dict)

    def take(self, key: object, rate: float, burst: float) -> bool:
        """Take a token; False if there is none."""
        now = clock.millis()
        bucket = self.buckets.setdefault(key, Bucket(burst, now))
        grown = bucket.tokens + (now - bucket.at_ms) / 1000 * rate
        bucket.tokens, bucket.at_ms = min(burst, grown), now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def count(self, key: object, limit: int, period: str, offset: int) -> bool:
        """Count one request of a quota; False if the period's are used up."""
        window = (key, _period_start(clock.now(), period, offset))
        used = self.used.get(window, offset)
        if used >= limit:
            return False
        self.used[window] = used + 1
        return True


def _period_start(now: datetime, period: str, _offset: int) -> str:
    """The day on which the current DAY, WEEK (from Sunday) or MONTH began."""
    day = now.date()
    if period == "WEEK":
        day -= timedelta(days=(day.weekday() + 1) % 7)
    elif period == "MONTH":
        day = day.replace(day=1)
    return day.isoformat()
