"""Our questions to files of other systems."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from learn.questions.exchange.carried import ExchangeError, Note
from learn.questions.exchange.gift.writing import write_gift
from learn.questions.exchange.qti.names import VERSIONS
from learn.questions.exchange.qti.packages import write_package
from learn.questions.question import Question

FORMATS = ("gift", *VERSIONS)


def export(questions: Iterable[Question], form: str) -> tuple[bytes, list[Note]]:
    """The file in one of FORMATS, and notes on what it could not take along."""
    if form == "gift":
        text, notes = write_gift(questions)
        return text.encode(), notes
    return write_package(questions, VERSIONS[form])


def write_file(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write the whole file, or nothing.

    Raises:
        ExchangeError: it is there already, or its folder cannot be written to.
    """
    if path.exists() and not force:
        raise ExchangeError(f"{path} is there already: choose another name, or give --force.")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        # A temporary file is its owner's alone; this one is made to be passed on.
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExchangeError(f"{path} cannot be written: {reason}.") from None
