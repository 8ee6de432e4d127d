"""Archives of code, unpacked. They may be hostile: they are opened here, behind the walls."""

import importlib
import io
import sys
import zipfile
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import Path

MAX_UNPACKED_BYTES = 32 * 1024 * 1024
# What else the runtime brings and code may bring in another version. boto3 and botocore are not
# among them: they are how calls leave this process.
REPLACEABLE = (
    "certifi",
    "charset_normalizer",
    "dateutil",
    "idna",
    "jmespath",
    "requests",
    "six",
    "urllib3",
)


class PackageError(Exception):
    """A package cannot be unpacked; the text says why."""


def unpack(archives: Iterable[tuple[bytes, str]]) -> None:
    """Unpack zips, each into the folder beside it; a later one's files replace an earlier one's.

    Raises:
        PackageError: one is no zip, or together they are too large.
    """
    try:
        opened = [(zipfile.ZipFile(io.BytesIO(data)), folder) for data, folder in archives]
        size = sum(info.file_size for archive, _ in opened for info in archive.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise PackageError(
                "Function code combined with layers exceeds the maximum allowed size of "
                f"{MAX_UNPACKED_BYTES} bytes. The actual size is {size} bytes."
            )
        for archive, folder in opened:
            archive.extractall(folder)
    except PackageError:
        raise
    except Exception as error:
        raise PackageError(f"The package cannot be unpacked: {error}") from None
    importlib.invalidate_caches()


def warm() -> None:
    """Read an archive, so that a child finds the code for it at work."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("warm.py"), "")
    with zipfile.ZipFile(file) as archive:
        archive.read(archive.infolist()[0])


def forget_replaced(folders: list[str]) -> None:
    """Let what lies in `folders` be imported, where the runtime has imported its own already."""
    for name in REPLACEABLE:
        if PathFinder.find_spec(name, folders):
            for loaded in [key for key in sys.modules if key.partition(".")[0] == name]:
                del sys.modules[loaded]


def files(folder: str) -> list[str]:
    """The Python files of a package, by their paths in it."""
    root = Path(folder)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.py"))
