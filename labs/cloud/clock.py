"""The account's clock: thirty seconds of a visibility timeout pass in no time.

It does not follow this machine's speed. Time passes by so much for each call, by what the
learner's process slept for, and to whatever moment the account lets it pass; so that the same
code finds the same times in each run. While the account works, its process lives on this time:
moto reads it wherever it reads the time of day.
"""

from datetime import UTC, datetime, timedelta

from labs.sandbox.virtual_time import VirtualTime, real_time_ns

NS_PER_US = 1_000
NS_PER_MS = 1_000_000
CALL_NS = 1 * NS_PER_MS  # what one call of the learner's code takes
EPOCH = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
START_MINUTES = 28 * 24 * 60  # after it, a grading may begin, by its seed


def start_of(seed: int) -> datetime:
    """When a grading with this seed begins: a minute of the four weeks from 2026-01-15 09:30."""
    return EPOCH + timedelta(minutes=seed % START_MINUTES)


def iso(moment: datetime, timespec: str = "milliseconds") -> str:
    """As AWS writes most of its times: "2026-01-15T10:00:00.123Z"; what is finer is cut."""
    return moment.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def iso_of(millis: float, timespec: str = "milliseconds") -> str:
    """The same, of milliseconds since 1970."""
    return iso(datetime.fromtimestamp(millis / 1000, UTC), timespec)


class Clock:
    """What the simulated services read. It only goes forward."""

    def __init__(self) -> None:
        self._time = VirtualTime(real_time_ns())

    def start(self) -> None:
        """Be the time of this process."""
        self._time.start()

    def stop(self) -> None:
        self._time.stop()

    def reset(self, start: datetime | None = None) -> None:
        """Begin again: at `start`, or at the real time."""
        self._time.now_ns = real_time_ns() if start is None else _ns(start)

    def now_ns(self) -> int:
        """Virtual time in nanoseconds since 1970."""
        return self._time.now_ns

    def now(self) -> datetime:
        """Virtual time, in UTC."""
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.now_ns() // 1000)

    def millis(self) -> float:
        """Virtual time in milliseconds since 1970, as SQS counts."""
        return self.now_ns() / NS_PER_MS

    def advance(self, nanoseconds: int) -> None:
        """Let so much time pass."""
        self._time.now_ns += max(0, nanoseconds)

    def advance_to(self, millis: float) -> None:
        """Let time pass until `millis`; nothing happens if that is over already."""
        self.advance(round(millis * NS_PER_MS) - self.now_ns())
        if self.millis() < millis:  # by the quarter of a microsecond that a float leaves out
            self.advance(NS_PER_US)


def _ns(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


# One for the process: moto's services live in globals, and so does the time that they read.
clock = Clock()
