"""The last wall: the allow-list of `system_calls`, as a BPF program: seccomp(2), bpf(4).

Everything that is not listed fails with EPERM: no new process, no exec, no socket but a pair of
local ones, no mount, no namespace, no ptrace, no keyring, no bpf, no io_uring. Calls of another
ABI (x32, 32-bit) kill the process, as their numbers mean other calls.
"""

import ctypes
import errno
import functools
import platform
import struct
from collections.abc import Iterator, Mapping

from labs.errors import SandboxUnavailableError
from labs.sandbox import linux
from labs.sandbox.system_calls import (
    ALLOWED,
    ATTRIBUTES,
    BY_ARGUMENT,
    BY_FLAG,
    CLONE,
    CLONE3,
    KILL,
    MSG_OOB,
    TGKILL,
)

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
RET_KILL_PROCESS, RET_ERRNO, RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_SET, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# struct seccomp_data: nr, arch, instruction pointer, six arguments of eight bytes.
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
X32_BIT = 0x40000000
CLONE_THREAD = 0x00010000
# CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: clone(2).
CLONE_NEW = 0x80 | 0x00020000 | 0x7E000000

# What uname(2) calls the processor -> (column of the numbers, AUDIT_ARCH of <linux/audit.h>).
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}


def restrict(*, own_pid: int | None = None) -> None:
    """Put this process, and all threads that it will have, behind the filter; for good.

    Without namespaces to guard the others, `own_pid` is the only process that it may signal.

    Raises:
        OSError: the kernel has no seccomp filters, or no_new_privs is not set.
        SandboxUnavailableError: the processor's system calls are not known here.
    """
    install(program(own_pid))


def install(instructions: bytes) -> None:
    """seccomp(2), SECCOMP_SET_MODE_FILTER."""
    code = ctypes.create_string_buffer(instructions, len(instructions))
    # struct sock_fprog: the count of instructions, padding, a pointer to them.
    header = struct.pack("HxxxxxxP", len(instructions) // 8, ctypes.addressof(code))
    buffer = ctypes.create_string_buffer(header, len(header))
    linux.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(buffer))


@functools.cache
def program(own_pid: int | None = None) -> bytes:
    """The filter for this machine."""
    return b"".join(instructions(platform.machine(), own_pid))


def instructions(machine: str, own_pid: int | None = None) -> Iterator[bytes]:
    """The filter, one instruction after the other. The first rule about a call decides."""
    if machine not in MACHINES:
        raise SandboxUnavailableError(f"the sandbox does not know the processor {machine}")
    column, architecture = MACHINES[machine]
    yield from check_abi(architecture)
    if own_pid is not None:
        for name in ATTRIBUTES:
            yield from answer(ALLOWED[name][column], RET_ERRNO)  # 0: as if it were done
    for numbers in ALLOWED.values():
        yield from answer(numbers[column], RET_ALLOW)
    # glibc then falls back to clone(), whose flags can be looked at.
    yield from answer(CLONE3[column], RET_ERRNO | errno.ENOSYS)
    yield from _allow_by_bits(CLONE[column], 0, without=CLONE_NEW, with_=CLONE_THREAD)
    for numbers, index in BY_FLAG.values():
        yield from _allow_by_bits(numbers[column], index, without=MSG_OOB)
    for numbers, arguments in BY_ARGUMENT.values():
        yield from _allow_if(numbers[column], arguments)
    for numbers in (KILL, TGKILL):
        yield from _allow_if(numbers[column], {} if own_pid is None else {0: (own_pid,)})
    yield instruction(RETURN, RET_ERRNO | errno.EPERM)


def check_abi(architecture: int) -> Iterator[bytes]:
    """Load the call's number, if it has the meaning that is known here."""
    yield instruction(LOAD, ARCHITECTURE_AT)
    yield instruction(JUMP_IF_EQUAL, architecture, yes=1)
    yield instruction(RETURN, RET_KILL_PROCESS)
    yield instruction(LOAD, NUMBER_AT)
    yield instruction(JUMP_IF_AT_LEAST, X32_BIT, no=1)
    yield instruction(RETURN, RET_KILL_PROCESS)


def answer(number: int | None, result: int) -> Iterator[bytes]:
    """What a call gets, whatever its arguments; None is a call that this processor lacks."""
    if number is not None:
        yield instruction(JUMP_IF_EQUAL, number, no=1)
        yield instruction(RETURN, result)


def _allow_if(number: int | None, arguments: Mapping[int, tuple[int, ...]]) -> Iterator[bytes]:
    """Allow a call if each of these arguments has one of the values.

    All of them are of the C type int, so the kernel too looks at the low half alone.
    """
    body = []
    for index, values in arguments.items():
        body.append(instruction(LOAD, ARGUMENTS_AT + 8 * index))
        for left, value in zip(range(len(values), 0, -1), values, strict=True):
            body.append(instruction(JUMP_IF_EQUAL, value, yes=left))
        body.append(instruction(RETURN, RET_ERRNO | errno.EPERM))
    body.append(instruction(RETURN, RET_ALLOW))
    if number is not None:
        yield instruction(JUMP_IF_EQUAL, number, no=len(body))
        yield from body


def _allow_by_bits(
    number: int | None, index: int, *, without: int, with_: int = 0
) -> Iterator[bytes]:
    """Allow a call whose argument has none of the bits `without`, and has the bit `with_`."""
    body = [
        instruction(LOAD, ARGUMENTS_AT + 8 * index),
        instruction(JUMP_IF_SET, without, no=1),
        instruction(RETURN, RET_ERRNO | errno.EPERM),
    ]
    if with_:
        body.append(instruction(JUMP_IF_SET, with_, yes=1))
        body.append(instruction(RETURN, RET_ERRNO | errno.EPERM))
    body.append(instruction(RETURN, RET_ALLOW))
    if number is not None:
        yield instruction(JUMP_IF_EQUAL, number, no=len(body))
        yield from body


def instruction(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    """struct sock_filter; `yes` and `no` are how many instructions a jump skips."""
    return struct.pack("HBBI", code, yes, no, operand)
