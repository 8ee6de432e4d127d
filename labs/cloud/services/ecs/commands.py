"""A container's command, as far as it is Python with the learner's files."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PYTHON = re.compile(r"(.*/)?python(3(\.\d+)?)?")
_SHELL = re.compile(r"(.*/)?(ba)?sh")
_FOLDERS = ("/app/", "/usr/src/app/", "/var/task/", "./")


@dataclass(frozen=True)
class Command:
    """`kind` is "file", "module" or "code", `what` which; `argv` is sys.argv."""

    kind: str
    what: str
    argv: tuple[str, ...]


def of(container: Mapping[str, Any], files: Mapping[str, str]) -> Command | None:
    """What a container runs; None if that is no Python program of the learner's."""
    words = [*(container.get("entryPoint") or ()), *(container.get("command") or ())]
    if len(words) > 2 and _SHELL.fullmatch(words[0]) and words[1] in ("-c", "-lc"):
        words = _split(words[2])
        words = words[1:] if words[:1] == ["exec"] else words
    if not words or not _PYTHON.fullmatch(words[0]):
        return None
    rest = list(words[1:])
    while rest and rest[0] in ("-u", "-B", "-O"):
        rest.pop(0)
    return _python(rest, files)


def _python(words: Sequence[str], files: Mapping[str, str]) -> Command | None:
    if not words:
        return None
    if words[0] == "-c" and len(words) > 1:
        return Command("code", words[1], ("-c", *words[2:]))
    if words[0] == "-m" and len(words) > 1:
        name = words[1].replace(".", "/")
        if f"{name}.py" in files or f"{name}/__main__.py" in files:
            return Command("module", words[1], tuple(words[1:]))
        return None
    name = words[0]
    for folder in _FOLDERS:
        name = name.removeprefix(folder)
    return Command("file", name, tuple(words)) if name in files else None


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []
