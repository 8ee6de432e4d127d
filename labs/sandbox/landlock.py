"""A second lock on the file system, which holds even if a mount were wrong: landlock(7)."""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from labs.errors import SandboxUnavailableError
from labs.sandbox import linux

# System calls with one number on all architectures.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR = 1 << 4, 1 << 5, 1 << 6, 1 << 7
MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK = 1 << 8, 1 << 9, 1 << 10, 1 << 11
MAKE_SYM, REFER, TRUNCATE, IOCTL_DEV = 1 << 12, 1 << 13, 1 << 14, 1 << 15
BIND_TCP, CONNECT_TCP = 1 << 0, 1 << 1
SCOPE_ABSTRACT_UNIX_SOCKET, SCOPE_SIGNAL = 1 << 0, 1 << 1

READ = READ_FILE | READ_DIR
WRITE = (
    WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | MAKE_SYM
)
# What a rule for something that is no folder may hold.
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
# What each version of the kernel's interface added: (file access, network access, scopes).
_ADDED = {
    1: (EXECUTE | READ | WRITE | MAKE_CHAR | MAKE_BLOCK, 0, 0),
    2: (REFER, 0, 0),
    3: (TRUNCATE, 0, 0),
    4: (0, BIND_TCP | CONNECT_TCP, 0),
    5: (IOCTL_DEV, 0, 0),
    6: (0, 0, SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL),
}


def version() -> int:
    """The kernel's Landlock version.

    Raises:
        OSError: none (ENOSYS), switched off (EOPNOTSUPP), or forbidden by a filter (EPERM).
    """
    return linux.syscall(CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION)


def restrict(*, readable: Iterable[str], writable: Iterable[str], at_least: int = 1) -> None:
    """From now on: reading and writing beneath these folders alone, executing nowhere.

    /dev/null may always be written to.

    Raises:
        OSError: the kernel has no Landlock.
        SandboxUnavailableError: its version is below `at_least`.
    """
    supported = version()
    if supported < at_least:
        raise SandboxUnavailableError(
            f"the kernel's Landlock is version {supported}, needed is {at_least}"
        )
    added = [rights for since, rights in _ADDED.items() if since <= supported]
    files, network, scopes = (_all(rights) for rights in zip(*added, strict=True))
    attributes = struct.pack("QQQ", files, network, scopes)
    # An older kernel refuses a structure that is longer than the one it knows.
    size = 8 if supported < 4 else 16 if supported < 6 else 24
    ruleset = linux.syscall(CREATE_RULESET, _pointer(attributes), size, 0)
    try:
        for path in readable:
            _allow(ruleset, path, READ)
        for path in (*writable, os.devnull):
            _allow(ruleset, path, files & (READ | WRITE | REFER | TRUNCATE))
        linux.syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    if not Path(path).is_dir():
        access &= _OF_A_FILE
    try:
        # struct landlock_path_beneath_attr, packed.
        rule = struct.pack("=Qi", access, beneath)
        linux.syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, _pointer(rule), 0)
    finally:
        os.close(beneath)


def _all(rights: Iterable[int]) -> int:
    total = 0
    for right in rights:
        total |= right
    return total


def _pointer(data: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, len(data))
