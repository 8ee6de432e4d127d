"""Lines of the learner's files that a report tells of, for the editor to mark."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from labs import GradeReport

MAX_MARKS = 5
MAX_TEXT = 300
_SYNTAX = re.compile(r"^(?P<file>\S+) line (?P<line>\d{1,6}): (?P<text>[^\n]+)")
_RAISED = re.compile(r"^(?P<text>Your code raised .*) \((?P<file>[^\s:()]+):(?P<line>\d{1,6})\)")
_STOPPED = re.compile(r"the last line reached was (?P<file>[^\s:]+):(?P<line>\d{1,6})")
_SOURCE = re.compile(r"^(?P<file>[^\s:]+):(?P<line>\d{1,6})$")


@dataclass(frozen=True)
class Mark:
    """One line, counted from 1, and what is the matter with it."""

    file: str
    line: int
    text: str


def marks(report: GradeReport, files: Mapping[str, str]) -> list[dict[str, str | int]]:
    """The marks as JSON, each line once, and only lines that there are in the files."""
    found: dict[tuple[str, int], Mark] = {}
    for mark in _candidates(report):
        if mark.file in files and 1 <= mark.line <= files[mark.file].count("\n") + 1:
            found.setdefault((mark.file, mark.line), mark)
    return [asdict(mark) for mark in list(found.values())[:MAX_MARKS]]


def _candidates(report: GradeReport) -> Iterator[Mark]:
    said = [report.message, *(check.feedback for check in report.checks)]
    for text in said:
        if match := _SYNTAX.search(text) or _RAISED.search(text):
            yield _mark(match, match["text"])
        elif match := _STOPPED.search(text):
            yield _mark(match, _("Your code was here when it was stopped."))
    for error in report.errors:
        if match := _SOURCE.search(error.source):
            yield _mark(match, error.message)


def _mark(match: re.Match[str], text: str) -> Mark:
    return Mark(match["file"], int(match["line"]), text[:MAX_TEXT])
