"""What is in flight in the account: actions that are due at a moment of its clock.

They are done in the order of their moments, and those of one moment in the order in which they
were put down. No thread decides an order.
"""

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from labs.cloud.clock import clock

REMEMBERED = 40  # of the latest actions, to name a loop


@dataclass(order=True)
class Entry:
    """One action. `what` names it in a sentence: "an event from topic orders to function f".

    `depth` is how many actions of one moment had set each other off before it. What is in the
    `background` (a schedule, an expiry) is not waited for by `settle`: it is done when time passes
    anyway.
    """

    moment: float
    number: int
    action: Callable[[], None] = field(compare=False)
    what: str = field(compare=False)
    background: bool = field(compare=False, default=False)
    depth: int = field(compare=False, default=0)
    is_cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        """It will not be done. Nothing happens if it has been."""
        self.is_cancelled = True


class Agenda:
    """Of one account.

    `recent` are the latest actions by name, the last one last; `depth` is that of the action that
    is being done, or was done last.
    """

    def __init__(self) -> None:
        self._foreground: list[Entry] = []
        self._background: list[Entry] = []
        self._numbers = itertools.count()
        self.recent: deque[str] = deque(maxlen=REMEMBERED)
        self.depth = 0

    def put(
        self,
        action: Callable[[], None],
        *,
        what: str,
        after_ms: float = 0,
        at: float | None = None,
        background: bool = False,
    ) -> Entry:
        """Do this when the time has come: `after_ms` from now, or `at` (ms since 1970)."""
        moment = clock.millis() + after_ms if at is None else at
        depth = self.depth + 1 if moment <= clock.millis() else 0
        entry = Entry(moment, next(self._numbers), action, what, background, depth=depth)
        heapq.heappush(self._background if background else self._foreground, entry)
        return entry

    def next_moment(self, *, background: bool = False) -> float | None:
        """When the next action is due, with or without those of the background."""
        heaps = [self._foreground, self._background] if background else [self._foreground]
        first = min((found for heap in heaps if (found := _first(heap))), default=None)
        return None if first is None else first.moment

    def run_next(self) -> bool:
        """Do the first action that is due; False if none is."""
        firsts = (_first(heap) for heap in (self._foreground, self._background))
        entry = min((first for first in firsts if first), default=None)
        if entry is None or entry.moment > clock.millis():
            return False
        heapq.heappop(self._background if entry.background else self._foreground)
        self.recent.append(entry.what)
        self.depth = entry.depth
        entry.action()
        return True

    def loop(self) -> str:
        """What goes on again and again, in its order: "function a, queue b", as `what` says it."""
        return ", then ".join(dict.fromkeys(self.recent))


def _first(heap: list[Entry]) -> Entry | None:
    while heap and heap[0].is_cancelled:
        heapq.heappop(heap)
    return heap[0] if heap else None
