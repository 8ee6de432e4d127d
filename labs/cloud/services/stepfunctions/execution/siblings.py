"""Branches side by side: all must succeed, and the first that fails ends the others."""

from collections.abc import Callable
from typing import Any

from labs.cloud.services.stepfunctions.execution.flow import Pending, Process, Steps, StoppedError


class Siblings(Pending):
    """Runs `start(number)` for each of `count`, at most `limit` at once; done with all results.

    Fails with the error of the first that fails; then `running` are those that were under way.
    """

    def __init__(self, start: Callable[[int], Process], count: int, limit: int) -> None:
        super().__init__()
        self._start, self._count = start, count
        self._results: list[Any] = [None] * count
        self._next = self._ended = 0
        self.running: dict[int, Process] = {}
        for _ in range(min(limit, count)):
            self._begin()
        if not count:
            self.resolve([])

    def stop(self) -> None:
        for process in self.running.values():
            process.stop()

    def _begin(self) -> None:
        number, self._next = self._next, self._next + 1
        process = self.running[number] = self._start(number)
        process.when_done(lambda: self._over(number, process))

    def _over(self, number: int, process: Process) -> None:
        if self.is_done:
            return
        del self.running[number]
        if process.error:
            self.stop()
            self.fail(process.error)
            return
        self._results[number] = process.value
        self._ended += 1
        if self._next < self._count:
            self._begin()
        elif self._ended == self._count:
            self.resolve(self._results)


def awaited(siblings: Siblings) -> Steps[list[Any]]:
    """Their results; they are stopped with whoever waits for them."""
    try:
        yield siblings
    except StoppedError:
        siblings.stop()
        raise
    results: list[Any] = siblings.result()
    return results
