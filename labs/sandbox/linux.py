"""The system calls that Python's `os` does not offer, each with its man page's name."""

import ctypes
import os
import platform

from labs.errors import SandboxUnavailableError

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x1, 0x2, 0x4, 0x8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
LAST_CAPABILITY = 63
M_ARENA_MAX = -8
_CAPABILITY_VERSION_3 = 0x20080522
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}

_libc = ctypes.CDLL(None, use_errno=True)


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """mount(2)."""
    arguments = [text.encode() or None for text in (source, target, kind)]
    _check(
        _libc.mount(*arguments, ctypes.c_ulong(flags), data.encode() or None), f"mount {target}"
    )


def unmount(target: str, flags: int = 0) -> None:
    """umount2(2)."""
    _check(_libc.umount2(target.encode(), flags), f"umount {target}")


def pivot_root(new_root: str, put_old: str) -> None:
    """pivot_root(2)."""
    number = _number(_PIVOT_ROOT)
    _check(_libc.syscall(number, new_root.encode(), put_old.encode()), "pivot_root")


def prctl(option: int, value: int, second: int = 0) -> None:
    """prctl(2); an address is given as a number."""
    arguments = (ctypes.c_ulong(value), ctypes.c_ulong(second))
    _check(_libc.prctl(option, *arguments, 0, 0), f"prctl {option}")


def syscall(number: int, *arguments: object) -> int:
    """syscall(2) for what neither Python nor libc offers. Numbers are passed as unsigned longs."""
    wide = [ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments]
    result: int = _libc.syscall(ctypes.c_long(number), *wide)
    _check(result, f"system call {number}")
    return result


def drop_capabilities() -> None:
    """Empty every capability set, so that nothing can bring one back: capabilities(7)."""
    for capability in range(LAST_CAPABILITY + 1):
        # Past the kernel's last capability: EINVAL, and nothing to drop.
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.syscall(_number(_CAPSET), header, nothing), "capset")


def limit_malloc_arenas(count: int) -> None:
    """mallopt(3): each thread's own arena of 64 MB would eat up the limit on address space."""
    _libc.mallopt(M_ARENA_MAX, count)


def _number(numbers: dict[str, int]) -> int:
    machine = platform.machine()
    if machine not in numbers:
        raise SandboxUnavailableError(f"the sandbox does not know the processor {machine}")
    return numbers[machine]


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
