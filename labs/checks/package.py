"""Deployment packages."""

import io
import zipfile
from collections.abc import Mapping


def zip_files(files: Mapping[str, str]) -> bytes:
    """A deployment package of `{relative POSIX path: text}`, as Lambda takes it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            # A fixed date, so that the same files give the same package.
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()
