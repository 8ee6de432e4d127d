"""One submission against one lab's checks."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from labs.checks.cloud import Cloud
from labs.checks.failure import CheckFailedError
from labs.checks.fault import fault
from labs.checks.program import Program, ProgramError, last_line
from labs.checks.registry import Check, Setup
from labs.checks.worker import CallsExceededError, Json, RejectedError, Worker
from labs.cloud import snapshot
from labs.cloud.account import Account, UnsettledError
from labs.cloud.guest import StoppedError
from labs.cloud.lambda_runtime.invocation import Invocation
from labs.verdict import LIMIT_VERDICTS, Call, CheckResult, CodeError, Fault, Verdict

MAX_ERRORS, MAX_ERROR_CHARS = 20, 300

if TYPE_CHECKING:
    from labs.resources import AccountChange, Resource

# The check during which the worker ended the job is NOT_RUN here; the worker knows the reason.
ENDS_THE_GRADING = {
    Verdict.NOT_RUN,
    Verdict.ENGINE_ERROR,
    Verdict.CALLS_EXCEEDED,
    *LIMIT_VERDICTS.values(),
}


class Scene:
    """An account, the learner's program beside it, and what a check may do with both."""

    def __init__(
        self, worker: Worker, files: Mapping[str, str], seed: int, *, real_time: bool = False
    ) -> None:
        self._files = files
        self._seed = seed
        self.account = Account(worker.start_guest, seed=seed, real_time=real_time)
        self.account.simulation.files = files
        self.program = Program(self.account.start_guest, files)

    def cloud(self, name: str) -> Cloud:
        """For the setup or check of that name, with random inputs of its own."""
        seed = f"{self._seed}:{name}"
        return Cloud(self.account, self._files, seed=seed, program=self.program)

    def close(self) -> None:
        self.program.close()
        self.account.close()


