"""Sandboxed processes for functions, without a worker: what labs.sandbox.run does for a job."""

import os
import signal
import socket
from typing import Self

from labs.cloud.guest import Guest, Serve
from labs.sandbox.guests import Guests
from labs.sandbox.pool import LEARNER_ENTRY, _zygote

CPU_SECONDS = 60


class Processes:
    """Starts processes; a context manager, as it holds a zygote."""

    def __enter__(self) -> Self:
        self._zygote = _zygote(LEARNER_ENTRY)
        self._zygote.wait_until_ready()
        self._output = os.open(os.devnull, os.O_WRONLY)
        self._guests = Guests(self._zygote, self._output)
        return self

    def __exit__(self, *_error: object) -> None:
        self._guests.close()
        self._zygote.close()
        os.close(self._output)

    def start_guest(self, serve: Serve, memory_mb: int) -> Guest:
        """A process for a function's environment."""
        with self._guests.start(memory_mb=memory_mb or 512, cpu_seconds=CPU_SECONDS) as (
            number,
            fds,
        ):
            control, line = (socket.socket(fileno=os.dup(fd)) for fd in fds)
        return Guest(control, line, serve, Host(self._guests, number))

    def end_all(self) -> None:
        """Those of the last test."""
        self._guests.close()


class Host:
    """Ends one process, and says how one ended."""

    def __init__(self, guests: Guests, number: int) -> None:
        self._guests = guests
        self._number = number

    def kill(self) -> str:
        return self._guests.kill(self._number)

    def ended(self) -> str:
        ending = self._guests.ending(self._number)
        if ending is None:
            return ""
        if ending.signal:
            return f"signal: {(signal.strsignal(ending.signal) or str(ending.signal)).lower()}"
        return f"exit status {ending.status}"
