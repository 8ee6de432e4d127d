"""Reports of runs, as workers send them, as rows keep them and as pages show them."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from labs import PlaygroundReport, Verdict
from learn.core.storable import storable

type Json = dict[str, Any]

_REPORT = TypeAdapter(PlaygroundReport)


class ReportError(Exception):
    """What a worker sent is no report of a run."""


def parse_report(json: object) -> PlaygroundReport:
    """The report in the JSON.

    Raises:
        ReportError: something is missing or of another type.
    """
    if not isinstance(json, Mapping):
        raise ReportError("a report is an object")
    try:
        report = _REPORT.validate_python(json)
    except ValidationError as error:
        raise ReportError(str(error)) from None
    if report.verdict == Verdict.NOT_RUN:
        raise ReportError("a run that was not run")
    return report


def dump_report(report: PlaygroundReport) -> Json:
    """The report as the row keeps it; `parse_report` reads it again."""
    kept: Json = storable(_REPORT.dump_python(report, mode="json"))
    return kept
