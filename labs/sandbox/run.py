"""One job's processes: a cloud process that decides, learner's processes as it asks for them.

This, in the worker, is the only place that knows the time and can end a process. It reads frames
from the cloud process alone; what a learner's process writes goes to the cloud process, or to the
output pipe, whose bytes are counted and never parsed.
"""

import os
import selectors
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

from labs.errors import EngineError
from labs.sandbox import seam
from labs.sandbox.guests import LAST_WORDS_SECONDS, Guests, NoRoomError
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.pool import CLOUD_ENTRY, LEARNER_ENTRY, LIMITS, Zygotes
from labs.sandbox.zygote import Ending, Sandbox, ZygoteLostError
from labs.verdict import Verdict

# After the learner's processes were stopped: until the cloud process must have reported.
GRACE_SECONDS = 3.0
# A lost zygote was not the learner's doing, as nothing of his can reach it; a killed process may
# have been.
MAX_LOST, MAX_KILLED = 4, 2
CHUNK = 65536
STDERR = 2


@dataclass(frozen=True)
class RunLimits:
    """Limits of one job; `cpu_seconds` are those of each process of the learner.

    `cloud` are those of the cloud process. It has `grace_seconds` to report when the time is up;
    0 where it does the job's work itself.
    """

    wall_seconds: float
    cpu_seconds: int
    memory_mb: int
    output_bytes: int
    cloud: ProcessLimits = LIMITS[CLOUD_ENTRY]
    grace_seconds: float | None = None


@dataclass(frozen=True)
class Outcome:
    """`report` is the cloud process's, None if it died; `stopped` the limit that ended the job.

    `last_line` is the line of the learner's code reached then ("handler.py:14"), or "".
    """

    report: dict[str, Any] | None
    stopped: Verdict | None
    output: bytes
    last_line: str = ""


class ProcessKilledError(EngineError):
    """A process of the job was killed by somebody outside: an operator, or a kernel in need."""


