"""The system calls that Python's `os` does not offer, each with its man page's name."""

import ctypes
import os
import platform
import signal

from labs.errors import SandboxUnavailableError

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x1, 0x2, 0x4, 0x8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
AT_FDCWD, AT_RECURSIVE, MOUNT_SETATTR = -100, 0x8000, 442
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 0x1, 0x2, 0x4
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
LAST_CAPABILITY = 63
NOBODY = 65534
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


def make_read_only(target: str) -> None:
    """mount_setattr(2): no writing, no devices, no set-user-ID, on all mounts below `target`."""
    flags = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
    # struct mount_attr: attributes to set, to clear, propagation, user namespace.
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    syscall(MOUNT_SETATTR, AT_FDCWD, target.encode(), AT_RECURSIVE, attributes, size)


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


def die_with(parent: int) -> None:
    """prctl(2), PR_SET_PDEATHSIG: this process ends when its parent does."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was faster
        os._exit(1)


def become_nobody() -> None:
    """From root to a user and a group that own nothing: setresuid(2)."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # The change made /proc/self root's, where user maps and the like have still to be written.
    prctl(PR_SET_DUMPABLE, 1)


def write(proc: int, path: str, text: str) -> None:
    """Write to a file of /proc, given a descriptor of /proc: proc(5)."""
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def address_space(proc: int) -> int:
    """Bytes that this process has mapped: proc_pid_statm(5)."""
    file = os.open("self/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    pages = int(os.read(file, 200).split()[0])
    os.close(file)
    return pages * os.sysconf("SC_PAGE_SIZE")


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
