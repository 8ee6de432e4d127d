"""The learner's processes of one job, as the worker holds them."""

import itertools
import os
import re
import select
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from labs.sandbox.zygote import Ending, Sandbox, Zygote

# Alive at once. The account keeps fewer; more would be a cloud process gone wild.
MAX_GUESTS = 64
# How long a process may take to say where it is (from a signal handler), or to die.
LAST_WORDS_SECONDS = 0.2
MAX_DUMP_BYTES = 16 * 1024
# What faulthandler writes; the innermost frame comes first. A learner can forge it, and then
# misleads nobody but himself: hence nothing but a plain name and a number is taken.
_OWN_FRAME = re.compile(rb'File "[^"\n]*/task/([A-Za-z0-9_./-]{1,100})", line (\d{1,6})')
# The frame that started the zygote, or the sign that there are too many frames.
_DUMP_END = re.compile(rb'  File "<string>", line 1 in <module>\n|\n  \.\.\.\n')


class NoRoomError(Exception):
    """More processes than any account needs."""


@dataclass(frozen=True)
class Guest:
    """One process, and the pipe on which it says where it is when it is asked."""

    sandbox: Sandbox
    where: int

    def ask_where(self) -> None:
        self.sandbox.signal(signal.SIGUSR1)

    def last_line(self, deadline: float) -> str:
        """The line of the learner's code that it has reached ("handler.py:14"), or "".

        It is waited for until `deadline` (time.monotonic), after `ask_where`.
        """
        dump = b""
        poll = select.poll()
        poll.register(self.where, select.POLLIN)
        while not (found := _OWN_FRAME.search(dump)) and not _DUMP_END.search(dump):
            left = 0.0 if self.sandbox.has_ended() else max(0.0, deadline - time.monotonic())
            if len(dump) >= MAX_DUMP_BYTES or not poll.poll(left * 1000):
                break
            if not (chunk := os.read(self.where, MAX_DUMP_BYTES)):
                break
            dump += chunk
        return f"{found[1].decode()}:{int(found[2])}" if found else ""

    def close(self) -> None:
        self.sandbox.close()
        os.close(self.where)


class Guests:
    """All of a job's. Each has a number, by which the cloud process names it."""

    def __init__(self, zygote: Zygote, output: int) -> None:
        self._zygote = zygote
        self._output = output
        self._alive: dict[int, Guest] = {}
        self._numbers = itertools.count()

    @contextmanager
    def start(self, *, memory_mb: int, cpu_seconds: int) -> Iterator[tuple[int, list[int]]]:
        """A new one: its number, and the account's ends of its two sockets, to be passed on.

        Raises:
            NoRoomError: there are too many.
        """
        self._forget_ended()
        if len(self._alive) >= MAX_GUESTS:
            raise NoRoomError
        pairs = [socket.socketpair() for _ in range(2)]
        where, theirs = os.pipe()
        try:
            fds = [self._output, *(pair[1].fileno() for pair in pairs), theirs]
            sandbox = self._zygote.start(fds, memory_mb=memory_mb, cpu_seconds=cpu_seconds)
            number = next(self._numbers)
            self._alive[number] = Guest(sandbox, where)
            yield number, [pair[0].fileno() for pair in pairs]
        finally:
            os.close(theirs)
            for sock in (end for pair in pairs for end in pair):
                sock.close()

    def ending(self, number: object) -> Ending | None:
        """How a process ended that the account found dead, or None if nothing is known of it."""
        guest = self._alive.get(number) if isinstance(number, int) else None
        if guest is None:
            return None
        if guest.sandbox.has_ended(within_seconds=LAST_WORDS_SECONDS):
            return self._zygote.ending(guest.sandbox)
        guest.sandbox.kill()  # it had only hung up
        return None

    def kill(self, number: object) -> str:
        """End one; returns the last line that it reached."""
        guest = self._alive.pop(number, None) if isinstance(number, int) else None
        if guest is None:
            return ""
        guest.ask_where()
        line = guest.last_line(time.monotonic() + LAST_WORDS_SECONDS)
        guest.close()
        return line

    def kill_all(self) -> str:
        """End all; returns the last line that the innermost one at work reached."""
        deadline = time.monotonic() + LAST_WORDS_SECONDS  # for all together
        for guest in self._alive.values():
            guest.ask_where()
        lines = (guest.last_line(deadline) for guest in reversed(self._alive.values()))
        line = next(filter(None, lines), "")
        for guest in self._alive.values():
            guest.sandbox.kill()
        return line

    def close(self) -> None:
        for guest in self._alive.values():
            guest.close()
        self._alive.clear()

    def _forget_ended(self) -> None:
        for number in [key for key, guest in self._alive.items() if guest.sandbox.has_ended()]:
            self._alive.pop(number).close()
