"""What the cloud process found out, checked field by field before the worker uses it.

Requests of the learner may have taken that process over. Then it can lie about the checks, but
neither break the worker nor bring anything into a report that does not belong there.
"""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter, ValidationError

from labs.resources import AccountChange, Resource
from labs.verdict import Call, CheckResult, CodeError, Fault, Verdict

MAX_POINTS = 10_000


def _plausible(check: CheckResult) -> CheckResult:
    if not 0 <= check.points <= check.max_points <= MAX_POINTS:
        raise ValueError("points that no check has")
    return check


@dataclass(frozen=True)
class CloudReport:
    """Of a grading: checks, errors, fault. Of the playground: from stopped on. Of both: the rest.

    `is_lost`: there is no report, as the process died or talked nonsense. `rejected` says why the
    files are no Python; `stopped` is the limit on calls, `limit` one that the program says it hit.
    """

    is_lost: bool = False
    checks: tuple[Annotated[CheckResult, AfterValidator(_plausible)], ...] = ()
    trace: tuple[Call, ...] = ()
    errors: tuple[CodeError, ...] = ()
    fault: Fault | None = None
    rejected: str = ""
    last_line: str = ""
    stopped: Verdict | None = None
    error: str = ""
    limit: str = ""
    note: str = ""
    resources: dict[str, list[str]] = field(default_factory=dict)
    accounts: tuple[AccountChange, ...] = ()
    account: tuple[Resource, ...] = ()


@functools.cache
def _reader() -> TypeAdapter[CloudReport]:
    return TypeAdapter(CloudReport)


def read(report: Mapping[str, Any] | None) -> CloudReport:
    """What the cloud process reported, if it did."""
    if report is None:
        return CloudReport(is_lost=True)
    # Halves of a character, which JSON can hold, are taken by no terminal and no database.
    text = json.dumps(report, ensure_ascii=False).encode("utf-8", "replace")
    try:
        return _reader().validate_json(text, strict=True)
    except ValidationError:
        return CloudReport(is_lost=True)
