"""Whatever process of a grading is killed from outside, the grading comes out right."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

import labs
from labs import Verdict, grader
from labs.sandbox.pool import CLOUD_ENTRY, LEARNER_ENTRY, SPARES
from tests.labs.conftest import MakeLab
from tests.services.processes import command, levels_below

pytestmark = pytest.mark.slow

# Long enough to be found, and to be killed in the middle.
CODE = """
import select

def handler(event, context):
    select.select([], [], [], 0.5)  # a sleep would take no time
    return "done"
"""
CHECKS = """
from labs.checks import Cloud, check, expect

@check("It answers")
def it_answers(cloud: Cloud) -> None:
    cloud.deploy_function("worker", handler="handler.handler")
    cloud.client("lambda").invoke(FunctionName="worker", Payload="{}")
    (invocation,) = cloud.function("worker").invocations
    expect(invocation.response == "done", "It did not answer.")
"""
ZYGOTE, CHILD = 2, 3  # levels below the worker: there is a process that only waits between


def processes(entry: str, level: int) -> list[int]:
    """What runs this module: the zygote, or its children."""
    return [pid for pid in levels_below(os.getpid(), level) if entry in command(pid)]


@contextmanager
def killing(entry: str, level: int, *, times: int) -> Iterator[list[int]]:
    """Kills them as soon as one does more than to wait for work, and so often."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while len(killed) < times and not over.wait(0.05):
            if len(processes(entry, CHILD)) <= SPARES[entry]:
                continue
            killed.append(0)
            for pid in processes(entry, level):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("entry", [CLOUD_ENTRY, LEARNER_ENTRY])
@pytest.mark.parametrize("level", [ZYGOTE, CHILD])
def test_it_begins_anew(make_lab: MakeLab, entry: str, level: int) -> None:
    grader.warm_up()
    lab = make_lab(checks=CHECKS)

    with killing(entry, level, times=1) as killed:
        report = labs.grade(lab, {"handler.py": CODE})

    assert len(killed) == 1
    assert (report.verdict, report.score) == (Verdict.PASSED, 1)


@pytest.mark.parametrize("entry", [CLOUD_ENTRY, LEARNER_ENTRY])
def test_it_does_not_begin_anew_for_ever(make_lab: MakeLab, entry: str) -> None:
    """As the kernel kills what uses up all memory, a learner could have it repeated."""
    grader.warm_up()
    lab = make_lab(checks=CHECKS)

    with killing(entry, CHILD, times=100) as killed:
        report = labs.grade(lab, {"handler.py": CODE})

    assert len(killed) > 1
    assert report.verdict in (Verdict.CRASHED, Verdict.MEMORY_EXCEEDED)
