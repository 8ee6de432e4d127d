"""One job's processes: a cloud process that decides, learner's processes as it asks for them.

This, in the worker, is the only place that knows the time and can end a process. It reads frames
from the cloud process alone; what a learner's process writes goes to the cloud process, or to the
output pipe, whose bytes are counted and never parsed.
"""

import itertools
import os
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

from labs.errors import EngineError
from labs.sandbox import seam
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.zygote import Sandbox, Zygote
from labs.verdict import Verdict

CLOUD_ENTRY = "labs.checks.session"
LEARNER_ENTRY = "labs.sandbox.guest.learner"
CLOUD_LIMITS = ProcessLimits(memory_mb=1024, cpu_seconds=120, processes=64, disk_mb=256)
# After the learner's processes were stopped: until the cloud process must have reported.
GRACE_SECONDS = 5.0
# Alive at once. The account keeps fewer; more would be a cloud process gone wild.
MAX_GUESTS = 64
CHUNK = 65536
STDERR = 2


@dataclass(frozen=True)
class RunLimits:
    """Limits of one job."""

    wall_seconds: float
    memory_mb: int
    output_bytes: int


@dataclass(frozen=True)
class Outcome:
    """`report` is the cloud process's, None if it died; `stopped` the limit that ended the job."""

    report: dict[str, Any] | None
    stopped: Verdict | None
    output: bytes


class Zygotes:
    """The two warm processes of a worker, started when they are first needed."""

    def __init__(self) -> None:
        self._running: dict[str, Zygote] = {}

    def get(self, entry: str) -> Zygote:
        if entry not in self._running:
            self._running[entry] = Zygote(entry)
        return self._running[entry]

    def start(self) -> None:
        """Start both now, so that the first job finds them warm."""
        self.get(CLOUD_ENTRY)
        self.get(LEARNER_ENTRY)

    def close(self) -> None:
        """End both, and every process that they made."""
        for zygote in self._running.values():
            zygote.close()
        self._running.clear()


class Run:
    """One job. Use `run_job`."""

    def __init__(self, zygotes: Zygotes, limits: RunLimits) -> None:
        self._zygotes = zygotes
        self._limits = limits
        self._guests: dict[int, Sandbox] = {}
        self._numbers = itertools.count()
        self._stopped: Verdict | None = None
        self._output = bytearray()
        self._deadline = time.monotonic() + limits.wall_seconds
        self._output_fd, self._output_end = os.pipe()
        os.set_blocking(self._output_fd, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for guest in self._guests.values():
            guest.close()
        os.close(self._output_fd)
        os.close(self._output_end)

    def execute(self, job: dict[str, Any]) -> Outcome:
        """Give the job to a new cloud process and serve it until it reports."""
        with self._cloud() as cloud:
            seam.send(cloud, job)
            report = self._serve(cloud)
        for guest in self._guests.values():
            guest.kill()
        self._read_output()
        return Outcome(report, self._stopped, bytes(self._output[: self._limits.output_bytes]))

    @contextmanager
    def _cloud(self) -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                fds = [STDERR, theirs.fileno()]
                process = self._zygotes.get(CLOUD_ENTRY).fork(fds, CLOUD_LIMITS)
            try:
                # For a frame that has begun to arrive.
                ours.settimeout(GRACE_SECONDS)
                yield ours
            finally:
                process.close()

    def _serve(self, cloud: socket.socket) -> dict[str, Any] | None:
        with selectors.DefaultSelector() as selector:
            selector.register(cloud, selectors.EVENT_READ)
            selector.register(self._output_fd, selectors.EVENT_READ)
            while True:
                remaining = self._deadline - time.monotonic()
                ready = {key.fd for key, _ in selector.select(max(0.0, remaining))}
                if self._output_fd in ready:
                    self._read_output()
                if cloud.fileno() in ready:
                    try:
                        if report := self._answer(cloud):
                            return report
                    except seam.SeamError:
                        return None  # it died, or talks nonsense
                if time.monotonic() >= self._deadline:
                    if self._stopped:
                        return None
                    self._stop(Verdict.TIMED_OUT)

    def _answer(self, cloud: socket.socket) -> dict[str, Any] | None:
        """Do what the cloud process asks for, or return its report."""
        frame, _body = seam.receive(cloud)
        if "report" in frame:
            return dict(frame["report"])
        match frame.get("ask"):
            case "kill":
                self._kill_guest(frame.get("guest"))
            case "stopped":
                seam.send(cloud, {"stopped": self._stopped is not None})
            case _:
                self._give_guest(cloud, frame.get("memory_mb"))
        return None

    def _give_guest(self, cloud: socket.socket, wanted_mb: object) -> None:
        self._forget_ended()
        if self._stopped or len(self._guests) >= MAX_GUESTS:
            seam.send(cloud, {"refused": str(self._stopped or "too many processes")})
            return
        pairs = [socket.socketpair() for _ in range(2)]
        guests_ends = [pair[1].fileno() for pair in pairs]
        most = self._limits.memory_mb
        memory_mb = min(wanted_mb, most) if isinstance(wanted_mb, int) and wanted_mb > 0 else most
        limits = ProcessLimits(memory_mb=memory_mb, cpu_seconds=int(self._limits.wall_seconds) + 1)
        try:
            zygote, number = self._zygotes.get(LEARNER_ENTRY), next(self._numbers)
            self._guests[number] = zygote.fork([self._output_end, *guests_ends], limits)
            seam.send(cloud, {"guest": number}, fds=[pair[0].fileno() for pair in pairs])
        finally:
            for sock in (end for pair in pairs for end in pair):
                sock.close()

    def _forget_ended(self) -> None:
        for number in [key for key, guest in self._guests.items() if guest.has_ended()]:
            self._guests.pop(number).close()

    def _kill_guest(self, number: object) -> None:
        if isinstance(number, int) and number in self._guests:
            self._guests.pop(number).close()

    def _stop(self, verdict: Verdict) -> None:
        """A limit was hit: end the learner's processes, let the cloud process report."""
        self._stopped = verdict
        self._deadline = time.monotonic() + GRACE_SECONDS
        for guest in self._guests.values():
            guest.kill()

    def _read_output(self) -> None:
        with suppress(BlockingIOError):
            while chunk := os.read(self._output_fd, CHUNK):
                room = self._limits.output_bytes + 1 - len(self._output)
                self._output += chunk[:room]
                if len(self._output) > self._limits.output_bytes and not self._stopped:
                    self._stop(Verdict.OUTPUT_EXCEEDED)


def run_job(zygotes: Zygotes, job: dict[str, Any], limits: RunLimits) -> Outcome:
    """Run one job from start to end; nothing of it is left behind.

    Raises:
        EngineError: a zygote is gone. Both are ended, so that the next job starts new ones.
    """
    try:
        with Run(zygotes, limits) as run:
            return run.execute(job)
    except EngineError:
        zygotes.close()
        raise
