"""The cloud process: the account and one lab's checks. It decides what passed.

`warm` runs in the zygote, `run` in the sandbox. Requests of the worker, on one socket:

    grade  `lab`, `files`, `checks` (source), `path`, `seed`, `only_visible`  -> the report's parts
    play   `files`, `file`, `seed`                                            -> its report's parts

While it works it asks the worker for learner's processes: {"ask": "guest", "memory_mb": 128} is
answered with a number and two sockets, {"ask": "kill", "guest": number} ends one, {"ask":
"stopped"} tells whether a limit has ended the job.
"""

import os
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from types import ModuleType
from typing import Any

import boto3
from botocore.exceptions import ClientError

from labs.checks.cloud import Cloud, zip_files
from labs.checks.failure import CheckFailedError
from labs.checks.fault import fault
from labs.checks.registry import Check, CheckFunction, collect
from labs.cloud import inventory, moto_seams
from labs.cloud.account import Account, UnsettledError
from labs.cloud.guest import Guest, GuestGoneError, Serve, StoppedError
from labs.cloud.lambda_runtime.environments import Invocation
from labs.sandbox import seam
from labs.sandbox.environment import ENVIRONMENT
from labs.verdict import Call, CheckResult, Fault, Verdict

type Json = dict[str, Any]

# The check during which the worker ended the job is NOT_RUN here; the worker knows the reason.
ENDS_THE_GRADING = (Verdict.NOT_RUN, Verdict.MEMORY_EXCEEDED, Verdict.ENGINE_ERROR)
WARM_CLIENTS = ("sqs", "dynamodb", "s3", "sns", "lambda", "iam", "events", "logs", "stepfunctions")


class Worker:
    """The socket to the worker."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def job(self) -> Json:
        return seam.receive(self._sock)[0]

    def start_guest(self, serve: Serve, memory_mb: int = 0) -> Guest:
        """A learner's process; with 0, of as much memory as the lab allows."""
        seam.send(self._sock, {"ask": "guest", "memory_mb": memory_mb})
        answer, _body, fds = seam.receive_with_fds(self._sock)
        if "refused" in answer:
            raise StoppedError(answer["refused"])
        control, line = (socket.socket(fileno=fd) for fd in fds)
        return Guest(control, line, serve, GuestHost(self._sock, answer["guest"]))

    def report(self, report: Json) -> None:
        seam.send(self._sock, {"report": report})


class GuestHost:
    """The worker, asked about the learner's process to which it gave a number."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self._sock = sock
        self._number = number

    def kill(self) -> None:
        seam.send(self._sock, {"ask": "kill", "guest": self._number})

    def has_stopped(self) -> bool:
        seam.send(self._sock, {"ask": "stopped"})
        return bool(seam.receive(self._sock)[0]["stopped"])


def warm() -> None:
    """Load moto and run the paths that most labs take, so that children find them in memory."""
    os.environ.update(ENVIRONMENT)
    sys.dont_write_bytecode = True
    moto_seams.start()
    boto3.setup_default_session()
    account = Account(_no_guest, seed=0)
    cloud = Cloud(account, {"handler.py": ""}, seed="warm")
    for service in WARM_CLIENTS:
        cloud.client(service)
    cloud.create_table("warm", key="id")
    cloud.table("warm").items()
    cloud.create_queue("warm").send("warm")
    cloud.deploy_function("warm", handler="handler.handler")
    inventory.resources({moto_seams.REGION})
    moto_seams.reset(0)


def run(fds: list[int]) -> None:
    """Serve one job: fds holds the socket to the worker."""
    worker = Worker(socket.socket(fileno=fds[0]))
    job = worker.job()
    actions: dict[str, Callable[[Json, Worker], Json]] = {"grade": grade, "play": play}
    worker.report(actions[job["do"]](job, worker))


def grade(job: Json, worker: Worker) -> Json:
    """Run the lab's checks, each in a fresh account."""
    try:
        prepare, checks = collect(vars(_module(job["checks"], job["path"])))
    except (Exception, SystemExit) as error:
        return {"fault": asdict(fault(error, job["path"]))}
    if job["only_visible"]:
        checks = tuple(check for check in checks if check.visible)
    grading = Grading(job, prepare, worker)
    results = list(grading.results(checks))
    return {
        "checks": [asdict(result) for result in results],
        "trace": [asdict(call) for call in grading.trace],
        "fault": grading.fault and asdict(grading.fault),
    }


