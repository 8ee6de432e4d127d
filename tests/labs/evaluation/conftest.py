"""Evaluations: behind the walls, as a worker makes them, or in this process, which is faster."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from labs import evaluators
from labs.evaluation import Evaluation

# Evaluates an artefact (text, or what stands for its JSON) on cases, with options.
type Evaluate = Callable[..., Evaluation]


def job(evaluator: str, artefact: Any, *cases: dict[str, Any], **options: Any) -> dict[str, Any]:
    """What is asked for; an artefact that is no text is written as JSON."""
    text = artefact if isinstance(artefact, str) else json.dumps(artefact)
    return {"evaluator": evaluator, "artefact": text, "options": options, "cases": list(cases)}


@pytest.fixture
def evaluate(moto: None) -> Evaluate:
    """Takes what `job` takes. What the cloud process would do is done in this one."""

    def run(evaluator: str, artefact: Any, *cases: dict[str, Any], **options: Any) -> Evaluation:
        asked = job(evaluator, artefact, *cases, **options)
        return Evaluation.from_json(json.loads(json.dumps(evaluators.evaluate(asked))))

    return run


def got(evaluation: Evaluation) -> list[Any]:
    """What the cases came to."""
    assert evaluation.verdict == "evaluated", evaluation
    assert not [outcome.error for outcome in evaluation.outcomes if outcome.error]
    return [outcome.got for outcome in evaluation.outcomes]


def refusal(evaluation: Evaluation) -> str:
    """Why the artefact is none."""
    assert evaluation.verdict == "invalid", evaluation
    assert evaluation.outcomes == ()
    return evaluation.message
