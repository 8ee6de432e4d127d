"""Task: calls something, and waits for its answer where that is asked for.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
"""

from collections.abc import Callable
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.services.stepfunctions.execution import tokens
from labs.cloud.services.stepfunctions.execution.branch import Kind, Outcome
from labs.cloud.services.stepfunctions.execution.flow import (
    Job,
    Steps,
    StoppedError,
    Timer,
    first_of,
    turn,
)
from labs.cloud.services.stepfunctions.execution.history import (
    NOT_TRUNCATED,
    FatalError,
    as_json,
    not_simulated,
)
from labs.cloud.services.stepfunctions.execution.integrations import (
    activities,
    functions,
    optimized,
    resources,
    services,
)
from labs.cloud.services.stepfunctions.execution.results import outcome
from labs.cloud.services.stepfunctions.execution.retries import TIMEOUT, HeartbeatError
from labs.cloud.services.stepfunctions.execution.visit import QUERY_ERROR, RUNTIME, Visit
from labs.cloud.services.stepfunctions.language.errors import StatesError
from labs.cloud.services.stepfunctions.language.machine import MISSING
from labs.errors import LabsError


def performed(visit: Visit) -> Steps[Outcome]:
    resource = resources.parse(visit.state.resource)
    visit.has_token = resource.waits_for_token or resource.is_sync
    task = _Task(visit, resource)
    if resource.kind == resources.FUNCTION:
        result = yield from task.function()
    elif resource.kind == resources.ACTIVITY:
        result = yield from task.activity()
    else:
        result = yield from task.integration()
    return outcome(visit, result)


def mocked(answer: Callable[[Visit], Any]) -> Kind:
    """Task without its call: `answer` gives what the service would, or raises StatesError."""

    def steps(visit: Visit) -> Steps[Outcome]:
        resource = resources.parse(visit.state.resource)
        visit.has_token = resource.waits_for_token or resource.is_sync
        task = _Task(visit, resource)
        if resource.kind not in (resources.FUNCTION, resources.ACTIVITY):
            task.check_arguments()
        yield turn()
        return outcome(visit, answer(visit))

    return steps


