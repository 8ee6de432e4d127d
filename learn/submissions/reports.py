"""Reports as workers send them, as rows keep them and as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from labs import GradeReport, Verdict
from learn.core.storable import storable

type Json = dict[str, Any]

MAX_SCORE = 10_000
MAX_HASH_LENGTH = 64


class ReportError(Exception):
    """What a worker sent is no report."""


@dataclass(frozen=True)
class Timings:
    """When the worker began and ended."""

    started_at: AwareDatetime
    finished_at: AwareDatetime


@dataclass(frozen=True)
class Report:
    """A grading's report; without timings if no worker ever sent one."""

    grade: GradeReport
    timings: Timings | None


_GRADE = TypeAdapter(GradeReport)
_TIMINGS = TypeAdapter(Timings | None)


def parse_report(json: object) -> Report:
    """The report in the JSON.

    Raises:
        ReportError: something is missing or of another type.
    """
    if not isinstance(json, Mapping):
        raise ReportError("a report is an object")
    try:
        grade = _GRADE.validate_python(json)
        timings = _TIMINGS.validate_python(json.get("timings"))
    except ValidationError as error:
        raise ReportError(str(error)) from None
    if grade.verdict == Verdict.NOT_RUN or not 0 <= grade.score <= grade.max_score <= MAX_SCORE:
        raise ReportError(f"{grade.verdict} with {grade.score} of {grade.max_score} points")
    if len(grade.content_hash) > MAX_HASH_LENGTH:
        raise ReportError(f"a content hash of {len(grade.content_hash)} characters")
    return Report(grade, timings)


def dump_report(report: Report) -> Json:
    """The report as the row keeps it; `parse_report` reads it again."""
    json: Json = _GRADE.dump_python(report.grade, mode="json")
    json["timings"] = _TIMINGS.dump_python(report.timings, mode="json")
    kept: Json = storable(json)
    return kept
