"""What one sandboxed process may use: setrlimit(2), and the sizes of its file systems."""

import resource
import threading
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


def apply(limits: ProcessLimits, *, used_bytes: int) -> None:
    """Bind this process to `limits`; `used_bytes` of address space came from the zygote.

    To be called in the process's own user namespace, as RLIMIT_NPROC counts by namespace: set
    before, it would let one learner starve another.
    """
    linux.limit_malloc_arenas(2)
    threading.stack_size(STACK_BYTES)
    for kind, value in (
        (resource.RLIMIT_AS, used_bytes + limits.memory_mb * MIB),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.disk_mb * MIB),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def lower(limits: ProcessLimits, *, memory_mb: int, cpu_seconds: int) -> None:
    """Bind this process, which is bound to `limits`, to one job's memory and processor time.

    At the soft limit SIGXCPU is sent, a second later the kernel kills.
    """
    most, _hard = resource.getrlimit(resource.RLIMIT_AS)
    memory = most - max(0, limits.memory_mb - memory_mb) * MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = min(cpu_seconds, limits.cpu_seconds - 1)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