class _Task:
    """One attempt. `scheduled` is when it began (ms)."""

    def __init__(self, visit: Visit, resource: resources.Resource) -> None:
        self._visit, self._resource = visit, resource
        self._timeout = _seconds(visit, "timeout_seconds", "TimeoutSeconds")
        self._heartbeat = _seconds(visit, "heartbeat_seconds", "HeartbeatSeconds")
        self._credentials = _credentials(visit)
        self._arguments = visit.arguments()
        self._scheduled = clock.millis()

    def function(self) -> Steps[Any]:
        """A function by its ARN: the input is the event, the result what it returns."""
        visit, event = self._visit, as_json(self._arguments)
        visit.note("LambdaFunctionScheduled", self._function_details(event))
        visit.note("LambdaFunctionStarted")
        run = visit.branch.run
        yield turn()
        try:
            invocation = functions.invoke(run.made_by, self._resource.arn, event, run.region)
            functions.raise_failure(invocation)
        except MissingError as error:
            raise not_simulated(error) from None
        except StatesError as error:
            self._check_time("LambdaFunctionTimedOut", {})
            visit.note("LambdaFunctionFailed", {"error": error.error, "cause": error.cause})
            raise
        self._check_time("LambdaFunctionTimedOut", {})
        text = as_json(invocation.response)
        visit.note("LambdaFunctionSucceeded", {"output": text, "outputDetails": NOT_TRUNCATED})
        return invocation.response

    def activity(self) -> Steps[Any]:
        """A worker asks for it with GetActivityTask, and answers with the token."""
        visit, arn = self._visit, self._resource.arn
        if not activities.exists(arn):
            raise visit.failure(RUNTIME, f"The activity {arn} does not exist.")
        text = as_json(self._arguments)
        details = {"resource": arn, "input": text, "inputDetails": NOT_TRUNCATED}
        visit.note("ActivityScheduled", details | self._limits())
        waiting = tokens.hand_out(visit.token(), visit.branch.run.flow.name, self._heartbeat)
        task = activities.offer(arn, waiting, text)
        task.taken.when_done(lambda: self._begin_activity(task))
        return (yield from self._answer(waiting, "Activity", {}))

    def integration(self) -> Steps[Any]:
        """A call of a service; with a token or .sync, what comes after it counts."""
        visit, resource = self._visit, self._resource
        self.check_arguments()
        visit.note("TaskScheduled", self._task_details())
        visit.note("TaskStarted", resource.told)
        waiting = None
        if visit.has_token:
            name = visit.branch.run.flow.name
            waiting = tokens.hand_out(visit.token(), name, self._heartbeat)
        yield turn()
        try:
            call = self._called()
        except Exception as error:
            if waiting:
                waiting.close()
            raise self._call_failed(error) from None
        if not (resource.waits_for_token or resource.is_sync):
            self._check_time("TaskTimedOut", resource.told)
            return self._succeed("Task", call.result, resource.told)
        told = {"output": as_json(call.result), "outputDetails": NOT_TRUNCATED}
        visit.note("TaskSubmitted", {**resource.told, **told})
        if waiting:
            waiting.beat()
        return (yield from self._answer(waiting, "Task", resource.told, call.job))

    def _call_failed(self, error: Exception) -> Exception:
        """What an exception of the call means for the task."""
        if isinstance(error, MissingError):
            return not_simulated(error)
        if isinstance(error, FatalError | LabsError):
            return error
        if isinstance(error, StatesError):
            self._fail("Task", error, self._resource.told)
            return error
        # Whatever breaks inside moto is our gap, not the learner's mistake.
        name = f"{self._resource.service}:{self._resource.action}"
        kind = type(error).__name__
        told = f"{name} cannot be simulated with these parameters ({kind})."
        return FatalError("NotSimulated", told)

    def check_arguments(self) -> None:
        resource, region = self._resource, self._visit.branch.run.region
        if resource.service in ("apigateway", "http") and resource.kind == resources.OPTIMIZED:
            return
        faults = services.faults_of(resource.service, resource.action, self._arguments, region)
        if faults:
            name = "Arguments" if self._visit.state.is_jsonata else "Parameters"
            raise self._visit.failure(
                RUNTIME,
                f"The {name} '{as_json(self._arguments)}' could not be used to start the Task: "
                f"[{', '.join(faults)}]",
            )

    def _called(self) -> optimized.Called:
        run, resource = self._visit.branch.run, self._resource
        if resource.kind == resources.SDK:
            return optimized.Called(
                services.called_by_sdk(
                    run.made_by, resource.service, resource.action, self._arguments, run.region
                )
            )
        return optimized.call(run, resource, self._arguments)

    def _answer(
        self,
        waiting: tokens.WaitingTask | None,
        kind: str,
        told: dict[str, Any],
        job: Job | None = None,
    ) -> Steps[Any]:
        """Wait for whoever has the token, for the job, and for time to run out."""
        timer = None
        if self._timeout is not None:
            left = self._scheduled + self._timeout * 1000 - clock.millis()
            timer = Timer(self._visit.branch.run.flow.name, max(0, left), background=True)
        ended = waiting.ended if waiting else None
        late = waiting.late if waiting else None
        try:
            first = yield first_of(ended, job, late, timer)
        except StoppedError:
            _let_go(waiting, timer, job)
            raise
        _let_go(waiting, timer, job)
        if first in (late, timer):
            error = HeartbeatError() if first is late else _timed_out()
            self._visit.note(f"{kind}TimedOut", {**told, "error": TIMEOUT})
            raise error
        try:
            result = first.result()
        except StatesError as error:
            self._fail(kind, error, told)
            raise
        return self._succeed(kind, result, told)

    def _succeed(self, kind: str, result: Any, told: dict[str, Any]) -> Any:
        details = {**told, "output": as_json(result), "outputDetails": NOT_TRUNCATED}
        self._visit.note(f"{kind}Succeeded", details)
        return result

    def _fail(self, kind: str, error: StatesError, told: dict[str, Any]) -> None:
        details = {"error": error.error, "cause": error.cause}
        shown = {key: value for key, value in details.items() if value is not None}
        self._visit.note(f"{kind}Failed", {**told, **shown})

    def _begin_activity(self, task: activities.ActivityTask) -> None:
        worker = {"workerName": task.worker} if task.worker else {}
        self._visit.note("ActivityStarted", worker)
        task.waiting.beat()

    def _check_time(self, kind: str, told: dict[str, Any]) -> None:
        """Whether the call took longer than the task may."""
        if self._timeout is None or clock.millis() - self._scheduled <= self._timeout * 1000:
            return
        self._visit.note(kind, {**told, "error": TIMEOUT})
        raise _timed_out()

    def _function_details(self, event: str) -> dict[str, Any]:
        details = {"resource": self._resource.arn, "input": event, "inputDetails": NOT_TRUNCATED}
        return details | self._limits() | self._credentials

    def _task_details(self) -> dict[str, Any]:
        details = {
            **self._resource.told,
            "region": self._visit.branch.run.region,
            "parameters": as_json(self._arguments),
        }
        return details | self._limits() | self._credentials

    def _limits(self) -> dict[str, Any]:
        limits = {"timeoutInSeconds": self._timeout, "heartbeatInSeconds": self._heartbeat}
        if self._resource.kind == resources.FUNCTION:
            del limits["heartbeatInSeconds"]
        return {key: value for key, value in limits.items() if value is not None}


def _let_go(waiting: tokens.WaitingTask | None, timer: Timer | None, job: Job | None) -> None:
    """Nobody waits for them any more."""
    if timer:
        timer.cancel()
    if waiting:
        waiting.close()
    if job and not job.is_done:
        job.cancel()


def _timed_out() -> StatesError:
    return StatesError(TIMEOUT, None)


def _seconds(visit: Visit, field: str, name: str) -> int | None:
    value = visit.number(field, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        cause = f"The {name} field must be a positive integer, but was: {as_json(value)}"
        raise visit.failure(QUERY_ERROR if visit.state.is_jsonata else RUNTIME, cause)
    return int(value)


def _credentials(visit: Visit) -> dict[str, Any]:
    """As the history tells them; the call is made in this account anyway."""
    template = visit.state.credentials
    if template is MISSING:
        return {}
    filled = (
        visit.asked("Credentials", template)
        if visit.state.is_jsonata
        else visit.filled(template, visit.effective_input())
    )
    return {"taskCredentials": {"roleArn": filled["RoleArn"]}}
