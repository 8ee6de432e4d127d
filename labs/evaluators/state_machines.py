"""State machines, executed with mocked results of their tasks, on virtual time."""

import json
from collections import Counter
from typing import Any

from labs.cloud import moto_seams
from labs.cloud.account import UnsettledError
from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.execution import run, tasks
from labs.cloud.services.stepfunctions.execution.history import FatalError
from labs.cloud.services.stepfunctions.execution.model import Execution, Source
from labs.cloud.services.stepfunctions.execution.visit import Visit
from labs.cloud.services.stepfunctions.language import machine as language
from labs.cloud.services.stepfunctions.language import validation
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.simulation import current
from labs.evaluation import CaseOutcome, Job
from labs.evaluation.shapes import ANSWER, DefinitionOptions, ExecutionCase
from labs.evaluators import json_text
from labs.evaluators.accounts import empty_account
from labs.evaluators.refusal import InvalidArtefactError, NotSimulatedError

NAME = "answer"
ARN = f"arn:aws:states:{moto_seams.REGION}:123456789012:stateMachine:{NAME}"
EXECUTION_ARN = f"arn:aws:states:{moto_seams.REGION}:123456789012:execution:{NAME}:{NAME}"
ROLE = "arn:aws:iam::123456789012:role/state-machine"
LONGEST_MS = 366 * 24 * 3600 * 1000  # of an execution
MAX_STEPS = 2000  # of one execution; AWS would stop it a little later
ALL = "*"
NOT_SIMULATED = "NotSimulated"


def evaluate(job: Job) -> list[CaseOutcome]:
    """How each execution ends, and which states it entered."""
    options: DefinitionOptions = job.options
    definition = _definition(job.artefact, options)
    if told := validation.creation_error(definition, options.type):
        raise InvalidArtefactError(told)
    source = Source(ARN, NAME, options.type, definition, language.parse(definition), ROLE)
    return [_outcome(source, case) for case in job.cases]


def _definition(artefact: str, options: DefinitionOptions) -> str:
    """The whole definition, as it would be sent to AWS."""
    told = "" if options.definition else validation.creation_error(artefact, options.type)
    answer = json_text.parse(artefact, refusal=told)
    whole = _filled(options.definition, answer) if options.definition else answer
    if options.query_language and isinstance(whole, dict):
        whole = {"QueryLanguage": options.query_language, **whole}
    elif options.definition is None:
        return artefact
    return json.dumps(whole)


def _filled(value: Any, answer: Any) -> Any:
    """The author's definition with the learner's part in its place."""
    if value == ANSWER:
        return answer
    if isinstance(value, dict):
        return {name: _filled(one, answer) for name, one in value.items()}
    return [_filled(one, answer) for one in value] if isinstance(value, list) else value


def _outcome(source: Source, case: ExecutionCase) -> CaseOutcome:
    """Of an execution in an account of its own, at a time that is always the same."""
    steps = _Steps()
    mocks = _Mocks(case, steps)
    with empty_account() as account:
        current().state(run.Kinds).by_type["Task"] = tasks.mocked(mocks.answer)
        execution = run.start(source, EXECUTION_ARN, NAME, json.dumps(case.input))
        execution.history.listener = steps.see
        try:
            account.wait_until(lambda: not execution.is_running, until=clock.millis() + LONGEST_MS)
        except UnsettledError:
            steps.are_too_many = True
    if error := mocks.error or steps.error:
        return CaseOutcome(error=error)
    if execution.error == NOT_SIMULATED:
        raise NotSimulatedError(execution.cause or "")
    return CaseOutcome(_told(execution))


def _told(execution: Execution) -> dict[str, Any]:
    entered = (
        event["stateEnteredEventDetails"]["name"]
        for event in execution.history.events
        if event["type"].endswith("StateEntered")
    )
    return {
        "status": execution.status,
        "output": None if execution.output is None else json.loads(execution.output),
        "error": execution.error,
        "cause": execution.cause,
        "path": list(entered),
    }


class _Mocks:
    """What the tasks of one execution answer; `error` says that a task had no answer."""

    def __init__(self, case: ExecutionCase, steps: "_Steps") -> None:
        self._by_name = case.tasks
        self._steps = steps
        self._taken: Counter[str] = Counter()
        self.error = ""

    def answer(self, visit: Visit) -> Any:
        """The next result of this task; its last one stands for all that follow."""
        self._steps.take()
        state = visit.state
        names = (state.name, state.resource, ALL)
        name = next((one for one in names if one in self._by_name), None)
        if name is None:
            self.error = (
                f"The Task state '{state.name}' is none that this case has a result for. Name "
                "states and resources as the question does."
            )
            raise FatalError("States.Runtime", self.error)
        results = self._by_name[name]
        mock = results[min(self._taken[name], len(results) - 1)]
        self._taken[name] += 1
        if mock.error is not None:
            raise StatesError(mock.error, mock.cause)
        return mock.result


class _Steps:
    """Counts states entered and tasks begun of an execution, and ends one that goes on and on."""

    def __init__(self) -> None:
        self._taken = 0
        self.are_too_many = False

    @property
    def error(self) -> str:
        if not self.are_too_many:
            return ""
        most = f"{MAX_STEPS:,} steps"
        return f"The execution took more than {most} and was stopped: it goes on for ever."

    def see(self, event: dict[str, Any]) -> None:
        """An event of the history; raises as `take` does."""
        if event["type"].endswith("StateEntered"):
            self.take()

    def take(self) -> None:
        """Raises FatalError for each step too many, as branches beside it go on for a while."""
        self._taken += 1
        if self._taken > MAX_STEPS:
            self.are_too_many = True
            raise FatalError("States.Runtime", self.error)
