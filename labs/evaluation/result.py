"""What an evaluator found out about one artefact."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

type Json = dict[str, Any]


class EvaluationVerdict(StrEnum):
    """What became of an artefact as a whole. Whether it is right, the cases tell."""

    EVALUATED = "evaluated"
    INVALID = "invalid"  # AWS would refuse it; the message says in which words
    TIMED_OUT = "timed_out"
    MEMORY_EXCEEDED = "memory_exceeded"
    OUTPUT_EXCEEDED = "output_exceeded"
    NOT_SIMULATED = "not_simulated"
    ENGINE_ERROR = "engine_error"

    @property
    def costs_attempt(self) -> bool:
        """Whether the learner's count of attempts goes up by it."""
        return self not in (EvaluationVerdict.NOT_SIMULATED, EvaluationVerdict.ENGINE_ERROR)


@dataclass(frozen=True)
class CaseOutcome:
    """Of one case: `got` is JSON, as the evaluator's cases say; None if `error` says why."""

    got: Any = None
    error: str = ""


@dataclass(frozen=True)
class Evaluation:
    """An artefact's whole evaluation.

    `message` is one sentence for the learner, "" where the artefact was evaluated; with
    `engine_error` it says, for the author or us, what was wrong with the job. `outcomes` has one
    entry for each case, in their order, where the artefact was evaluated, and none else.
    """

    verdict: EvaluationVerdict
    message: str = ""
    outcomes: tuple[CaseOutcome, ...] = ()
    duration_ms: int = 0
    engine_version: str = ""

    def to_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        """The evaluation that `to_json` wrote.

        Raises:
            KeyError, TypeError, ValueError: it is no such evaluation.
        """
        known = {name: json[name] for name in cls.__dataclass_fields__ if name in json}
        known["verdict"] = EvaluationVerdict(json["verdict"])
        known["outcomes"] = tuple(CaseOutcome(**one) for one in json.get("outcomes", ()))
        return cls(**known)
