"""Where things lie inside the sandbox, and which folders of the machine it needs to see."""

import os
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from pathlib import Path

TASK_ROOT = "/var/task"
LAYERS_ROOT = "/opt"
TMP = "/tmp"  # noqa: S108 - the sandbox's own
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo")

_task_root, _layers_root = TASK_ROOT, LAYERS_ROOT


def task_root() -> str:
    """The folder of the submitted files: /var/task as on Lambda, but in a tier without mounts."""
    return _task_root


def layers_root() -> str:
    """The folder of a function's layers: /opt, in the same way."""
    return _layers_root


def use(folder: Path) -> None:
    """Give this process such folders and a temporary one of its own below `folder`."""
    global _task_root, _layers_root
    _task_root, _layers_root, tmp = (str(folder / name) for name in ("task", "opt", "tmp"))
    os.environ.update(LAMBDA_TASK_ROOT=_task_root, HOME=tmp, TMPDIR=tmp)
    tempfile.tempdir = None  # found anew, from TMPDIR


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
