"""Code of a template that lies beside it: local folders of the submitted files, as packages.

`sam deploy` and `aws cloudformation package` upload such folders; here they are kept by name.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping

from labs.cloud.simulation import current

PACKAGES = "coldstart-packages"  # stands for the bucket to which tools upload


class Packages:
    """Of one account: {name: zip}."""

    def __init__(self) -> None:
        self.zips: dict[str, bytes] = {}


def package(name: str) -> bytes:
    return current().state(Packages).zips[name]


def pack(folder: str, files: Mapping[str, str]) -> str:
    """The name of a package with the files in a folder ("src/", "."), or "" if there are none."""
    prefix = folder.removeprefix("./").strip("/")
    prefix = "" if prefix in (".", "") else f"{prefix}/"
    inside = {name[len(prefix) :]: text for name, text in files.items() if name.startswith(prefix)}
    if not inside and prefix.rstrip("/") in files:
        name = prefix.rstrip("/")
        inside = {name.rpartition("/")[2]: files[name]}
    if not inside:
        return ""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in inside.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    name = hashlib.sha256(packed.getvalue()).hexdigest()[:32]
    current().state(Packages).zips[name] = packed.getvalue()
    return name
