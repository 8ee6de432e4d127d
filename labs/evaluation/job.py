"""What an evaluator is asked: an artefact, and cases to run it on. Expected values never travel.

{"evaluator": "event_pattern", "artefact": TEXT, "options": {...}, "cases": [{...}, ...]}
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
from pydantic import Field

from labs.documents import Document, sentences
from labs.errors import EngineError
from labs.evaluation import shapes
from labs.evaluation.shapes import Shape

# The longest that any evaluator takes. Each service has a limit of its own below this one.
MAX_ARTEFACT_CHARS = 100_000
MAX_CASES = 50
MAX_JOB_BYTES = 1_000_000
MAX_SENTENCE = 400


class JobError(EngineError):
    """The job is none: its author's, or our, mistake, never the learner's.

    Each of `problems` begins with its place: "options: ...", "case 2: ...".
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


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
    options, *cases = _read_all(
        ("options", shape.options, envelope.options),
        *((f"case {n}", shape.case, case) for n, case in enumerate(envelope.cases, start=1)),
    )
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
        return list(error.problems)
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


def _read_all(*parts: tuple[str, type[Document], Any]) -> list[Any]:
    """Each part (what it is, its model, its value) as its model, or all that is wrong with all."""
    read, problems = [], list[str]()
    for what, model, value in parts:
        try:
            read.append(_read(model, _as_json(value), what))
        except JobError as error:
            problems += error.problems
    if problems:
        raise JobError(*problems)
    return read


def _read[M: Document](model: type[M], text: str, what: str) -> M:
    try:
        return model.model_validate_json(text)
    except pydantic.ValidationError as invalid:
        told = (f"{what}: {sentence}"[:MAX_SENTENCE] for sentence in sentences(invalid, model))
        raise JobError(*told) from None
