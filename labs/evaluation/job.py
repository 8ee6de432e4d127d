"""What an evaluator is asked: an artefact, and cases to run it on. Expected values never travel.

{"evaluator": "event_pattern", "artefact": TEXT, "options": {...}, "cases": [{...}, ...]}
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic import Field

from labs.documents import Document
from labs.errors import EngineError
from labs.evaluation import shapes
from labs.evaluation.shapes import Shape

# The longest that any evaluator takes. Each service has a limit of its own below this one.
MAX_ARTEFACT_CHARS = 100_000
MAX_CASES = 50
MAX_JOB_BYTES = 1_000_000


class JobError(EngineError):
    """The job is none: its author's, or our, mistake, never the learner's. It says where."""


@dataclass(frozen=True)
class Job:
    """A job that has been checked. `options` and `cases` are the evaluator's models of them."""

    evaluator: str
    artefact: str
    options: Any
    cases: tuple[Any, ...]


class _Envelope(Document):
    evaluator: str
    artefact: str
    options: dict[str, Any] = Field(default_factory=dict)
    cases: Annotated[tuple[dict[str, Any], ...], Field(max_length=MAX_CASES)]


def evaluator_names() -> tuple[str, ...]:
    """The evaluators that there are."""
    return tuple(shapes.SHAPES)


def read_job(job: object) -> Job:
    """The job, checked.

    Raises:
        JobError: it is none.
    """
    text = _as_json(job)
    envelope = _read(_Envelope, text, "job")
    shape = _shape(envelope.evaluator)
    options = _read(shape.options, _as_json(envelope.options), "options")
    cases = [
        _read(shape.case, _as_json(case), f"case {number}")
        for number, case in enumerate(envelope.cases, start=1)
    ]
    if problem := shape.problem(options, cases):
        raise JobError(problem)
    return Job(envelope.evaluator, envelope.artefact, options, tuple(cases))


def job_problems(
    evaluator: str, options: Mapping[str, Any], cases: Sequence[Mapping[str, Any]]
) -> list[str]:
    """What is wrong with a question's options and cases, in sentences for its author."""
    job = {"evaluator": evaluator, "artefact": "", "options": options, "cases": list(cases)}
    try:
        read_job(job)
    except JobError as error:
        return str(error).split("; ")
    return []


def artefact_problem(artefact: str) -> str:
    """Why no evaluator looks at this text, as a sentence for the learner; "" if one does."""
    if len(artefact) > MAX_ARTEFACT_CHARS:
        return (
            f"Your answer has {len(artefact):,} characters; at most {MAX_ARTEFACT_CHARS:,} are "
            "evaluated."
        )
    if not artefact.strip():
        return "Your answer is empty."
    try:
        artefact.encode()
    except UnicodeEncodeError as error:
        line = artefact.count("\n", 0, error.start) + 1
        column = error.start - artefact.rfind("\n", 0, error.start)
        return (
            f"Your answer has half of a character (a lone surrogate) at line {line}, column "
            f"{column}: it is no text that can be sent. Type that character again."
        )
    return ""


def _shape(name: str) -> Shape:
    shape = shapes.SHAPES.get(name)
    if shape is None:
        known = ", ".join(shapes.SHAPES)
        raise JobError(f"there is no evaluator '{name[:50]}'; there are {known}")
    return shape


def _as_json(value: Any) -> str:
    try:
        # The artefact may hold anything; what else there is must be text that can be sent.
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        size = len(text.encode("utf-8", "strict"))
    except (TypeError, ValueError, RecursionError) as error:
        raise JobError(f"the job is no JSON: {str(error)[:200]}") from None
    if size > MAX_JOB_BYTES:
        raise JobError(f"the job has {size:,} bytes; at most {MAX_JOB_BYTES:,} are taken")
    return text


def _read[M: pydantic.BaseModel](model: type[M], text: str, what: str) -> M:
    try:
        return model.model_validate_json(text)
    except pydantic.ValidationError as invalid:
        raise JobError("; ".join(_sentences(invalid, what))) from None


def _sentences(invalid: pydantic.ValidationError, what: str) -> Iterator[str]:
    for error in invalid.errors(include_url=False, include_context=False, include_input=False):
        place = ".".join(str(part) for part in error["loc"])
        yield f"{what}: {f'{place}: ' if place else ''}{error['msg']}"[:300]
