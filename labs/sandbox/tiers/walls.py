"""What every tier must offer."""

import os
import signal
import subprocess
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path

from labs.sandbox.limits import ProcessLimits


class Walls(ABC):
    """One tier's walls. The zygote and its children raise them, the worker reaches over them.

    A step that the kernel refuses raises OSError or SandboxUnavailableError, and nothing runs.
    """

    @abstractmethod
    def enter_zygote(self, folder: str, worker: int) -> None:
        """Shut the zygote in. `folder` is empty and its own; `worker` is the pid of its parent."""

    @abstractmethod
    def fork(self) -> int:
        """fork() of a process that can be ended with all that it starts."""

    @abstractmethod
    def enter_child(self, limits: ProcessLimits) -> None:
        """Shut a fresh child of the zygote in for good."""

    def watch(self, pid: int) -> int:
        """In the zygote: a descriptor that is readable when the child has ended."""
        return os.pidfd_open(pid)

    def forget(self, pid: int) -> None:  # noqa: B027 - most tiers keep nothing
        """In the zygote: a child has ended."""

    def close(self) -> None:  # noqa: B027 - most tiers keep nothing
        """In the zygote: it ends in an orderly way."""

    def end_zygote(self, process: subprocess.Popen[bytes], folder: str) -> None:
        """In the worker, which has closed its socket to the zygote."""
        process.kill()
        process.wait()
        with suppress(OSError):  # as a rule the zygote has done that
            Path(folder).rmdir()

    def signal(self, watched: int, pid: int, number: int) -> None:
        """In the worker: to a child, given what `watch` returned and its pid in the zygote.

        Raises:
            ProcessLookupError: it has ended.
        """
        signal.pidfd_send_signal(watched, number)
