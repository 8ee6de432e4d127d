"""TestState: one state, run by itself or against a mock.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
"""

import json
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.api import contexts, mocks, refusals, tested_maps
from labs.cloud.services.stepfunctions.api.answers import ApiError, check_json
from labs.cloud.services.stepfunctions.api.tested_errors import handled
from labs.cloud.services.stepfunctions.api.tested_state import Evaluation, Surroundings, as_text
from labs.cloud.services.stepfunctions.execution import run
from labs.cloud.services.stepfunctions.execution.model import Source
from labs.cloud.services.stepfunctions.language import machine as language
from labs.cloud.services.stepfunctions.language import validation
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import JSONPATH, MISSING, State
from labs.cloud.services.stepfunctions.language.validation import resources
from labs.cloud.simulation import current

LEVELS = ("INFO", "DEBUG", "TRACE")
MOCKED = ("Task", "Map", "Parallel")
LONGEST_MS = 5 * 60 * 1000
ACCOUNT = "123456789012"

type Asked = dict[str, Any]


def test_state(asked: Asked, region: str) -> Asked:
    """Raises ApiError for what cannot be tested; what fails in the state is its answer."""
    _check_request(asked)
    state = _state(asked)
    _check_state(state, asked)
    evaluation = _evaluation(state, asked, region)
    return _told(evaluation, _run(evaluation, asked), asked)


def _run(evaluation: Evaluation, asked: Asked) -> Asked:
    """How it ends: status, and error, cause, nextState where there are some."""
    try:
        if evaluation.state.type == "Map":
            configuration = asked.get("stateConfiguration") or {}
            is_failing = "errorOutput" in (asked.get("mock") or {})
            tested_maps.inspect(evaluation, configuration, is_failing=is_failing)
        evaluation.run()
    except StatesError as error:
        return handled(evaluation, error, asked.get("stateConfiguration") or {})
    return {"status": "SUCCEEDED"}


def _check_request(asked: Asked) -> None:
    mock, configuration = asked.get("mock"), asked.get("stateConfiguration") or {}
    refusals.one_of(asked.get("inspectionLevel"), "inspectionLevel", LEVELS)
    check_json(
        configuration.get("mapItemReaderData") or "[]",
        "ValidationException",
        "Invalid MapItemReaderData provided",
    )
    if mock is None:
        if "mapIterationFailureCount" in configuration:
            raise mocks.refused(
                "TestState does not support MapIterationFailureCount when a mock is not specified."
            )
        return
    said = [name for name in ("result", "errorOutput") if name in mock]
    if len(said) != 1:
        raise mocks.refused(
            "A test mock should have only one of the following fields: [result, errorOutput]."
        )
    if asked.get("revealSecrets"):
        raise mocks.refused("TestState does not support RevealSecrets when a mock is specified.")


def _state(asked: Asked) -> State:
    """The state itself, or one of a machine's, wherever in it."""
    definition, name = asked["definition"], asked.get("stateName")
    if name is None:
        if told := validation.errors_of_state(definition, contexts.STATE_NAME):
            raise ApiError("InvalidDefinition", told)
        raw = json.loads(definition)
        return language.state(contexts.STATE_NAME, raw, raw.get("QueryLanguage", JSONPATH))
    if told := validation.creation_error(definition):
        raise ApiError("InvalidDefinition", told)
    machine = language.parse(definition)
    found = _found(machine, name)
    if found is None:
        raise mocks.refused("State not found in definition")
    return found


def _found(machine: language.Machine, name: str) -> State | None:
    if name in machine.states:
        return machine.states[name]
    for state in machine.states.values():
        inner: tuple[language.Machine, ...] = ()
        if isinstance(state, language.MapState):
            inner = (state.processor,)
        elif isinstance(state, language.ParallelState):
            inner = state.branches
        for one in inner:
            if found := _found(one, name):
                return found
    return None


