"""Submitted files and their rules. What breaks one is the learner's to mend, at no cost."""

import errno
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from labs.errors import SubmissionError

MAX_FILE_BYTES = 64 * 1024
MAX_FILES = 20
# The frame in which they travel to the sandbox has room for so much, whatever they contain.
MAX_TOTAL_BYTES = 256 * 1024
MAX_NAME = 100
IGNORED_FOLDERS = {"__pycache__"}
# Names that Windows keeps for devices, with any ending: an instructor could not unpack them.
DEVICES = {
    "aux",
    "con",
    "nul",
    "prn",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}


def check_files(
    files: Mapping[str, str | bytes], *, allowed: tuple[str, ...] = ()
) -> dict[str, str]:
    """The files as `{relative POSIX path: text}`.

    With `allowed`, exactly these names must be there; without, any names that are safe.

    Raises:
        SubmissionError: names or contents break a rule; the text says which and what to do.
    """
    if not files:
        raise SubmissionError("Nothing was submitted: at least one file is needed.")
    if len(files) > MAX_FILES:
        raise SubmissionError(f"More than {MAX_FILES} files were submitted: leave some out.")
    if allowed:
        _check_expected(set(files), allowed)
    _check_names(files)
    texts = {name: _text(name, content) for name, content in files.items()}
    if sum(len(text.encode()) for text in texts.values()) > MAX_TOTAL_BYTES:
        raise SubmissionError(
            f"The files are larger than {MAX_TOTAL_BYTES // 1024} KiB together: shorten them."
        )
    return texts


def read_files(path: Path, *, only_name: str = "") -> dict[str, bytes]:
    """The file, under `only_name` if one is given, or all files of the folder, by relative path.

    Raises:
        OSError: there is no such file, or it cannot be read.
    """
    if path.is_file():
        return {only_name or path.name: _read(path)}
    if not path.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such file or folder")
    inside = sorted(path.rglob("*"))
    found = [file for file in inside if file.is_file() and not _hidden(file, path)]
    # One more than allowed is enough for `check_files` to know.
    return {file.relative_to(path).as_posix(): _read(file) for file in found[: MAX_FILES + 1]}


def _read(path: Path) -> bytes:
    # One byte more than allowed is enough to know, however large the file is.
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def _hidden(file: Path, root: Path) -> bool:
    parts = file.relative_to(root).parts
    return any(part.startswith(".") or part in IGNORED_FOLDERS for part in parts)


def _check_expected(names: set[str], allowed: tuple[str, ...]) -> None:
    if missing := sorted(set(allowed) - names):
        raise SubmissionError(f"The file {missing[0]} is missing. Submit {_listed(allowed)}.")
    if unknown := sorted(names - set(allowed)):
        raise SubmissionError(
            f"The file {_printable(unknown[0])} does not belong to this lab. "
            f"Submit {_listed(allowed)}."
        )


def _check_names(names: Mapping[str, object]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        if len(name) > MAX_NAME or not all(map(_is_plain, name.split("/"))):
            raise SubmissionError(
                f"The file name {_printable(name)} cannot be used: "
                "choose letters, digits, '-', '_' and '.', without '..'."
            )
        # As file systems see it that do not tell "A.py" from "a.py".
        folded = name.casefold()
        if folded in seen:
            raise SubmissionError(
                f"The files {_printable(seen[folded])} and {_printable(name)} "
                "have the same name: rename one."
            )
        seen[folded] = name
    for folded, name in seen.items():
        for folder in map(str, PurePosixPath(folded).parents):
            if folder in seen:
                raise SubmissionError(
                    f"{_printable(seen[folder])} is a file, and the folder of {_printable(name)}: "
                    "rename one."
                )


def _is_plain(part: str) -> bool:
    """Whether every file system takes it: neither hidden, nor empty, nor a device's name."""
    characters = part.replace("-", "").replace("_", "").replace(".", "")
    return (
        characters.isalnum()
        and characters.isascii()
        and not part.startswith(".")
        and not part.endswith(".")
        and part.partition(".")[0].casefold() not in DEVICES
    )


def _text(name: str, content: str | bytes) -> str:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_FILE_BYTES:
        raise SubmissionError(
            f"{name} is larger than {MAX_FILE_BYTES // 1024} KiB: shorten it and submit again."
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SubmissionError(
            f"{name} is not UTF-8 text (line {line}): save it as UTF-8 and submit again."
        ) from None
    if "\0" in text:
        raise SubmissionError(f"{name} contains a NUL byte: it must be a text file.")
    # Some Windows editors begin a file with a byte order mark, which Python passes over too.
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"exactly {', '.join(names)}"


def _printable(name: str) -> str:
    return ascii(name[:60])