class Grading:
    """One submission against one lab's checks."""

    def __init__(self, job: Json, prepare: CheckFunction | None, worker: Worker) -> None:
        self._files: Mapping[str, str] = job["files"]
        self._seed: int = job["seed"]
        self._path: str = job["path"]
        self._prepare = prepare
        self._worker = worker
        self.trace: list[Call] = []
        self.fault: Fault | None = None

    def results(self, checks: tuple[Check, ...]) -> Iterator[CheckResult]:
        """Each check's result. After a limit was hit or our side broke, the rest is not run."""
        stopped = False
        for check in checks:
            if stopped:
                yield _result(check, Verdict.NOT_RUN, "")
                continue
            verdict, feedback = self._run(check)
            stopped = verdict in ENDS_THE_GRADING
            yield _result(check, verdict, feedback)

    def _run(self, check: Check) -> tuple[Verdict, str]:
        account = Account(self._worker.start_guest, seed=self._seed)
        cloud = Cloud(account, self._files, seed=f"{self._seed}:{check.id}")
        try:
            if self._prepare:
                self._prepare(cloud)
            check.function(cloud)
        except (Exception, SystemExit) as error:
            return self._outcome(error, account)
        finally:
            self.trace += account.trace.calls
            account.close()
        return Verdict.PASSED, ""

    def _outcome(self, error: BaseException, account: Account) -> tuple[Verdict, str]:
        match error:
            case StoppedError():
                return Verdict.NOT_RUN, ""
            case CheckFailedError() | UnsettledError():
                return _explained(str(error), account.environments.invocations)
            case ClientError():
                code, operation = error.response["Error"].get("Code"), error.operation_name
                return Verdict.FAILED, (
                    f"The check could not read the account: {operation} gave {code}. "
                    "Does your code delete or change what it was given?"
                )
        self.fault = fault(error, self._path)
        return Verdict.ENGINE_ERROR, ""


def play(job: Json, worker: Worker) -> Json:
    """Run a program in an empty account, then deliver what it left in flight."""
    account = Account(worker.start_guest, seed=job["seed"])
    error: Json | None = None
    note = ""
    try:
        guest = worker.start_guest(account.serve)
        guest.request("load", zip_files(job["files"]), environment={})
        error = guest.request("run", file=job["file"]).get("error")
        account.settle()
    except GuestGoneError:
        error = {"errorType": "Runtime.ExitError", "errorMessage": "The process ended early."}
    except UnsettledError as unsettled:
        note = str(unsettled)
    except StoppedError:
        error = None  # the worker knows why
    trace = [asdict(call) for call in account.trace.calls]
    resources = inventory.resources(account.trace.regions)
    return {"error": error, "note": note, "trace": trace, "resources": resources}


def _explained(feedback: str, invocations: list[Invocation]) -> tuple[Verdict, str]:
    """A failed check's verdict: crashed, if the code never got so far as to do its work."""
    for invocation in invocations:
        if (error := invocation.error) is None:
            continue
        kind, message = error["errorType"], error["errorMessage"]
        if kind == "MemoryError":
            return Verdict.MEMORY_EXCEEDED, "Your code ran out of memory."
        if kind == "Runtime.ExitError":
            return Verdict.CRASHED, "Your code ended its own process (exit, crash or signal)."
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


def _module(source: str, path: str) -> ModuleType:
    """The lab's checks.py as a module. It came over the socket; its folder is not mounted here."""
    module = ModuleType("lab_checks")
    module.__file__ = path
    sys.modules["lab_checks"] = module
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))  # noqa: S102 - trusted: the author's code
    return module


def _no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise StoppedError("nothing runs while warming up")
