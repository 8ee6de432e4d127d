"""The zygote: a process that has everything imported and forks a shut-in child on request.

Run by `zygote.Zygote`; see there. It serves one socket: a request brings a child, which waits for
the worker's word on a socket of its own. When the zygote's socket closes, it ends, and with it, as
it is pid 1 of its own namespace, every process that it ever made.
"""

import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import threading
from collections import OrderedDict
from contextlib import suppress
from resource import struct_rusage
from types import ModuleType
from typing import Any, NoReturn

from labs.errors import SandboxUnavailableError
from labs.sandbox import cgroups, huge_pages, seam
from labs.sandbox.immortal import make_all_immortal
from labs.sandbox.limits import ProcessLimits, lower
from labs.sandbox.tiers import Tier, make_walls
from labs.sandbox.tiers.walls import Walls

FIRST_FD = 3
# A job is short: collecting as often as Python does by itself costs more than it frees.
GC_THRESHOLD = 20_000
MAX_ENDINGS = 256  # remembered, of processes that nobody has asked about

type Json = dict[str, Any]


def main(start: str) -> None:
    """Shut in, warm up, then fork children until the worker closes the socket.

    `start` is JSON: entry, tier, folder (empty, its own), cgroup (or ""), control (a descriptor),
    parent (a pid), limits (a child's).
    """
    job = json.loads(start)
    control = socket.socket(fileno=job["control"])
    if job["cgroup"]:
        cgroups.enter(job["cgroup"])
    walls = make_walls(Tier(job["tier"]))
    try:
        if reason := _shut_in(walls, job):
            seam.send(control, {"unavailable": reason})
            return
        module = importlib.import_module(job["entry"])
        module.warm()
        _freeze()
        seam.send(control, {"rss_kb": _rss_kb()})
        Server(control, module, walls, ProcessLimits(**job["limits"])).serve()
    except seam.SeamClosedError:
        pass  # the worker has gone before this was warm
    finally:
        walls.close()


def _shut_in(walls: Walls, job: Json) -> str:
    """Raise the zygote's walls, and a child's as a rehearsal: what the machine refuses, or ""."""
    try:
        walls.enter_zygote(job["folder"], job["parent"])
        return _rehearse(walls)
    except (OSError, SandboxUnavailableError) as error:
        return str(error)


def _rehearse(walls: Walls) -> str:
    reading, writing = os.pipe()
    pid = walls.fork()
    if pid == 0:
        status = 1
        try:
            walls.enter_child(ProcessLimits())
            status = 0
        except (OSError, SandboxUnavailableError) as error:
            os.write(writing, str(error).encode())
        finally:
            os._exit(status)
    os.close(writing)
    _pid, status = os.waitpid(pid, 0)
    walls.forget(pid)
    reason = os.read(reading, 1000).decode()
    os.close(reading)
    return reason or ("a process behind the walls did not survive them" if status else "")


def _freeze() -> None:
    if threading.active_count() != 1:
        raise RuntimeError("a zygote must have one thread, or its children inherit held locks")
    # Otherwise each use of an object, and each collection, in a child would copy inherited pages.
    gc.collect()
    make_all_immortal()
    huge_pages.collapse()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)


class Server:
    """Serves the worker: {"do": "fork"} and {"do": "ending", "pid": 7}, each with one answer."""

    def __init__(
        self,
        control: socket.socket,
        module: ModuleType,
        walls: Walls,
        limits: ProcessLimits,
    ) -> None:
        self._control = control
        self._module = module
        self._walls = walls
        self._limits = limits
        self._endings: OrderedDict[int, Json] = OrderedDict()

    def serve(self) -> None:
        """Answer until the worker closes the socket."""
        signal.signal(signal.SIGCHLD, self._reap)
        while True:
            try:
                request, _body = seam.receive(self._control)
                if request["do"] == "fork":
                    self._fork()
                else:
                    seam.send(self._control, self._ending(request["pid"]))
            except seam.SeamClosedError:
                return

    def _fork(self) -> None:
        """A child behind all walls, which waits on a socket for what it shall run."""
        line, theirs = socket.socketpair()
        # Or it might be reaped before its pidfd is there.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = self._walls.fork()
        if pid == 0:
            self._control.close()
            line.close()
            _run_child(self._module, self._walls, self._limits, theirs)
        watched = self._walls.watch(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        fds = [watched, line.fileno()]
        seam.send(self._control, {"pid": pid, "rss_kb": _rss_kb()}, fds=fds)
        os.close(watched)
        line.close()
        theirs.close()

    def _reap(self, *_signal: object) -> None:
        with suppress(ChildProcessError):
            while (found := os.wait4(-1, os.WNOHANG))[0]:
                pid, status, usage = found
                self._remember(pid, status, usage)

    def _remember(self, pid: int, status: int, usage: struct_rusage) -> None:
        self._walls.forget(pid)
        code = os.waitstatus_to_exitcode(status)
        self._endings[pid] = {
            "status": max(code, 0),
            "signal": max(-code, 0),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
        }
        if len(self._endings) > MAX_ENDINGS:
            self._endings.popitem(last=False)

    def _ending(self, pid: int) -> Json:
        with suppress(ChildProcessError):
            _pid, status, usage = os.wait4(pid, 0)
            self._remember(pid, status, usage)
        return self._endings.get(pid, {"status": 0, "signal": 0, "cpu_seconds": 0.0})


def _rss_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _run_child(
    module: ModuleType, walls: Walls, limits: ProcessLimits, line: socket.socket
) -> NoReturn:
    """Raise the walls, wait for the worker's word, run.

    With it come stdout (also stderr), then what the entry module's `run` gets as 3, 4 ...
    """
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.setsid()  # else kill(0, ...) would reach the zygote and all its other children
        walls.enter_child(limits)
        job, _body, fds = seam.receive_with_fds(line)
        lower(limits, **job)
        module.run(_place(fds))
        status = 0
    except seam.SeamClosedError:
        pass  # the worker has no use for this spare any more
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        os._exit(status)


def _place(fds: list[int]) -> list[int]:
    """Put the descriptors at 0, 1, 2, 3 ... and close all others."""
    high = [os.dup2(fd, 100 + index, inheritable=False) for index, fd in enumerate(fds)]
    null = os.dup2(os.open("/dev/null", os.O_RDONLY), 99, inheritable=False)
    for target, source in enumerate((null, high[0], high[0], *high[1:])):
        os.dup2(source, target, inheritable=False)
    os.closerange(FIRST_FD + len(fds) - 1, os.sysconf("SC_OPEN_MAX"))
    return list(range(FIRST_FD, FIRST_FD + len(fds) - 1))
