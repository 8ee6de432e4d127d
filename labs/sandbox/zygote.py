"""The worker's end of a zygote: start it, ask it for sandboxed processes, end it."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from labs.errors import EngineError, SandboxUnavailableError
from labs.sandbox import cgroups, seam
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.machine import advice
from labs.sandbox.tiers import configured, make_walls
from labs.sandbox.tiers.walls import Walls

# -s -P: no user site, no working directory on the path. The environment is ours alone.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from labs.sandbox.zygote_process import main; main(*sys.argv[2:])"
)
# Otherwise the order of sets, and so a report, would differ from one zygote to the next.
_ENVIRONMENT = {"PYTHONHASHSEED": "0"}
# Four seconds of CPU: a machine that is busy with much else needs its time.
WARM_UP_SECONDS = 180


class ZygoteLostError(EngineError):
    """The zygote died, and with it all its children. A new one can do the job again."""


@dataclass(frozen=True)
class Ending:
    """How a process ended: its exit status, or the signal that killed it (else 0)."""

    status: int
    signal: int
    cpu_seconds: float


class Sandbox:
    """One running sandboxed process. It is pid 1 of its namespace: all it forked ends with it."""

    def __init__(self, walls: Walls, watched: int, pid: int) -> None:
        self._walls = walls
        self._watched = watched
        self.pid = pid  # as its zygote knows it

    def fileno(self) -> int:
        """Readable when the process has ended: pidfd_open(2)."""
        return self._watched

    def has_ended(self, *, within_seconds: float = 0) -> bool:
        poll = select.poll()
        poll.register(self._watched, select.POLLIN)
        return bool(poll.poll(within_seconds * 1000))

    def signal(self, number: int) -> None:
        try:
            self._walls.signal(self._watched, self.pid, number)
        except ProcessLookupError:
            return  # it has ended by itself

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        """Kill it if it still runs, and forget it."""
        self.kill()
        os.close(self._watched)


class Zygote:
    """A warm process running `entry` (a module with `warm()` and `run(fds)`), shut in.

    It forks children ahead: `spares` of them wait, behind all walls, for something to run.

    Raises:
        SandboxUnavailableError: the kernel refuses a layer. Nothing runs without it.
        EngineError: it did not come up.
        ZygoteLostError: it died, then or later on.
    """

    def __init__(self, entry: str, limits: ProcessLimits, *, spares: int = 1) -> None:
        self.entry = entry
        self.started = 0
        self.rss_kb = self.first_rss_kb = 0
        self._spares: deque[tuple[Sandbox, socket.socket]] = deque()
        self._spares_wanted = spares
        self._ordered = 0
        self.tier = configured()
        self._walls = make_walls(self.tier)
        # Where its new root is mounted, or its children's folders lie; it removes it again.
        self._folder = tempfile.mkdtemp(prefix="coldstart-")
        self._control, theirs = socket.socketpair()
        self._cgroup = cgroups.create()
        with theirs:
            self._process = self._exec(theirs, limits)
        self._ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether it has warmed up, or has something to say about why not."""
        return self._ready or bool(select.select([self._control], [], [], 0)[0])

    def is_lost(self) -> bool:
        """Whether it has died: the other end of the socket is closed."""
        poll = select.poll()
        poll.register(self._control, 0)  # POLLHUP is always reported
        return bool(poll.poll(0))

    def wait_until_ready(self) -> None:
        """Wait until it is warm; the spares are ordered then."""
        if self._ready:
            return
        if not select.select([self._control], [], [], WARM_UP_SECONDS)[0]:
            self.close()
            raise EngineError(f"the zygote {self.entry} was not warm after {WARM_UP_SECONDS} s")
        self._control.settimeout(WARM_UP_SECONDS)
        try:
            answer, _body = seam.receive(self._control)
        except seam.SeamError as error:
            self.close()
            was_killed = isinstance(error, seam.SeamClosedError)
            kind = ZygoteLostError if was_killed else EngineError
            raise kind(f"the zygote {self.entry} did not come up: {error}") from None
        self._control.settimeout(None)
        if reason := answer.get("unavailable"):
            self.close()
            raise SandboxUnavailableError(
                f"This machine refuses the sandbox of tier {self.tier} ({reason}). {advice()}"
                "`manage.py sandbox_status` says more."
            )
        self.rss_kb = self.first_rss_kb = answer["rss_kb"]
        self._ready = True
        self._order_spares()

    def start(self, fds: Sequence[int], *, memory_mb: int, cpu_seconds: int) -> Sandbox:
        """A new sandboxed process; `fds` are its stdout, then what `run` gets."""
        self.wait_until_ready()
        limits = {"memory_mb": memory_mb, "cpu_seconds": cpu_seconds}
        while True:
            sandbox, line = self._next()
            with line:
                try:
                    if sandbox.has_ended():
                        raise seam.SeamClosedError("the spare died while it waited")
                    seam.send(line, limits, fds=fds)
                except seam.SeamError:
                    sandbox.close()
                    continue
            self.started += 1
            self._order_spares()
            return sandbox

    def ending(self, sandbox: Sandbox) -> Ending:
        """How a process that has ended did so."""
        self._send({"do": "ending", "pid": sandbox.pid})
        while "cpu_seconds" not in (answer := self._receive()):
            pass
        return Ending(**answer)

    def close(self) -> None:
        """End the zygote and every process that it made."""
        self._control.close()
        self._walls.end_zygote(self._process, self._folder)
        for sandbox, line in self._spares:
            sandbox.close()
            line.close()
        self._spares.clear()
        cgroups.remove(self._cgroup)

    def _next(self) -> tuple[Sandbox, socket.socket]:
        if not self._spares and not self._ordered:
            self._order()
        while not self._spares:
            self._receive()
        return self._spares.popleft()

    def _order_spares(self) -> None:
        while len(self._spares) + self._ordered < self._spares_wanted:
            self._order()

    def _order(self) -> None:
        self._send({"do": "fork"})
        self._ordered += 1

    def _send(self, request: dict[str, Any]) -> None:
        try:
            seam.send(self._control, request)
        except seam.SeamError as error:
            raise ZygoteLostError(f"the zygote {self.entry} is gone: {error}") from None

    def _receive(self) -> dict[str, Any]:
        """The next answer; a new child among them goes to the spares."""
        try:
            answer, _body, fds = seam.receive_with_fds(self._control)
        except seam.SeamError as error:
            raise ZygoteLostError(f"the zygote {self.entry} is gone: {error}") from None
        if "pid" in answer:
            self._ordered -= 1
            self.rss_kb = answer["rss_kb"]
            watched, line = fds
            sandbox = Sandbox(self._walls, watched, answer["pid"])
            self._spares.append((sandbox, socket.socket(fileno=line)))
        return answer

    def _exec(self, theirs: socket.socket, limits: ProcessLimits) -> subprocess.Popen[bytes]:
        project = Path(__file__).resolve().parents[2]
        start = {
            "entry": self.entry,
            "tier": self.tier,
            "folder": self._folder,
            "cgroup": str(self._cgroup or ""),
            "control": theirs.fileno(),
            "parent": os.getpid(),
            "limits": asdict(limits),
        }
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            [sys.executable, "-s", "-P", "-B", "-c", _BOOT, str(project), json.dumps(start)],
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            # Ctrl-C in the terminal is for the worker, which then ends its zygotes in order.
            start_new_session=True,
        )
