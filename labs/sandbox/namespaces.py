"""The walls: namespaces(7) and a read-only root that holds Python and nothing else.

A zygote enters once (`enter_zygote`); each child of it enters again (`enter_child`), so that no
two submissions share a file system, a network, processes or System V objects.
"""

import os
import socket
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from labs.sandbox import landlock, linux, seccomp
from labs.sandbox.limits import MIB, ProcessLimits, apply

NOBODY = 65534
TASK_ROOT = "/var/task"
TMP = "/tmp"  # noqa: S108 - the sandbox's own
HIDDEN = "under-tmp"
WALLS = os.CLONE_NEWNS | os.CLONE_NEWNET | os.CLONE_NEWIPC | os.CLONE_NEWUTS
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo")
HOST_NAME = "sandbox"


@dataclass(frozen=True)
class Walls:
    """What a zygote's children need to shut themselves in.

    `proc` is a descriptor of /proc, through which user maps are written: it has no name there.
    `under_tmp` are the folders of Python that each child's own /tmp would cover.
    """

    proc: int
    under_tmp: tuple[Path, ...]


def enter_zygote(new_root: str) -> Walls:
    """Shut this process in, with `new_root` as the mount point of its root.

    It is an empty folder, which is removed then.

    Raises:
        OSError: the kernel refuses a step; nothing runs then.
    """
    sources = list(python_folders())
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        os.unshare(WALLS)
    else:
        os.unshare(os.CLONE_NEWUSER | WALLS)
        _map_ids(proc, uid, gid)
    folder = Path(new_root)
    parent = os.open(folder.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    _build_root(folder, sources)
    _leave_old_root(new_root)
    os.rmdir(folder.name, dir_fd=parent)  # nothing is left behind, however the worker ends
    os.close(parent)
    if uid == 0:
        _become_nobody()
        os.unshare(os.CLONE_NEWUSER)
        _map_ids(proc, NOBODY, NOBODY)
    os.unshare(os.CLONE_NEWPID)
    return Walls(proc, tuple(path for path in sources if path.is_relative_to(TMP)))


def enter_child(walls: Walls, limits: ProcessLimits) -> None:
    """Shut a fresh child of the zygote in for good: its own walls, limits and no privileges."""
    used_bytes = _address_space(walls.proc)
    uid, gid = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER | WALLS)
    _map_ids(walls.proc, uid, gid)
    _forbid_namespaces(walls.proc)
    socket.sethostname(HOST_NAME)
    options = f"size={limits.disk_mb * MIB},nr_inodes={limits.inodes},mode=700"
    for folder in (TMP, TASK_ROOT):
        linux.mount("tmpfs", folder, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)
    for covered in walls.under_tmp:
        covered.mkdir(parents=True)
        hidden = Path("/", HIDDEN, covered.relative_to(TMP))
        linux.mount(str(hidden), str(covered), flags=linux.MS_BIND | linux.MS_REC)
    apply(limits, used_bytes=used_bytes)
    linux.drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(writable=(TMP, TASK_ROOT))
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    seccomp.restrict()


def python_folders() -> Iterable[Path]:
    """What Python needs to run: its installation, the virtual environment, shared libraries."""
    engine = Path(__file__).resolve().parent.parent
    prefixes = (sys.base_prefix, sys.prefix, *sysconfig.get_paths().values())
    wanted = [engine, *map(Path, prefixes), *map(Path, SYSTEM_FOLDERS)]
    kept: list[Path] = []
    for folder in sorted({path.resolve() for path in wanted if path.is_dir()}):
        if not any(folder.is_relative_to(parent) for parent in kept):
            kept.append(folder)
    return kept


def _build_root(root: Path, sources: Iterable[Path]) -> None:
    linux.mount("", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", str(root), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    for folder in (TMP, TASK_ROOT, "/old"):
        (root / folder[1:]).mkdir(parents=True)
    tmp = str(root / TMP[1:])
    linux.mount("tmpfs", tmp, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "size=16m,mode=1777")
    for source in sources:
        _bind_read_only(source, root / source.relative_to("/"))
        if source.is_relative_to(TMP):
            _bind_read_only(source, root / HIDDEN / source.relative_to(TMP))
    for name in SYSTEM_FOLDERS[:2]:
        link = Path(name)
        if link.is_symlink():  # /lib -> usr/lib: the loader looks for libraries by this name
            (root / name[1:]).symlink_to(link.readlink())
    for device in DEVICES:
        node = root / device[1:]
        node.parent.mkdir(parents=True, exist_ok=True)
        node.touch()
        linux.mount(device, str(node), flags=linux.MS_BIND)


def _bind_read_only(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    linux.mount(str(source), str(target), flags=linux.MS_BIND | linux.MS_REC)
    # Flags that the original mount has are locked inside a user namespace: dropping one is EPERM.
    kept = os.statvfs(target).f_flag & (linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC)
    flags = kept | linux.MS_NOSUID | linux.MS_NODEV | linux.MS_RDONLY
    linux.mount("", str(target), flags=linux.MS_REMOUNT | linux.MS_BIND | flags)


def _leave_old_root(root: str) -> None:
    linux.pivot_root(root, f"{root}/old")
    os.chdir("/")
    linux.unmount("/old", linux.MNT_DETACH)
    Path("/old").rmdir()
    read_only = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY
    linux.mount("", "/", flags=read_only | linux.MS_NOSUID | linux.MS_NODEV)


def _become_nobody() -> None:
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # The change of user made /proc/self belong to root; the user map has still to be written.
    linux.prctl(linux.PR_SET_DUMPABLE, 1)


def _map_ids(proc: int, uid: int, gid: int) -> None:
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        file = os.open(f"self/{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        os.write(file, text.encode())
        os.close(file)


def _forbid_namespaces(proc: int) -> None:
    # In a user namespace of its own, code would have capabilities again: namespaces(7), the
    # limits under /proc/sys/user, which hold for this user namespace and all below.
    file = os.open("sys/user/max_user_namespaces", os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
    os.write(file, b"0")
    os.close(file)


def _address_space(proc: int) -> int:
    file = os.open("self/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    pages = int(os.read(file, 200).split()[0])
    os.close(file)
    return pages * os.sysconf("SC_PAGE_SIZE")
