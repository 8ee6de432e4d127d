"""The zygote: a process that has everything imported and forks a shut-in child on request.

Run by `zygote.Zygote` as `python -I -c "..."`; see there. It serves one socket: a request brings
limits and file descriptors, the answer a pidfd. When the socket closes, it ends, and with it, as
it is pid 1 of its own namespace, every process that it ever made.
"""

import gc
import importlib
import os
import signal
import socket
import sys
import threading
from types import ModuleType

from labs.errors import SandboxUnavailableError
from labs.sandbox import linux, seam, seccomp
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.namespaces import Walls, enter_child, enter_zygote

FIRST_FD = 3


def main(entry: str, new_root: str, control_fd: int, parent: int) -> None:
    """Shut in, warm up, then fork children until the worker closes the socket."""
    _die_with_parent(parent)
    control = socket.socket(fileno=control_fd)
    try:
        walls = enter_zygote(new_root)
    except OSError as error:
        seam.send(control, {"unavailable": str(error)})
        return
    pid = os.fork()
    if pid:  # outside of the new pid namespace: it only waits for the zygote proper
        control.close()
        os.waitpid(pid, 0)
        return
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    own_namespace = os.open("self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=walls.proc)
    if reason := _rehearse(walls, own_namespace):
        seam.send(control, {"unavailable": reason})
        return
    module = importlib.import_module(entry)
    module.warm()
    _freeze()
    seam.send(control, {"ready": True})
    _serve(control, module, walls, own_namespace)


def _die_with_parent(parent: int) -> None:
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _rehearse(walls: Walls, own_namespace: int) -> str:
    """Raise all walls around a child that does nothing: what the machine refuses, or ""."""
    seccomp.program()  # built here, so that every child finds it
    reading, writing = os.pipe()
    pid = _fork_into_namespace(own_namespace)
    if pid == 0:
        try:
            enter_child(walls, ProcessLimits())
        except (OSError, SandboxUnavailableError) as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    reason = os.read(reading, 1000).decode()
    os.close(reading)
    return reason


def _fork_into_namespace(own_namespace: int) -> int:
    """fork(), where the child is pid 1 of a new pid namespace."""
    # A process can unshare its children's namespace once; going back to its own allows it again.
    os.setns(own_namespace, os.CLONE_NEWPID)
    os.unshare(os.CLONE_NEWPID)
    return os.fork()


def _freeze() -> None:
    if threading.active_count() != 1:
        raise RuntimeError("a zygote must have one thread, or its children inherit held locks")
    # Otherwise each collection in a child would write to, and so copy, every inherited page.
    gc.collect()
    gc.freeze()


def _serve(control: socket.socket, module: ModuleType, walls: Walls, own_namespace: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for children: pidfds tell
    while True:
        try:
            request, _body, fds = seam.receive_with_fds(control)
        except seam.SeamClosedError:
            return
        pid = _fork_into_namespace(own_namespace)
        if pid == 0:
            _run_child(module, walls, ProcessLimits(**request["limits"]), fds)
        for fd in fds:
            os.close(fd)
        pidfd = os.pidfd_open(pid)
        seam.send(control, {"pid": pid}, fds=[pidfd])
        os.close(pidfd)


def _run_child(module: ModuleType, walls: Walls, limits: ProcessLimits, fds: list[int]) -> None:
    """fds: stdout (also stderr), then what the entry module's `run` gets as 3, 4 ..."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        enter_child(walls, limits)
        kept = _place(fds)
        module.run(kept)
        status = 0
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
