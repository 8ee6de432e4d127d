"""What the tiers without mounts share: a folder of its own for each child, which ends with it."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import override

from labs.sandbox import folders
from labs.sandbox.limits import ProcessLimits
from labs.sandbox.tiers.walls import Walls

ORDERLY_END_SECONDS = 2


class PrivateFolders(Walls):
    """The zygote makes a child's folder before it forks it, and removes it afterwards."""

    def __init__(self) -> None:
        self._folders: dict[int, Path] = {}

    @override
    def enter_zygote(self, folder: str, worker: int) -> None:
        # It does not die with the worker at once: it sees the socket close, and tidies up.
        self._base = Path(folder)

    @override
    def fork(self) -> int:
        self._own = Path(tempfile.mkdtemp(dir=self._base))
        if pid := os.fork():
            self._folders[pid] = self._own
        return pid

    @override
    def enter_child(self, limits: ProcessLimits) -> None:
        for name in ("task", "opt", "tmp"):
            (self._own / name).mkdir()
        folders.use(self._own)

    @override
    def forget(self, pid: int) -> None:
        if folder := self._folders.pop(pid, None):
            remove(folder)

    @override
    def close(self) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # nothing else waits for them now
        for pid in self._folders:
            with suppress(ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        remove(self._base)

    @override
    def end_zygote(self, process: subprocess.Popen[bytes], folder: str) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(ORDERLY_END_SECONDS)
        super().end_zygote(process, folder)
        remove(Path(folder))


def remove(folder: Path) -> None:
    """Remove what a learner's code has left, be there folders that it made without permissions."""
    try:
        shutil.rmtree(folder)
    except OSError:
        for parent, names, _files in folder.walk():
            for path in (parent / name for name in names):
                path.chmod(0o700)
        shutil.rmtree(folder, ignore_errors=True)