class Run:
    """One job. Use `run_job`.

    `can_repeat`: a process that is killed from outside ends the run, so that it can begin anew.
    """

    def __init__(self, zygotes: Zygotes, limits: RunLimits, *, can_repeat: bool = False) -> None:
        self._zygotes = zygotes
        self._limits = limits
        self._can_repeat = can_repeat
        self._stopped: Verdict | None = None
        self._last_line = ""
        self._output = bytearray()
        self._deadline = time.monotonic() + limits.wall_seconds
        self._output_fd, self._output_end = os.pipe()
        os.set_blocking(self._output_fd, False)
        self._guests = Guests(zygotes.get(LEARNER_ENTRY), self._output_end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._guests.close()
        os.close(self._output_fd)
        os.close(self._output_end)

    def execute(self, job: dict[str, Any]) -> Outcome:
        """Give the job to a new cloud process and serve it until it reports.

        Raises:
            ZygoteLostError: a zygote died, and with it what it had forked for this job.
            ProcessKilledError: a process was killed from outside, and the job can be repeated.
        """
        with self._cloud() as (process, cloud):
            try:
                seam.send(cloud, job)
                report = self._serve(cloud)
            except seam.SeamError:
                report = None  # it died, or talks nonsense
                if process.has_ended(within_seconds=LAST_WORDS_SECONDS):
                    self._check_killed(self._zygotes.get(CLOUD_ENTRY).ending(process))
        if self._zygotes.any_lost():
            raise ZygoteLostError("a zygote died during a job")
        self._guests.close()
        self._read_output()
        output = bytes(self._output[: self._limits.output_bytes])
        return Outcome(report, self._stopped, output, self._last_line)

    @contextmanager
    def _cloud(self) -> Iterator[tuple[Sandbox, socket.socket]]:
        ours, theirs = socket.socketpair()
        limits = self._limits.cloud
        with ours:
            with theirs:
                process = self._zygotes.get(CLOUD_ENTRY).start(
                    [STDERR, theirs.fileno()],
                    memory_mb=limits.memory_mb,
                    cpu_seconds=limits.cpu_seconds,
                )
            try:
                # For a frame that has begun to arrive.
                ours.settimeout(GRACE_SECONDS)
                yield process, ours
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
                if cloud.fileno() in ready and (report := self._answer(cloud)):
                    return report
                if time.monotonic() >= self._deadline:
                    if self._stopped:
                        return None
                    self._stop(Verdict.TIMED_OUT)

    def _answer(self, cloud: socket.socket) -> dict[str, Any] | None:
        """Do what the cloud process asks for, or return its report."""
        frame, _body = seam.receive(cloud)
        if isinstance(frame.get("report"), dict):
            return dict(frame["report"])
        match frame.get("ask"):
            case "guest":
                self._give_guest(cloud, frame.get("memory_mb"))
            case "kill":
                seam.send(cloud, {"last_line": self._guests.kill(frame.get("guest"))})
            case "ended":
                seam.send(cloud, self._ended(frame.get("guest")))
            case _:
                raise seam.SeamError("the cloud process asks for what there is not")
        return None

    def _give_guest(self, cloud: socket.socket, wanted_mb: object) -> None:
        most = self._limits.memory_mb
        memory_mb = min(wanted_mb, most) if isinstance(wanted_mb, int) and wanted_mb > 0 else most
        try:
            if self._stopped:
                raise NoRoomError
            with self._guests.start(memory_mb=memory_mb, cpu_seconds=self._limits.cpu_seconds) as (
                number,
                fds,
            ):
                seam.send(cloud, {"guest": number}, fds=fds)
        except NoRoomError:
            seam.send(cloud, {"refused": str(self._stopped or "too many processes")})

    def _ended(self, number: object) -> dict[str, Any]:
        """How a process ended; if a limit killed it, the job ends as well."""
        ending = self._guests.ending(number)
        if ending and ending.signal and ending.cpu_seconds >= self._limits.cpu_seconds:
            self._stop(Verdict.CPU_EXCEEDED)
        elif ending:
            self._check_killed(ending)
        answer = {"status": ending.status, "signal": ending.signal} if ending else {}
        return {"stopped": self._stopped is not None, **answer}

    def _check_killed(self, ending: Ending) -> None:
        # No code inside can send SIGKILL to its own process, which is pid 1 there.
        if self._can_repeat and not self._stopped and ending.signal == signal.SIGKILL:
            raise ProcessKilledError("a process was killed during a job")

    def _stop(self, verdict: Verdict) -> None:
        """A limit was hit: end the learner's processes, let the cloud process report."""
        if not self._stopped:
            self._stopped = verdict
            grace = self._limits.grace_seconds
            self._deadline = time.monotonic() + (GRACE_SECONDS if grace is None else grace)
            self._last_line = self._guests.kill_all()

    def _read_output(self) -> None:
        with suppress(BlockingIOError):
            while chunk := os.read(self._output_fd, CHUNK):
                room = self._limits.output_bytes + 1 - len(self._output)
                self._output += chunk[:room]
                if len(self._output) > self._limits.output_bytes:
                    self._stop(Verdict.OUTPUT_EXCEEDED)


def run_job(zygotes: Zygotes, job: dict[str, Any], limits: RunLimits) -> Outcome:
    """Run one job from start to end; nothing of it is left behind.

    A zygote that is lost is replaced, and the job begun anew; so it is when a process of it is
    killed, but not for ever: code that uses up the machine's memory may be the reason.

    Raises:
        EngineError: our side failed. All zygotes are ended, so that the next job has new ones.
    """
    killed = lost = 0
    while True:
        try:
            zygotes.start()
            with Run(zygotes, limits, can_repeat=killed < MAX_KILLED) as run:
                return run.execute(job)
        except ProcessKilledError:
            killed += 1
        except EngineError as error:
            zygotes.close()
            lost += 1
            if not isinstance(error, ZygoteLostError) or lost > MAX_LOST:
                raise
