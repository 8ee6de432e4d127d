"""The last wall: an allow-list of system calls, as a raw BPF program. See seccomp(2), bpf(4).

Everything that is not listed fails with EPERM: no new process, no exec, no socket but a pair of
local ones, no mount, no namespace, no ptrace, no keyring, no bpf, no io_uring. Calls of another
ABI (x32, 32-bit) kill the process, as their numbers mean other calls.
"""

import ctypes
import errno
import functools
import platform
import struct
from collections.abc import Iterator

from labs.errors import SandboxUnavailableError
from labs.sandbox import linux

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
RET_KILL_PROCESS, RET_ERRNO, RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, JUMP_IF_EQUAL, JUMP_IF_ABOVE, JUMP_IF_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# struct seccomp_data: nr, arch, instruction pointer, six arguments of eight bytes.
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
X32_BIT = 0x40000000
CLONE_THREAD = 0x00010000
AF_UNIX = 1
# isatty(), and what sockets and pipes are asked. See ioctl_tty(2).
IOCTLS = (0x5401, 0x541B, 0x5421, 0x5450, 0x5451)

# Name -> number on (x86_64, aarch64); None where the call does not exist there.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # files
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57),
    "stat": (4, None), "fstat": (5, 80), "lstat": (6, None), "lseek": (8, 62),
    "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65), "writev": (20, 66),
    "access": (21, None), "sendfile": (40, 71), "fcntl": (72, 25), "flock": (73, 32),
    "fsync": (74, 82), "fdatasync": (75, 83), "truncate": (76, 45), "ftruncate": (77, 46),
    "getdents64": (217, 61), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    "rename": (82, None), "mkdir": (83, None), "rmdir": (84, None), "link": (86, None),
    "unlink": (87, None), "symlink": (88, None), "readlink": (89, None), "chmod": (90, None),
    "fchmod": (91, 52), "umask": (95, 166), "statfs": (137, 43), "fstatfs": (138, 44),
    "fadvise64": (221, 223), "openat": (257, 56), "mkdirat": (258, 34), "newfstatat": (262, 79),
    "unlinkat": (263, 35), "renameat": (264, 38), "linkat": (265, 37), "symlinkat": (266, 36),
    "readlinkat": (267, 78), "fchmodat": (268, 53), "faccessat": (269, 48),
    "utimensat": (280, 88), "fallocate": (285, 47), "renameat2": (316, 276),
    "copy_file_range": (326, 285), "statx": (332, 291), "faccessat2": (439, 439),
    "close_range": (436, 436),
    # memory
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214),
    "mremap": (25, 216), "msync": (26, 227), "mincore": (27, 232), "madvise": (28, 233),
    # waiting and pipes
    "poll": (7, None), "pipe": (22, None), "select": (23, None), "dup": (32, 23),
    "dup2": (33, None), "pselect6": (270, 72), "ppoll": (271, 73), "dup3": (292, 24),
    "pipe2": (293, 59), "epoll_create": (213, None), "epoll_wait": (232, None),
    "epoll_ctl": (233, 21), "epoll_pwait": (281, 22), "epoll_create1": (291, 20),
    "eventfd2": (290, 19),
    # the sockets that it was given, and pairs of its own
    "sendto": (44, 206), "recvfrom": (45, 207), "sendmsg": (46, 211), "recvmsg": (47, 212),
    "shutdown": (48, 210), "getsockname": (51, 204), "getpeername": (52, 205),
    "setsockopt": (54, 208), "getsockopt": (55, 209),
    # time
    "nanosleep": (35, 101), "getitimer": (36, 102), "alarm": (37, None), "setitimer": (38, 103),
    "gettimeofday": (96, 169), "time": (201, None), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    # signals and threads
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "pause": (34, None), "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132), "kill": (62, 129),
    "tgkill": (234, 131), "restart_syscall": (219, 128), "futex": (202, 98),
    "set_tid_address": (218, 96), "set_robust_list": (273, 99), "get_robust_list": (274, 100),
    "rseq": (334, 293), "membarrier": (324, 283), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "exit": (60, 93), "exit_group": (231, 94),
    # who am I
    "getpid": (39, 172), "uname": (63, 160), "getuid": (102, 174), "getgid": (104, 176),
    "geteuid": (107, 175), "getegid": (108, 177), "getppid": (110, 173), "getpgrp": (111, None),
    "getgroups": (115, 158), "getresuid": (118, 148), "getresgid": (120, 150),
    "getpgid": (121, 155), "getsid": (124, 156), "gettid": (186, 178), "getcpu": (309, 168),
    "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179), "times": (100, 153),
    "getrandom": (318, 278),
}  # fmt: skip
# Allowed by an argument: see `_program`.
IOCTL, CLONE, CLONE3 = (16, 29), (56, 220), (435, 435)
SOCKETPAIR, PRLIMIT = (53, 199), (302, 261)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def restrict() -> None:
    """Put this process, and all threads that it will have, behind the filter; for good.

    Raises:
        OSError: the kernel has no seccomp filters, or no_new_privs is not set.
        SandboxUnavailableError: the processor's system calls are not known here.
    """
    instructions = program()
    code = ctypes.create_string_buffer(instructions, len(instructions))
    # struct sock_fprog: the count of instructions, padding, a pointer to them.
    header = struct.pack("HxxxxxxP", len(instructions) // 8, ctypes.addressof(code))
    buffer = ctypes.create_string_buffer(header, len(header))
    linux.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(buffer))


