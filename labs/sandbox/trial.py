"""Tries each layer of the sandbox on this machine, each in a process that ends with it.

Run by `machine` as a program of its own: what a layer does to a process cannot be undone, and a
process with threads cannot be forked safely. Prints JSON: {"layers": {name: {"errno", "said"}},
"forbidden": [system calls that a seccomp filter forbids here]}. An errno of None means: it works.
"""

import errno
import json
import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labs.errors import SandboxUnavailableError
from labs.sandbox import cgroups, landlock, limits, linux, namespaces, seccomp
from labs.sandbox.folders import python_folders
from labs.sandbox.tiers.lite import NEEDED_LANDLOCK

type Outcome = dict[str, Any]

ANSWER_BYTES = 4096
# Needed system calls by number on (x86_64, aarch64), with arguments that every kernel finds wrong
# before it asks who calls: EPERM then comes from a filter.
WRONG_CALLS: dict[str, tuple[tuple[int, int], tuple[int, ...]]] = {
    "unshare": ((272, 97), (0,)),
    "setns": ((308, 268), (-1, 0)),
    "mount": ((165, 40), (0, 0, 0, 0, 0)),
    "umount2": ((166, 39), (0, 1 << 20)),
    "mount_setattr": ((442, 442), (-1, 0, 1, 0, 0)),
    "pidfd_open": ((434, 434), (0, 1)),
    "landlock_create_ruleset": ((444, 444), (0, 0, 1 << 20)),
}


def processor() -> str:
    seccomp.program()
    return platform.machine()


def proc_folder() -> str:
    linux.address_space(_proc())
    limits.volunteer_for_oom_killer(_proc())
    return ""


def user_namespaces() -> str:
    if os.getuid() == 0:
        linux.become_nobody()
    uid, gid = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER)
    namespaces.map_ids(_proc(), uid, gid)
    return ""


def other_namespaces() -> str:
    if os.getuid() != 0:
        user_namespaces()
    os.unshare(namespaces.ALL_BUT_PID | os.CLONE_NEWPID)
    return ""


def mounts() -> str:
    _enter_root()
    return ""


def child_namespaces() -> str:
    view = _enter_root()

    def enter() -> str:
        namespaces.enter_child(view, limits.ProcessLimits())
        return ""

    outcome = _in_child(enter)
    if outcome["errno"] is not None:
        raise OSError(outcome["errno"], outcome["said"])
    return ""


def namespace_limit() -> str:
    user_namespaces()
    linux.write(_proc(), "sys/user/max_user_namespaces", "0")
    return ""


def landlock_rules() -> str:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(readable=["/"], writable=[])
    return f"version {landlock.version()}"


def landlock_of_lite() -> str:
    found = landlock.version()
    if found < NEEDED_LANDLOCK:
        raise OSError(errno.ENOSYS, f"version {found}, needed is {NEEDED_LANDLOCK}")
    return ""


def readable_python() -> str:
    if os.getuid() == 0:
        linux.become_nobody()
    for folder in python_folders():
        os.close(os.open(folder, os.O_RDONLY | os.O_CLOEXEC))
    return ""


def seccomp_filter() -> str:
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.restrict()
    return ""


LAYERS: dict[str, Callable[[], str]] = {
    "processor": processor,
    "/proc": proc_folder,
    "user namespaces": user_namespaces,
    "other namespaces": other_namespaces,
    "mounts": mounts,
    "child namespaces": child_namespaces,
    "landlock": landlock_rules,
    "landlock 3": landlock_of_lite,
    "python": readable_python,
    "seccomp": seccomp_filter,
    "namespace limit": namespace_limit,
    "cgroups": cgroups.probe,
}


def main() -> None:
    layers = {name: _in_child(layer) for name, layer in LAYERS.items()}
    print(json.dumps({"layers": layers, "forbidden": _forbidden()}))  # noqa: T201 - its answer


def _enter_root() -> namespaces.View:
    folder = Path(tempfile.mkdtemp(prefix="coldstart-"))
    parent = os.open(folder.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return namespaces.enter_zygote(str(folder))
    except OSError:
        os.rmdir(folder.name, dir_fd=parent)
        raise


def _proc() -> int:
    return os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)


def _in_child(layer: Callable[[], str]) -> Outcome:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writing, json.dumps(_outcome(layer)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    text = os.read(reading, ANSWER_BYTES)
    os.close(reading)
    return json.loads(text) if text else {"errno": 0, "said": "the process died"}


def _outcome(layer: Callable[[], str]) -> Outcome:
    try:
        return {"errno": None, "said": layer()}
    except SandboxUnavailableError as error:
        return {"errno": 0, "said": str(error)}
    except OSError as error:
        return {"errno": error.errno or 0, "said": str(error)}


def _forbidden() -> list[str]:
    column = seccomp.MACHINES.get(platform.machine(), (0, 0))[0]
    found = []
    for name, (numbers, arguments) in WRONG_CALLS.items():
        try:
            linux.syscall(numbers[column], *arguments)
        except OSError as error:
            if error.errno == errno.EPERM:
                found.append(name)
    return found
