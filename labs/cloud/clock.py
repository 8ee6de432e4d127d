"""The account's clock: thirty seconds of a visibility timeout pass in no time.

It stands still while the account works, so that what happens does not depend on how fast this
machine is. It follows real time between the learner's calls, so that `time.sleep` in a program
does what its author expects.
"""

from datetime import UTC, datetime, timedelta


class Clock:
    """What the simulated services read. It only goes forward."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Back to real time."""
        self._ahead = timedelta()
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        """Virtual time, in UTC."""
        return self._now

    def millis(self) -> float:
        """Virtual time in milliseconds since 1970, as SQS counts."""
        return self._now.timestamp() * 1000

    def tick(self) -> None:
        """Take over the real time that has passed."""
        self._now = max(self._now, datetime.now(UTC) + self._ahead)

    def advance_to(self, millis: float) -> None:
        """Let time pass until `millis`; nothing happens if that is over already."""
        missing = timedelta(milliseconds=millis - self.millis())
        if missing > timedelta():
            self._now += missing
            self._ahead = self._now - datetime.now(UTC)


# One for the process: moto's services live in globals, and so does the time that they read.
clock = Clock()
