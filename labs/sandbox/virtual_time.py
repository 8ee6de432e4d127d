"""A process's time of day (time.time, datetime.now, ...), taken off the real one.

time.monotonic and select() stay real: what must end in time is measured by them.
"""

import sys
import time
from typing import override

# Else time_machine loads its pytest plugin and with it pytest, where that is installed.
_hides_pytest = sys.modules.setdefault("pytest", None) is None  # type: ignore[arg-type]
import time_machine  # noqa: E402

if _hides_pytest:
    del sys.modules["pytest"]

NS_PER_SECOND = 1_000_000_000
# time_machine's C code looks for its module here at each look at the clock.
NEEDED_MODULES = {"time_machine"}


class VirtualTime(time_machine.Traveller):
    """A time in nanoseconds since 1970 that moves when it is told to, and at each look.

    `look_ns` is by how much a look at the clock moves it: without that, a loop that waits for a
    time would never end.
    """

    def __init__(self, now_ns: int = 0, *, look_ns: int = 0) -> None:
        super().__init__(now_ns, None, tick=False)
        self.now_ns = now_ns
        self._look_ns = look_ns
        self._trip = time_machine.travel(0, tick=False)

    @override
    def time_ns(self) -> int:
        """What the process sees; called by time_machine."""
        self.now_ns += self._look_ns
        return self.now_ns

    def start(self) -> None:
        """Be this process's time from now on."""
        self._trip.start()
        time_machine.traveller_stack[-1] = self

    def stop(self) -> None:
        """Give the process the real time again."""
        self._trip.stop()


def real_time_ns() -> int:
    """The machine's time, whatever the process sees."""
    escape = time_machine.escape_hatch
    return escape.time.time_ns() if escape.is_travelling() else time.time_ns()
