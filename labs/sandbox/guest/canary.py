"""Attacks that a sandbox must hold, as a learner's program; see labs.canaries.

Each tries something that harms nobody if it succeeds, and says what it got. It is held if the
system refuses. targets.json, which comes along, says what to aim at: folders, pid, variables.
"""

import ctypes
import errno
import json
import os
import platform
import socket
import sys
from collections.abc import Callable
from pathlib import Path

# stdin, stdout, stderr; control, seam, and the pipe for the place that the code has reached.
OWN_DESCRIPTORS = 6
TMP = "/tmp"  # noqa: S108 - an attack
# The first argument of each is wrong, so that the call does nothing even where it is allowed.
RAW_CALLS = {
    "ptrace": {"x86_64": 101, "aarch64": 117},
    "process_vm_readv": {"x86_64": 310, "aarch64": 270},
    "mount": {"x86_64": 165, "aarch64": 40},
    "bpf": {"x86_64": 321, "aarch64": 280},
    "keyctl": {"x86_64": 250, "aarch64": 219},
    "io_uring_setup": {"x86_64": 425, "aarch64": 425},
}
REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS)

targets = json.loads(Path("targets.json").read_text())
attacks: dict[str, Callable[[], str]] = {}


def attack(tried: str) -> Callable[[Callable[[], str]], None]:
    """Register an attack: it returns what it got, or "", or fails with an OSError."""

    def register(function: Callable[[], str]) -> None:
        attacks[tried] = function

    return register


@attack("read /etc/passwd")
def read_passwd() -> str:
    return _size(Path("/etc/passwd"))


@attack("list the folders of the course and its checks")
def list_content() -> str:
    return " ".join(name for folder in targets["folders"] for name in _names(folder))[:60]


@attack("see other processes")
def see_processes() -> str:
    return " ".join(name for name in _names("/proc") if name.isdecimal())[:60]


@attack("read the worker's environment")
def read_environment() -> str:
    known = " ".join(set(targets["variables"]) & set(os.environ))
    return known or _size(Path(f"/proc/{targets['pid']}/environ"))


@attack("signal the worker")
def signal_worker() -> str:
    if targets["pid"] == os.getpid():
        return ""  # in a namespace of its own, the number is this process's
    try:
        os.kill(targets["pid"], 0)
    except ProcessLookupError:
        return ""
    return f"process {targets['pid']}"


@attack("open an internet socket")
def open_internet_socket() -> str:
    return _socket(socket.AF_INET)


@attack("open a local socket")
def open_local_socket() -> str:
    return _socket(socket.AF_UNIX)


@attack("open a netlink socket")
def open_netlink_socket() -> str:
    return _socket(getattr(socket, "AF_NETLINK", socket.AF_INET6))


@attack("start a process")
def start_process() -> str:
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return f"process {pid}"


@attack("run a program")
def run_program() -> str:
    try:
        os.execv("/nowhere", ["nowhere"])  # noqa: S606 - an attack
    except FileNotFoundError:
        return "execve() looked for it"


@attack("make a namespace")
def make_namespace() -> str:
    if not hasattr(os, "unshare"):
        return "nothing refuses it here"
    os.unshare(0)
    return "unshare() is allowed"


@attack("write outside of its own folders")
def write_elsewhere() -> str:
    own = os.environ.get("TMPDIR", TMP)
    others = ("/", TMP, "/var", "/dev", os.__file__.rpartition("/")[0])
    return " ".join(other for other in others if other != own and _is_writable(Path(other)))


@attack("use a descriptor that it inherited")
def use_descriptors() -> str:
    return " ".join(str(fd) for fd in range(OWN_DESCRIPTORS, 1024) if _is_open(fd))


def _raw_attack(name: str) -> None:
    @attack(f"call {name}()")
    def call() -> str:
        if sys.platform != "linux":
            return "nothing refuses it here"
        number = RAW_CALLS[name][platform.machine()]
        libc = ctypes.CDLL(None, use_errno=True)
        wrong = ctypes.c_long(-1)
        if libc.syscall(ctypes.c_long(number), wrong, wrong, None, None, None, None) >= 0:
            return "it is done"
        if (error := ctypes.get_errno()) in REFUSED:
            return ""
        return f"it says {os.strerror(error)}"


for _name in RAW_CALLS:
    _raw_attack(_name)


def _names(folder: str) -> list[str]:
    try:
        return [path.name for path in Path(folder).iterdir()]
    except OSError:
        return []


def _size(file: Path) -> str:
    return f"{len(file.read_bytes())} bytes"


def _socket(family: int) -> str:
    with socket.socket(family, socket.SOCK_DGRAM) as opened:
        return f"a socket of {opened.family.name}"


def _is_writable(folder: Path) -> bool:
    try:
        (folder / "coldstart-canary").touch()
        (folder / "coldstart-canary").unlink()
    except OSError:
        return False
    return True


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def _got(function: Callable[[], str]) -> str:
    try:
        return function()
    except OSError:
        return ""


if __name__ == "__main__":
    got = {tried: _got(function) for tried, function in attacks.items()}
    print(json.dumps(got))  # noqa: T201 - that is how a program answers
