"""A second lock on the file system, which holds even if a mount were wrong: landlock(7)."""

import ctypes
import os
import struct
from collections.abc import Iterable

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
    """The kernel's Landlock version, 0 if it has none or it is switched off."""
    try:
        return linux.syscall(CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION)
    except OSError:
        return 0


def restrict(*, writable: Iterable[str]) -> None:
    """From now on: reading anywhere, writing beneath `writable` alone, executing nowhere.

    Raises:
        OSError: the kernel has no Landlock.
    """
    supported = version()
    added = [rights for since, rights in _ADDED.items() if since <= max(1, supported)]
    files, network, scopes = (_all(rights) for rights in zip(*added, strict=True))
    attributes = struct.pack("QQQ", files, network, scopes)
    # An older kernel refuses a structure that is longer than the one it knows.
    size = 8 if supported < 4 else 16 if supported < 6 else 24
    ruleset = linux.syscall(CREATE_RULESET, _pointer(attributes), size, 0)
    try:
        _allow(ruleset, "/", READ)
        for folder in writable:
            _allow(ruleset, folder, files & (READ | WRITE | REFER | TRUNCATE))
        linux.syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, folder: str, access: int) -> None:
    beneath = os.open(folder, os.O_PATH | os.O_CLOEXEC)
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