@functools.cache
def program() -> bytes:
    """The filter. Built once, in the zygote."""
    return b"".join(_program(platform.machine()))


def _program(machine: str) -> Iterator[bytes]:
    if machine not in _MACHINES:
        raise SandboxUnavailableError(f"the sandbox does not know the processor {machine}")
    column, architecture = _MACHINES[machine]
    yield _instruction(LOAD, ARCHITECTURE_AT)
    yield _instruction(JUMP_IF_EQUAL, architecture, yes=1)
    yield _instruction(RETURN, RET_KILL_PROCESS)
    yield _instruction(LOAD, NUMBER_AT)
    yield _instruction(JUMP_IF_ABOVE, X32_BIT, no=1)
    yield _instruction(RETURN, RET_KILL_PROCESS)
    for numbers in ALLOWED.values():
        if (number := numbers[column]) is not None:
            yield _instruction(JUMP_IF_EQUAL, number, no=1)
            yield _instruction(RETURN, RET_ALLOW)
    # glibc then falls back to clone(), whose flags can be looked at.
    yield from _answer(CLONE3[column], errno.ENOSYS)
    yield from _if_argument(CLONE[column], 0, JUMP_IF_SET, (CLONE_THREAD,))
    yield from _if_argument(IOCTL[column], 1, JUMP_IF_EQUAL, IOCTLS)
    yield from _if_argument(SOCKETPAIR[column], 0, JUMP_IF_EQUAL, (AF_UNIX,))
    # prlimit(0, ...) is getrlimit() and setrlimit() of the process itself.
    yield from _if_argument(PRLIMIT[column], 0, JUMP_IF_EQUAL, (0,))
    yield _instruction(RETURN, RET_ERRNO | errno.EPERM)


def _answer(number: int, error: int) -> Iterator[bytes]:
    yield _instruction(JUMP_IF_EQUAL, number, no=1)
    yield _instruction(RETURN, RET_ERRNO | error)


def _if_argument(number: int, index: int, test: int, values: tuple[int, ...]) -> Iterator[bytes]:
    """Allow a call if the low half of an argument passes the test with one of the values."""
    yield _instruction(JUMP_IF_EQUAL, number, no=2 + 2 * len(values))
    yield _instruction(LOAD, ARGUMENTS_AT + 8 * index)
    for value in values:
        yield _instruction(test, value, no=1)
        yield _instruction(RETURN, RET_ALLOW)
    yield _instruction(RETURN, RET_ERRNO | errno.EPERM)


def _instruction(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    """struct sock_filter; `yes` and `no` are how many instructions a jump skips."""
    return struct.pack("HBBI", code, yes, no, operand)