class Grading:
    """Runs the checks; afterwards its public fields tell what else happened."""

    def __init__(self, job: Json, setup: Setup | None, worker: Worker) -> None:
        self._files: Mapping[str, str] = job["files"]
        self._seed: int = job["seed"]
        self._path: str = job["path"]
        self._setup = setup
        self._worker = worker
        self._shared: Scene | None = None
        self._setup_done = True
        self.trace: list[Call] = []
        self.errors: list[CodeError] = []
        self._changes: list[AccountChange] = []
        self.fault: Fault | None = None
        self.last_line = ""

    def results(self, checks: tuple[Check, ...]) -> Iterator[CheckResult]:
        """Each check's result.

        After a limit was hit, our side broke, or the setup for all failed, the rest is not run.
        """
        stopped = False
        for check in checks:
            if stopped:
                yield _result(check, Verdict.NOT_RUN, "")
                continue
            verdict, feedback = self._run(check)
            stopped = verdict in ENDS_THE_GRADING or not self._setup_done
            yield _result(check, verdict, feedback)
        if self._shared:
            self._end(self._shared)

    def _run(self, check: Check) -> tuple[Verdict, str]:
        scene = self._shared or Scene(self._worker, self._files, self._seed)
        seen, calls = len(scene.account.environments.invocations), len(scene.account.trace.calls)
        verdict, feedback = self._outcome_of(check, scene, seen)
        if verdict is not Verdict.PASSED:
            self._note_errors(scene.account.environments.invocations[seen:])
        if verdict in (Verdict.FAILED, Verdict.CRASHED):
            missing = scene.account.trace.not_simulated(since=calls)
            if missing:
                return Verdict.NOT_SIMULATED, _not_simulated(missing)
        return verdict, feedback

    def _outcome_of(self, check: Check, scene: Scene, seen: int) -> tuple[Verdict, str]:
        before: tuple[Resource, ...] = ()
        try:
            if scene is not self._shared:
                self._prepare(scene, check)
            scene.account.trace.check = check.id
            before = snapshot.take()
            check.function(scene.cloud(check.id))
        except RejectedError:
            raise
        except (Exception, SystemExit) as error:
            return self._outcome(error, scene.account.environments.invocations[seen:])
        finally:
            self._changes.append(snapshot.change(check.id, before, snapshot.take()))
            if scene is not self._shared:
                self._end(scene)
        return Verdict.PASSED, ""

    def _prepare(self, scene: Scene, check: Check) -> None:
        if self._setup is None:
            return
        self._setup_done = not self._setup.once
        if self._setup.once:
            self._shared = scene
        self._setup.function(scene.cloud("setup" if self._setup.once else check.id))
        self._setup_done = True

    def _end(self, scene: Scene) -> None:
        self.trace += scene.account.trace.calls
        scene.close()

    def _outcome(self, error: BaseException, invocations: list[Invocation]) -> tuple[Verdict, str]:
        match error:
            case StoppedError():
                return Verdict.NOT_RUN, ""
            case CallsExceededError():
                self.last_line = str(error)
                return Verdict.CALLS_EXCEEDED, ""
            case ProgramError():
                return LIMIT_VERDICTS.get(error.limit, Verdict.CRASHED), str(error)
            case CheckFailedError() | UnsettledError():
                return _explained(str(error), invocations)
            case ClientError():
                code, operation = error.response["Error"].get("Code"), error.operation_name
                return Verdict.FAILED, (
                    f"The check could not read the account: {operation} gave {code}. "
                    "Does your code delete or change what it was given?"
                )
        self.fault = fault(error, self._path)
        return Verdict.ENGINE_ERROR, ""

    def _note_errors(self, invocations: list[Invocation]) -> None:
        """Each exception once: a lab's checks meet the same one again and again."""
        for invocation in invocations:
            if (error := invocation.error) is None or invocation.by_fault:
                continue
            message = f"{error['errorType']}: {error['errorMessage']}"[:MAX_ERROR_CHARS]
            found = CodeError(last_line(error.get("stackTrace")), message)
            if found not in self.errors and len(self.errors) < MAX_ERRORS:
                self.errors.append(found)

    def report(self, results: list[CheckResult]) -> dict[str, Any]:
        """What the worker is told."""
        return {
            "checks": [asdict(result) for result in results],
            "trace": [asdict(call) for call in self.trace],
            "errors": [asdict(error) for error in self.errors],
            "accounts": [asdict(change) for change in snapshot.within_limits(self._changes)],
            "fault": self.fault and asdict(self.fault),
            "last_line": self.last_line,
        }


def _not_simulated(missing: str) -> str:
    return (
        f"Your code used {missing}, which the cloud of this course does not simulate (yet). It is "
        "our gap and says nothing about your code, but this check needs another way."
    )


def _explained(feedback: str, invocations: list[Invocation]) -> tuple[Verdict, str]:
    """A failed check's verdict: crashed, if the code never got so far as to do its work."""
    for invocation in invocations:
        if (error := invocation.error) is None or invocation.by_fault:
            continue
        kind, message = error["errorType"], error["errorMessage"]
        if invocation.limit:
            return LIMIT_VERDICTS[invocation.limit], ""
        if kind == "Runtime.ExitError":
            how = message.partition("with error: ")[2] or "exit status 0"
            return Verdict.CRASHED, f"Your code ended its own process ({how})."
        if kind.startswith("Runtime."):
            return Verdict.CRASHED, f"{message}."
        if invocation.init_failed:
            return Verdict.CRASHED, f"Importing your code raised {kind}: {message}."
    return Verdict.FAILED, feedback


def _result(check: Check, verdict: Verdict, feedback: str) -> CheckResult:
    return CheckResult(
        id=check.id,
        title=check.title,
        verdict=verdict,
        points=check.points if verdict is Verdict.PASSED else 0,
        max_points=check.points,
        feedback=feedback,
        visible=check.visible,
    )
