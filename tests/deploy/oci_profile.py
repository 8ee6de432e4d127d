"""Applies a profile in Docker's format to this process, as a container runtime would.

    python oci_profile.py PROFILE FORBIDDEN,... COMMAND ...

Run by the tests, as no container engine is at hand. FORBIDDEN are names to leave out.
"""

import errno
import json
import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from labs.sandbox import linux, seccomp
from tests.deploy.system_call_numbers import NUMBERS


def instructions(profile: dict[str, Any], forbidden: set[str]) -> Iterator[bytes]:
    """The profile as a BPF program for x86_64."""
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    yield from seccomp.check_abi(seccomp.MACHINES["x86_64"][1])
    for group in profile["syscalls"]:
        assert group["action"] == "SCMP_ACT_ALLOW"
        for name in set(group["names"]) - forbidden:
            yield from rule(NUMBERS[name], group.get("args", []))
    yield seccomp.instruction(seccomp.RETURN, seccomp.RET_ERRNO | profile["defaultErrnoRet"])


def rule(number: int, arguments: list[dict[str, Any]]) -> Iterator[bytes]:
    """Allow a call if the (one) argument has the value; other groups may allow others."""
    if not arguments:
        yield from seccomp.answer(number, seccomp.RET_ALLOW)
        return
    [argument] = arguments
    assert argument["op"] == "SCMP_CMP_EQ"
    yield seccomp.instruction(seccomp.JUMP_IF_EQUAL, number, no=4)
    yield seccomp.instruction(seccomp.LOAD, seccomp.ARGUMENTS_AT + 8 * argument["index"])
    yield seccomp.instruction(seccomp.JUMP_IF_EQUAL, argument["value"], no=1)
    yield seccomp.instruction(seccomp.RETURN, seccomp.RET_ALLOW)
    yield seccomp.instruction(seccomp.LOAD, seccomp.NUMBER_AT)


if __name__ == "__main__":
    profile = json.loads(Path(sys.argv[1]).read_text())
    assert profile["defaultErrnoRet"] == errno.EPERM
    assert struct.calcsize("P") == 8
    program = b"".join(instructions(profile, set(sys.argv[2].split(","))))
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)  # as no-new-privileges:true
    seccomp.install(program)
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 - it takes the place of this one
