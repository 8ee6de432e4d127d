"""Tier strict: every layer that Linux has, in the order in which they are raised."""

import os
import signal
from typing import NoReturn, override

from labs.sandbox import landlock, linux, namespaces, seccomp
from labs.sandbox.folders import LAYERS_ROOT, TASK_ROOT, TMP
from labs.sandbox.limits import ProcessLimits, apply, volunteer_for_oom_killer
from labs.sandbox.tiers.walls import Walls


class StrictWalls(Walls):
    """Namespaces for the zygote, and once more for each child: namespaces(7)."""

    @override
    def enter_zygote(self, folder: str, worker: int) -> None:
        linux.die_with(worker)
        self._view = namespaces.enter_zygote(folder)
        # A change of user, as root makes it, has taken that back: prctl(2), PR_SET_PDEATHSIG.
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if pid := os.fork():
            _stay_outside(pid)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        self._own_namespace = os.open(
            "self/ns/pid", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._view.proc
        )
        seccomp.program()  # built here, so that every child finds it

    @override
    def fork(self) -> int:
        # A process can unshare its children's namespace once; going back to its own allows it
        # again. So each child is pid 1 of a new one, and what it starts ends with it.
        os.setns(self._own_namespace, os.CLONE_NEWPID)
        os.unshare(os.CLONE_NEWPID)
        return os.fork()

    @override
    def enter_child(self, limits: ProcessLimits) -> None:
        proc = self._view.proc
        used_bytes = linux.address_space(proc)
        volunteer_for_oom_killer(proc)
        namespaces.enter_child(self._view, limits)
        os.close(proc)  # /proc had no name here; now it has no number either
        os.close(self._own_namespace)
        apply(limits, used_bytes=used_bytes)
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(readable=["/"], writable=[TMP, TASK_ROOT, LAYERS_ROOT])
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        seccomp.restrict()


def _stay_outside(pid: int) -> NoReturn:
    """Wait for the zygote proper, which is pid 1 of the new namespace and cannot be orphaned."""
    os.closerange(0, os.sysconf("SC_OPEN_MAX"))
    os.waitpid(pid, 0)
    os._exit(0)
