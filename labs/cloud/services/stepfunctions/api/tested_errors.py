"""What a state makes of an error in TestState: it would retry, catch, or fail."""

from typing import Any

from labs.cloud.services.stepfunctions.api.tested_state import Evaluation
from labs.cloud.services.stepfunctions.execution import retries
from labs.cloud.services.stepfunctions.language import paths
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING, Catcher, Retrier


def handled(
    evaluation: Evaluation, error: StatesError, configuration: dict[str, Any]
) -> dict[str, Any]:
    """`retrierRetryCount` says how often the retrier was used already."""
    state = evaluation.state
    named = {"error": error.error, "cause": error.cause}
    told = {name: value for name, value in named.items() if value is not None}
    details: dict[str, int] = {}
    index = _index(getattr(state, "retry", ()), error)
    if index is not None:
        details["retryIndex"] = index
        retrier: Retrier = state.retry[index]
        used = configuration.get("retrierRetryCount") or 0
        if used < retrier.max_attempts:
            details["retryBackoffIntervalSeconds"] = _backoff(retrier, used)
            evaluation.tested.inspection["errorDetails"] = details
            return {**told, "status": "RETRIABLE"}
    catcher = retries.catcher(state, error)
    if catcher is not None:
        details["catchIndex"] = state.catch.index(catcher)
        evaluation.tested.inspection["errorDetails"] = details
        _catch(evaluation, catcher, error)
        return {**told, "status": "CAUGHT_ERROR", "nextState": catcher.next}
    if details:
        evaluation.tested.inspection["errorDetails"] = details
    return {**told, "status": "FAILED"}


def _index(retriers: tuple[Retrier, ...], error: StatesError) -> int | None:
    """Which retrier answers to the error."""
    for number, retrier in enumerate(retriers):
        if retries.matches(retrier.error_equals, error):
            return number
    return None


def _backoff(retrier: Retrier, used: int) -> int:
    seconds = retrier.interval_seconds * retrier.backoff_rate**used
    if retrier.max_delay_seconds is not None:
        seconds = min(seconds, retrier.max_delay_seconds)
    return int(seconds)


def _catch(evaluation: Evaluation, catcher: Catcher, error: StatesError) -> None:
    caught = {"Error": error.error, "Cause": error.cause}
    tested = evaluation.tested
    if not evaluation.state.is_jsonata:
        if catcher.assign is not MISSING:
            tested.variables = evaluation.filled(catcher.assign, caught)
        tested.output = paths.write(catcher.result_path, evaluation.data, caught)
        return
    number = evaluation.state.catch.index(catcher)
    if catcher.assign is not MISSING:
        tested.variables = evaluation.asked(
            catcher.assign, f"Catch[{number}]/Assign", errorOutput=caught
        )
    tested.output = caught
    if catcher.output is not MISSING:
        tested.output = evaluation.asked(
            catcher.output, f"Catch[{number}]/Output", errorOutput=caught
        )
