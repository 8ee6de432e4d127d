"""Tier lite: what holds without namespaces, in a container that is all the worker's own.

All children share one user, one process table and one view of the files, so Landlock names every
folder that may be read, and seccomp lets a process signal itself alone. What this tier does not
hold: the size of /tmp (only of each file in it), the number of a user's processes, and that code
can ask which paths exist.
"""

import os
from typing import override

from labs.sandbox import folders, landlock, linux, seccomp
from labs.sandbox.limits import ProcessLimits, apply, volunteer_for_oom_killer
from labs.sandbox.tiers.private import PrivateFolders

# Below version 3, truncate(2) empties any file that the user may write.
NEEDED_LANDLOCK = 3


class LiteWalls(PrivateFolders):
    """Landlock, seccomp and limits, and a private folder for each child."""

    @override
    def enter_zygote(self, folder: str, worker: int) -> None:
        super().enter_zygote(folder, worker)
        if os.getuid() == 0:
            os.chown(folder, linux.NOBODY, linux.NOBODY)
            linux.become_nobody()
        self._zygote = os.getpid()

    @override
    def enter_child(self, limits: ProcessLimits) -> None:
        linux.die_with(self._zygote)
        super().enter_child(limits)
        proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        used_bytes = linux.address_space(proc)
        volunteer_for_oom_killer(proc)
        os.close(proc)
        # Without a user namespace, RLIMIT_NPROC counts the processes of all siblings together.
        apply(limits, used_bytes=used_bytes, processes=False)
        linux.drop_capabilities()
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
        landlock.restrict(
            readable=[*map(str, folders.python_folders()), *folders.DEVICES],
            writable=[str(self._own)],
            at_least=NEEDED_LANDLOCK,
        )
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        seccomp.restrict(own_pid=os.getpid())
