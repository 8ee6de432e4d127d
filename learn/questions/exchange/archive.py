"""Zip files that a stranger packed: their sizes are known before anything is unpacked."""

import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

from learn.questions.exchange.carried import ExchangeError

MAX_FILES = 2_000
MAX_FILE_BYTES = 2_000_000
MAX_UNPACKED_BYTES = 50_000_000
MAX_RATIO = 200
# A small file of one letter packs better than any honest one, and does no harm.
SMALL_BYTES = 100_000

BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    UnicodeError,
    KeyError,
    IndexError,
    OverflowError,
)


class Archive:
    """A package in memory. Nothing of it is ever written to a path that it names."""

    def __init__(self, data: bytes) -> None:
        """Raises ExchangeError if it is no zip file, or one that is made to do harm."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            entries = self._zip.infolist()
        except BROKEN:
            raise ExchangeError("The file is not a zip file, or it is damaged.") from None
        _check(entries)
        self.names = tuple(entry.filename for entry in entries if not entry.is_dir())

    def read(self, name: str) -> bytes:
        """One file.

        Raises:
            ExchangeError: it is missing, too large, or damaged.
        """
        if name not in self.names:
            raise ExchangeError(f"The package has no file '{name[:200]}'.")
        try:
            with self._zip.open(name) as file:
                data = file.read(MAX_FILE_BYTES + 1)
        except BROKEN:
            raise ExchangeError(f"The file '{name[:200]}' in the package is damaged.") from None
        if len(data) > MAX_FILE_BYTES:
            raise ExchangeError(f"'{name[:200]}' is larger than {MAX_FILE_BYTES:,} bytes.")
        return data


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_FILES:
        raise ExchangeError(f"The package has more than {MAX_FILES:,} files: split it.")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise ExchangeError(f"Unpacked, the package is larger than {MAX_UNPACKED_BYTES:,} bytes.")
    if len({entry.filename for entry in entries}) < len(entries):
        raise ExchangeError("The package has two files with the same name.")
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name.split("/")[0]:
        raise ExchangeError(f"The package names a path outside itself: '{name[:200]}'.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ExchangeError(f"'{name[:200]}' in the package is a link to another place.")
    if entry.flag_bits & 1:
        raise ExchangeError("The package has a password: export it without one.")
    if entry.file_size > SMALL_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
        raise ExchangeError(
            f"'{name[:200]}' grows more than {MAX_RATIO} times when it is unpacked: it is a bomb."
        )
