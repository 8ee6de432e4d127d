"""What a program of the playground is: main.py, files that it imports, and the course's own."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from labs import SubmissionError, check_files, content_dirs
from learn.playground.limits import MAX_FILES

MAIN = "main.py"
BLANK = {MAIN: "import boto3\n\n"}


def check_program(files: Mapping[str, str | bytes]) -> dict[str, str]:
    """The files as `{name: text}`, with main.py first.

    Raises:
        SubmissionError: they break a rule.
    """
    checked = check_files(files)
    if MAIN not in checked:
        raise SubmissionError(f"The file {MAIN} is missing: it is what the playground runs.")
    if len(checked) > MAX_FILES:
        raise SubmissionError(f"More than {MAX_FILES} files: leave some out.")
    return {MAIN: checked[MAIN], **checked}


def shared_files() -> Mapping[str, str]:
    """`{name: text}` of the course's files that every example may import."""
    return _read_once(tuple(getattr(settings, "CONTENT_DIRS", None) or content_dirs()))


@lru_cache(maxsize=8)
def _read_once(folders: tuple[Path, ...]) -> Mapping[str, str]:
    paths = [path for folder in folders for path in sorted(folder.glob("examples/*.py"))]
    return {path.name: path.read_text(encoding="utf-8") for path in paths}
