"""What a grading worker tells of itself when it starts."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from labs import Finding, Tier
from learn.core.storable import storable


class IntroductionError(Exception):
    """What a worker sent is no introduction."""


@dataclass(frozen=True)
class Introduction:
    """See `labs.tasks.introduce`."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    tier: Tier
    engine_version: Annotated[str, Field(max_length=40)]
    kernel: Annotated[str, Field(max_length=200)]
    findings: Annotated[tuple[Finding, ...], Field(max_length=50)]
    started_at: AwareDatetime

    @property
    def findings_json(self) -> list[dict[str, Any]]:
        """For a JSON column."""
        found: list[dict[str, Any]] = _FINDINGS.dump_python(self.findings, mode="json")
        return found


_INTRODUCTION = TypeAdapter(Introduction)
_FINDINGS = TypeAdapter(tuple[Finding, ...])


def parse_introduction(json: object) -> Introduction:
    """The introduction in the JSON.

    Raises:
        IntroductionError: something is missing or of another type.
    """
    try:
        return _INTRODUCTION.validate_python(storable(json))
    except ValidationError as error:
        raise IntroductionError(str(error)) from None
