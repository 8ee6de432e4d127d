"""What one sandboxed process may use: setrlimit(2), and the sizes of its file systems."""

import os
import resource
import threading
from contextlib import suppress
from dataclasses import dataclass

from labs.sandbox import linux

MIB = 1024 * 1024
STACK_BYTES = 512 * 1024


@dataclass(frozen=True)
class ProcessLimits:
    """Limits of one process. CPU seconds are a second line behind the worker's wall clock."""

    memory_mb: int = 256
    cpu_seconds: int = 30
    processes: int = 64
    open_files: int = 128
    disk_mb: int = 64
    inodes: int = 4096


def apply(limits: ProcessLimits, *, used_bytes: int, processes: bool = True) -> None:
    """Bind this process to `limits`; `used_bytes` of address space came from the zygote.

    To be called in the process's own user namespace, as RLIMIT_NPROC counts by namespace: set
    before, it would let one learner starve another. Where there is none, `processes` is False.
    """
    linux.limit_malloc_arenas(2)
    threading.stack_size(STACK_BYTES)
    for kind, value in (
        (resource.RLIMIT_AS, used_bytes + limits.memory_mb * MIB),
        *_portable(limits),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, limits.processes),
    ):
        resource.setrlimit(kind, (value, value))
    if processes:
        resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))


def apply_some(limits: ProcessLimits) -> None:
    """Bind this process to what of `limits` the system offers, be it Linux or not."""
    for kind, value in _portable(limits):
        resource.setrlimit(kind, (value, value))
    with suppress(OSError):  # no /proc
        proc = os.open("/proc", os.O_RDONLY | os.O_CLOEXEC)
        most = linux.address_space(proc) + limits.memory_mb * MIB
        os.close(proc)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def volunteer_for_oom_killer(proc: int) -> None:
    """If memory runs out, the kernel ends this process, not the worker: proc_pid_oom_score_adj(5).

    `proc` is a descriptor of /proc. Nothing that has no capability can take it back.
    """
    linux.write(proc, "self/oom_score_adj", "1000")


def _portable(limits: ProcessLimits) -> tuple[tuple[int, int], ...]:
    return (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.disk_mb * MIB),
        (resource.RLIMIT_CORE, 0),
    )


def lower(limits: ProcessLimits, *, memory_mb: int, cpu_seconds: int) -> None:
    """Bind this process, which is bound to `limits`, to one job's memory and processor time.

    At the soft limit SIGXCPU is sent, a second later the kernel kills.
    """
    most, _hard = resource.getrlimit(resource.RLIMIT_AS)
    memory = most - max(0, limits.memory_mb - memory_mb) * MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = min(cpu_seconds, limits.cpu_seconds - 1)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
