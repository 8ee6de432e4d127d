"""Tier none: no walls. It asks nothing of the system that Linux alone has."""

import os
import select
import signal
from contextlib import suppress
from typing import override

from labs.sandbox.limits import ProcessLimits, apply_some
from labs.sandbox.tiers.private import PrivateFolders


class NoWalls(PrivateFolders):
    """Processes with a folder of their own and some limits; they may do what the user may."""

    def __init__(self) -> None:
        super().__init__()
        self._ends: dict[int, int] = {}

    @override
    def enter_child(self, limits: ProcessLimits) -> None:
        for end in self._ends.values():
            os.close(end)
        super().enter_child(limits)
        apply_some(limits)

    @override
    def watch(self, pid: int) -> int:
        # Where there is no pidfd_open(2): a pipe, of which `forget` closes the other end.
        reading, self._ends[pid] = os.pipe()
        return reading

    @override
    def forget(self, pid: int) -> None:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)  # what it has started and left behind
        if (end := self._ends.pop(pid, None)) is not None:
            os.close(end)
        super().forget(pid)

    @override
    def close(self) -> None:
        for pid in self._folders:
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        super().close()

    @override
    def signal(self, watched: int, pid: int, number: int) -> None:
        if select.select([watched], [], [], 0)[0]:  # the number may be another's by now
            raise ProcessLookupError
        try:
            os.killpg(pid, number)
        except (ProcessLookupError, PermissionError):
            os.kill(pid, number)  # it has not got so far as to lead a group