def _check_state(state: State, asked: Asked) -> None:
    is_mocked = asked.get("mock") is not None
    if is_mocked and state.type not in MOCKED:
        raise mocks.refused(f"State type '{state.type}' is not supported when a mock is specified")
    if not is_mocked and state.type in ("Map", "Parallel"):
        raise ApiError(
            "InvalidDefinition",
            "TestState API does not support Map or Parallel states. Supported state types "
            "include: [Task, Wait, Pass, Succeed, Fail, Choice]",
        )
    resource = getattr(state, "resource", "")
    if not is_mocked and resources.has_pattern(resource):
        raise ApiError(
            "InvalidDefinition",
            "TestState API does not support the '.sync' and '.waitForTaskToken' service "
            "integration patterns when a mock is not specified.",
        )


def _evaluation(state: State, asked: Asked, region: str) -> Evaluation:
    data = check_json(asked.get("input") or "{}", "InvalidExecutionInput", "Invalid Input")
    variables = _variables(asked)
    if "context" in asked:
        context = contexts.given(asked["context"], state)
    else:
        retries = _retries(state, asked)
        context = contexts.usual(data, asked.get("roleArn"), region, ACCOUNT, retries)
    mock = asked.get("mock")
    mocked: Any = MISSING
    if mock and "result" in mock:
        mocked = mocks.result_of(mock, state, region)

    def perform(arguments: Any) -> Any:
        if mocked is not MISSING:
            return mocked
        if mock:
            error = mock["errorOutput"]
            raise StatesError(error.get("error"), error.get("cause"))
        return _performed(state, arguments, asked.get("roleArn") or "", region)

    return Evaluation(state, data, Surroundings(context, variables, perform))


def _variables(asked: Asked) -> dict[str, Any]:
    found = check_json(
        asked.get("variables") or "{}", "ValidationException", "Invalid Variables provided"
    )
    if not isinstance(found, dict):
        raise mocks.refused("Invalid Variables provided: must be a JSON object")
    return found


def _retries(state: State, asked: Asked) -> int | None:
    if not isinstance(state, language.RetryingState):
        return None
    configuration = asked.get("stateConfiguration") or {}
    return configuration.get("retrierRetryCount") or 0


def _performed(state: Any, arguments: Any, role_arn: str, region: str) -> Any:
    """What the task's service really answers, in an execution of nothing else."""
    raw = {
        key: value
        for key, value in state.raw.items()
        if key in ("Type", "Resource", "TimeoutSeconds", "HeartbeatSeconds")
        and not isinstance(value, str | dict)
    }
    raw |= {"Type": "Task", "Resource": state.resource, "End": True}
    definition = {"StartAt": contexts.STATE_NAME, "States": {contexts.STATE_NAME: raw}}
    arn = f"arn:aws:states:{region}:{ACCOUNT}:stateMachine:TestState"
    machine = language.machine(definition, JSONPATH)
    text = json.dumps(definition)
    source = Source(arn, "TestState", "EXPRESS", text, machine, role_arn)
    execution = run.start(source, f"{arn}:test", "test", as_text(arguments))
    current().wait_until(lambda: not execution.is_running, until=clock.millis() + LONGEST_MS)
    if execution.status != "SUCCEEDED":
        raise StatesError(execution.error or "States.Timeout", execution.cause)
    return json.loads(execution.output or "null")


def _told(evaluation: Evaluation, ended: Asked, asked: Asked) -> Asked:
    tested = evaluation.tested
    told = dict(ended)
    if tested.output is not MISSING:
        told["output"] = as_text(tested.output)
    if ended["status"] == "SUCCEEDED" and tested.next:
        told["nextState"] = tested.next
    if (asked.get("inspectionLevel") or "INFO") != "INFO":
        inspection = dict(tested.inspection)
        variables = {**evaluation.around.variables, **tested.variables}
        if variables:
            inspection["variables"] = as_text(variables)
        told["inspectionData"] = inspection
    return told
