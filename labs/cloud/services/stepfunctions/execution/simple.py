"""The states that call nothing: Pass, Succeed, Fail, Choice and Wait."""

import re
from typing import Any, NoReturn

from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.execution.branch import Outcome
from labs.cloud.services.stepfunctions.execution.flow import Steps
from labs.cloud.services.stepfunctions.execution.history import as_json
from labs.cloud.services.stepfunctions.execution.visit import QUERY_ERROR, RUNTIME, Visit
from labs.cloud.services.stepfunctions.language import choices, intrinsics
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING
from labs.cloud.services.stepfunctions.language.timestamps import timestamp

MAX_WAIT_SECONDS = 2**31 - 1
_TIMESTAMP = "an ISO-8601 extended offset date-time format string"


def passed(visit: Visit) -> Outcome:
    state = visit.state
    if state.is_jsonata:
        output = visit.input
        if state.output is not MISSING:
            output = visit.asked("Output", state.output)
        return Outcome(output, state.next, visit.assignments(None))
    data = visit.effective_input()
    if state.parameters is not MISSING:
        data = visit.filled(state.parameters, data)
    if state.result is not MISSING:
        data = state.result
    variables = visit.assignments(data)
    output = visit.output(visit.placed(state.result_path, data))
    return Outcome(output, state.next, variables)


def succeeded(visit: Visit) -> Outcome:
    return Outcome(_plain_output(visit), "")


def failed(visit: Visit) -> NoReturn:
    error = _text(visit, "Error", visit.state.error, visit.state.error_path)
    cause = _text(visit, "Cause", visit.state.cause, visit.state.cause_path)
    raise StatesError(error, cause)


def chosen(visit: Visit) -> Outcome:
    """https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html"""
    state, data = visit.state, visit.effective_input()
    known = visit.states() if state.is_jsonata else data
    variables, language = visit.branch.variables, state.query_language
    for number, rule in enumerate(state.choices):
        place = f"Choices[{number}]/"
        given = (rule.raw, known, visit.context, variables, language)
        if visit.evaluated(choices.holds, *given, field=f"{place}Condition"):
            return _choice(visit, rule, rule.next, data, place)
    if state.default is None:
        raise visit.failure(
            "States.NoChoiceMatched",
            "Failed to transition out of the state. The state does not point to a next state.",
        )
    return _choice(visit, state, state.default, data)


def waited(visit: Visit) -> Steps[Outcome]:
    delay_ms = _delay_ms(visit)
    if delay_ms > MAX_WAIT_SECONDS * 1000:
        raise visit.failure(RUNTIME, "Wait state delay is too long.")
    if delay_ms > 0:
        yield visit.branch.run.flow.after(delay_ms)
    variables = visit.assignments(visit.input)
    return Outcome(_plain_output(visit), visit.state.next, variables)


def number_text(value: Any) -> str:
    """A value as the messages about numbers show it."""
    return value if isinstance(value, str) else as_json(value)


def _choice(visit: Visit, chosen: Any, following: str, data: Any, place: str = "") -> Outcome:
    """`chosen` is the rule, or the state where its default counts."""
    if not visit.state.is_jsonata:
        variables = visit.assignments(data, chosen.assign)
        return Outcome(visit.output(data), following, variables)
    output = visit.input
    if chosen.output is not MISSING:
        output = visit.asked(f"{place}Output", chosen.output)
    return Outcome(output, following, visit.assignments(None, chosen.assign, place=place))


def _plain_output(visit: Visit) -> Any:
    """Of a state that has no result."""
    state = visit.state
    if not state.is_jsonata:
        return visit.output(visit.effective_input())
    return visit.input if state.output is MISSING else visit.asked("Output", state.output)


def _text(visit: Visit, name: str, value: Any, path: str | None) -> Any:
    if path is not None:
        data, variables = visit.effective_input(), visit.branch.variables
        return visit.evaluated(intrinsics.evaluate, path, data, visit.context, variables)
    if value is not None and visit.state.is_jsonata:
        return visit.asked(name, value)
    return value


def _delay_ms(visit: Visit) -> float:
    state = visit.state
    if state.seconds is not None:
        seconds = state.seconds
        if isinstance(seconds, str):
            seconds = _asked_seconds(visit, seconds)
        return float(seconds) * 1000
    if state.seconds_path is not None:
        return _path_seconds(visit, state.seconds_path) * 1000
    if state.timestamp_path is not None:
        value = visit.read(state.timestamp_path, visit.effective_input())
        moment = _moment(value)
        if moment is None:
            raise visit.failure(
                RUNTIME,
                f"The TimestampPath parameter does not reference a valid {_TIMESTAMP[3:]}: "
                f"{state.timestamp_path} == {number_text(value)}",
            )
        return moment - clock.millis()
    return _timestamp(visit) - clock.millis()


def _asked_seconds(visit: Visit, template: str) -> float:
    value = visit.asked("Seconds", template)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        text = number_text(value)
        cause = f"The Seconds field cannot be parsed as a long value: {text}"
        raise visit.failure(QUERY_ERROR, cause)
    if value < 0:
        raise visit.failure(QUERY_ERROR, f"The Seconds field has a negative value: {value}")
    return value


def _path_seconds(visit: Visit, path: str) -> int:
    value = visit.read(path, visit.effective_input())
    text = number_text(value)
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d+", text):
        cause = f"The SecondsPath parameter cannot be parsed as a long value: {path} == {text}"
        raise visit.failure(RUNTIME, cause)
    if int(text) < 0:
        cause = f"The SecondsPath parameter references a negative value: {path} == {text}"
        raise visit.failure(RUNTIME, cause)
    return int(text)


def _timestamp(visit: Visit) -> float:
    value = visit.state.timestamp
    if visit.state.is_jsonata:
        value = visit.asked("Timestamp", value)
    moment = _moment(value)
    if moment is None:
        cause = f"The Timestamp field cannot be parsed as {_TIMESTAMP}: {number_text(value)}"
        raise visit.failure(QUERY_ERROR if visit.state.is_jsonata else RUNTIME, cause)
    return moment


def _moment(value: Any) -> float | None:
    """Milliseconds since 1970; None for what is no timestamp."""
    moment = timestamp(value)
    return None if moment is None else moment.timestamp() * 1000
