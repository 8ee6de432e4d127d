"""Files of other systems: which format they have, and whether they are small enough."""

import re
from pathlib import Path

from learn.questions.exchange.carried import CannotCarryError, ExchangeError, Note, Reading
from learn.questions.exchange.gift.reading import read_gift
from learn.questions.exchange.qti.packages import read_package
from learn.questions.exchange.qti.reading import read_item

MAX_BYTES = 20_000_000
MAX_TEXT_BYTES = 5_000_000
OTHER_XML = {
    "quiz": "This is Moodle XML. Export the questions as GIFT instead.",
    "questestinterop": "This is QTI 1.2. Export the questions as QTI 2.1 or 3.0, or as GIFT.",
}
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


def read_file(path: Path) -> Reading:
    """The questions in a file of GIFT, or an item or a package of QTI.

    Raises:
        ExchangeError: it is none of them, is too large, or was made to do harm.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExchangeError(f"The file {path} cannot be read: {reason}.") from None
    if len(data) > MAX_BYTES:
        raise ExchangeError(f"The file {path} is larger than {MAX_BYTES:,} bytes: split it.")
    return read_data(data, path.name)


def read_data(data: bytes, name: str) -> Reading:
    """The questions in what `read_file` has read. Raises ExchangeError as there."""
    if data.startswith(b"PK"):
        return read_package(data)
    if len(data) > MAX_TEXT_BYTES:
        raise ExchangeError(f"{name} is larger than {MAX_TEXT_BYTES:,} bytes: split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExchangeError(f"{name} is not UTF-8: save it as UTF-8.") from None
    if not text.lstrip().startswith("<"):
        return read_gift(text)
    _refuse_other_xml(text)
    try:
        return Reading(drafts=[read_item(data, name)])
    except CannotCarryError as error:
        return Reading(notes=[Note(name, str(error), is_left_out=True)])


def _refuse_other_xml(text: str) -> None:
    root = ROOT.search(text)
    if root and root[1] in OTHER_XML:
        raise ExchangeError(OTHER_XML[root[1]])
