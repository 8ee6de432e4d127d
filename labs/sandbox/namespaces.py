"""namespaces(7), and a read-only root that holds Python and nothing else: pivot_root(2).

A zygote enters once (`enter_zygote`); each child of it enters again (`enter_child`), so that no
two submissions share a file system, a network, processes or System V objects.
"""

import errno
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from labs.sandbox import linux
from labs.sandbox.folders import (
    DEVICES,
    LAYERS_ROOT,
    SYSTEM_FOLDERS,
    TASK_ROOT,
    TMP,
    python_folders,
)
from labs.sandbox.limits import MIB, ProcessLimits

HIDDEN = "under-tmp"
PACKAGE_MB = 36  # room for the 32 MB that a package may have unpacked
ALL_BUT_PID = (
    os.CLONE_NEWNS | os.CLONE_NEWNET | os.CLONE_NEWIPC | os.CLONE_NEWUTS | os.CLONE_NEWCGROUP
)
HOST_NAME = "sandbox"


@dataclass(frozen=True)
class View:
    """What a zygote's children need of the outside to shut themselves in.

    `proc` is a descriptor of /proc, through which user maps are written: it has no name there.
    `under_tmp` are the folders of Python that each child's own /tmp would cover.
    """

    proc: int
    under_tmp: tuple[Path, ...]


def enter_zygote(new_root: str) -> View:
    """Shut this process in, with `new_root` as the mount point of its root.

    It is an empty folder, which is removed then.

    Raises:
        OSError: the kernel refuses a step; nothing runs then.
    """
    sources = list(python_folders())
    proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    uid, gid = os.getuid(), os.getgid()
    if uid == 0:
        os.unshare(ALL_BUT_PID)
    else:
        os.unshare(os.CLONE_NEWUSER | ALL_BUT_PID)
        map_ids(proc, uid, gid)
    folder = Path(new_root)
    parent = os.open(folder.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    _build_root(folder, sources)
    _leave_old_root(new_root)
    os.rmdir(folder.name, dir_fd=parent)  # nothing is left behind, however the worker ends
    os.close(parent)
    if uid == 0:
        linux.become_nobody()
        os.unshare(os.CLONE_NEWUSER)
        map_ids(proc, linux.NOBODY, linux.NOBODY)
    os.unshare(os.CLONE_NEWPID)
    return View(proc, tuple(path for path in sources if path.is_relative_to(TMP)))


def enter_child(view: View, limits: ProcessLimits) -> None:
    """Give a fresh child of the zygote namespaces and empty folders of its own."""
    uid, gid = os.getuid(), os.getgid()
    os.unshare(os.CLONE_NEWUSER | ALL_BUT_PID)
    map_ids(view.proc, uid, gid)
    forbid_namespaces(view.proc)
    socket.sethostname(HOST_NAME)
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    sizes = {TMP: limits.disk_mb, TASK_ROOT: PACKAGE_MB, LAYERS_ROOT: PACKAGE_MB}
    for folder, megabytes in sizes.items():
        options = f"size={megabytes * MIB},nr_inodes={limits.inodes},mode=700"
        linux.mount("tmpfs", folder, "tmpfs", flags, options)
    for covered in view.under_tmp:
        covered.mkdir(parents=True)
        hidden = Path("/", HIDDEN, covered.relative_to(TMP))
        linux.mount(str(hidden), str(covered), flags=linux.MS_BIND | linux.MS_REC)


def _build_root(root: Path, sources: Iterable[Path]) -> None:
    linux.mount("", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", str(root), "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, "mode=755")
    for folder in (TMP, TASK_ROOT, LAYERS_ROOT, "/old"):
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
    # With all that is mounted below it, which a remount would leave as it is.
    linux.make_read_only(str(target))


def _leave_old_root(root: str) -> None:
    linux.pivot_root(root, f"{root}/old")
    os.chdir("/")
    linux.unmount("/old", linux.MNT_DETACH)
    Path("/old").rmdir()
    read_only = linux.MS_REMOUNT | linux.MS_BIND | linux.MS_RDONLY
    linux.mount("", "/", flags=read_only | linux.MS_NOSUID | linux.MS_NODEV)


def map_ids(proc: int, uid: int, gid: int) -> None:
    """user_namespaces(7): this user and group, and no others."""
    linux.write(proc, "self/setgroups", "deny")
    linux.write(proc, "self/uid_map", f"{uid} {uid} 1")
    linux.write(proc, "self/gid_map", f"{gid} {gid} 1")


def forbid_namespaces(proc: int) -> None:
    """Allow no user namespace below this one: in it, code would have capabilities again.

    seccomp forbids the calls as well. A container has /proc/sys read-only, and then it alone does.
    """
    try:
        linux.write(proc, "sys/user/max_user_namespaces", "0")
    except OSError as error:
        if error.errno != errno.EROFS:
            raise
