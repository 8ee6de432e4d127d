"""The cloud process: the account and one lab's checks. It decides what passed.

`warm` runs in the zygote, `run` in the sandbox. Requests of the worker, on one socket:

    grade  `files`, `checks` (source), `path`, `seed`, `only_visible`, `only_check`, `aws_calls`
    play   `files`, `file`, `seed`, `aws_calls`
    evaluate  `job` (see labs.evaluation.job); it needs no learner's process

Each is answered with {"report": ...}. While it works it asks the worker for learner's processes:
{"ask": "guest", "memory_mb": 128} is answered with a number and two sockets; {"ask": "kill",
"guest": number} ends one and is answered with the line that it had reached; {"ask": "ended",
"guest": number} tells how one ended, and whether a limit has ended the job.
"""

import os
import socket
import sys
from dataclasses import asdict
from types import ModuleType

import boto3

from labs import evaluators
from labs.checks import tour
from labs.checks.cloud import Cloud
from labs.checks.fault import fault
from labs.checks.grading import Grading, Scene
from labs.checks.program import ProgramError
from labs.checks.registry import Check, Setup, collect
from labs.checks.worker import CallsExceededError, Json, RejectedError, Worker
from labs.cloud import faults, inventory, moto_seams, requests, snapshot
from labs.cloud.account import Account, UnsettledError
from labs.cloud.guest import Guest, Serve, StoppedError
from labs.sandbox.environment import ENVIRONMENT
from labs.verdict import Verdict

WARM_CLIENTS = ("sqs", "dynamodb", "s3", "sns", "lambda", "iam", "events", "logs", "stepfunctions")


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
        requests.warm(service)
    tour.take(cloud)
    faults.warm()
    moto_seams.reset(0)


def run(fds: list[int]) -> None:
    """Serve one job: fds holds the socket to the worker."""
    worker = Worker(socket.socket(fileno=fds[0]))
    job = worker.job()
    action = {"grade": grade, "play": play, "evaluate": evaluate}[job["do"]]
    worker.report(action(job, worker))


def grade(job: Json, worker: Worker) -> Json:
    """Run the lab's checks."""
    try:
        setup, checks = collect(vars(_module(job["checks"], job["path"])))
    except (Exception, SystemExit) as error:
        return {"fault": asdict(fault(error, job["path"]))}
    if job["only_visible"]:
        checks = tuple(check for check in checks if check.visible)
    checks = _asked(job["only_check"], setup, checks)
    grading = Grading(job, setup, worker)
    try:
        results = list(grading.results(checks))
        worker.check_syntax()
    except RejectedError as error:
        return {"rejected": str(error)}
    return grading.report(results)


def _asked(only: str, setup: Setup | None, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """The check that alone is asked for; before it those that use the same account. Else all."""
    place = next((place for place, check in enumerate(checks) if check.id == only), None)
    if place is None:
        return checks
    return checks[0 if setup and setup.once else place : place + 1]


def play(job: Json, worker: Worker) -> Json:
    """Run a program in an empty account, then deliver what it left in flight."""
    scene = Scene(worker, job["files"], job["seed"], real_time=True)
    report: Json = {}
    try:
        scene.program.run(job["file"])
        scene.account.settle()
    except ProgramError as error:
        report = {"error": f"{error.kind}: {error.detail}", "limit": error.limit}
    except CallsExceededError as error:
        report = {"stopped": Verdict.CALLS_EXCEEDED, "last_line": str(error)}
    except UnsettledError as unsettled:
        report = {"note": str(unsettled)}
    except RejectedError as error:
        return {"rejected": str(error)}
    except StoppedError:
        pass  # the worker knows why
    trace = scene.account.trace
    resources = inventory.resources(trace.calls, trace.regions)
    (account,) = snapshot.within_limits([snapshot.change("", (), snapshot.take())])
    return {
        **report,
        "trace": [asdict(call) for call in trace.calls],
        "resources": resources,
        "account": [asdict(resource) for resource in account.after],
    }


def evaluate(job: Json, _worker: Worker) -> Json:
    """Run an artefact on its cases."""
    return evaluators.evaluate(job["job"])


def _module(source: str, path: str) -> ModuleType:
    """The lab's checks.py as a module. It came over the socket; its folder is not mounted here."""
    module = ModuleType("lab_checks")
    module.__file__ = path
    sys.modules["lab_checks"] = module
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))  # noqa: S102 - trusted: the author's code
    return module


def _no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise StoppedError("nothing runs while warming up")
