"""Checks may run the learner's files as a program, and one setup may serve all of them."""

import pytest

import labs
from labs import LabSpec, Verdict
from tests.labs.conftest import MakeLab

CALLS = """
from labs.checks import Cloud, ProgramError, check, expect, setup

@check("It adds")
def it_adds(cloud: Cloud) -> None:
    left, right = cloud.random.randrange(1000), cloud.random.randrange(1000)
    expect(cloud.call("handler.add", left, right=right) == left + right, "The sum is wrong.")

@check("It remembers")
def it_remembers(cloud: Cloud) -> None:
    cloud.call("handler.count")
    expect(cloud.call("handler.count") == 2, "It does not remember.")

@check("It refuses what is no number")
def it_refuses(cloud: Cloud) -> None:
    try:
        cloud.call("handler.add", "1", right=None)
    except ProgramError as error:
        expect(error.kind == "TypeError", "A TypeError is right.")
    else:
        expect(False, "It must raise.")
"""
ADD = """
seen = []
def add(left, right):
    return left + right
def count():
    seen.append(1)
    return len(seen)
"""


def grade(lab: LabSpec, code: str) -> labs.GradeReport:
    return labs.grade(lab, {"handler.py": code}, seed=4)


def test_a_check_calls_functions_of_the_learner(make_lab: MakeLab) -> None:
    report = grade(make_lab(checks=CALLS), ADD)

    assert report.verdict is Verdict.PASSED, report


@pytest.mark.parametrize(
    ("code", "verdict", "feedback"),
    [
        ("add = 1\ndef count(): ...\ndef plus(): ...", "crashed",
         "handler.py has no function add: it defines count, plus."),
        ("def add(left, right):\n    return {}[left]", "crashed", "raised KeyError: "),
        ("def add(left, right):\n    return object()", "crashed", "is not JSON"),
        ("def add(left, right):\n    raise SystemExit(3)", "crashed", "exit status 3"),
        ("import os\ndef add(left, right):\n    os._exit(3)", "crashed",
         "Your code ended its own process (exit status 3)."),
        ("import ctypes\ndef add(left, right):\n    ctypes.string_at(0)", "crashed",
         "Your code ended its own process (signal: segmentation fault)."),
        ("def add(left, right):\n    return 'x' * 10**9", "memory_exceeded", "ran out of memory"),
        ("def add(left, right):\n    return left - right", "failed", "The sum is wrong."),
    ],
)  # fmt: skip
def test_what_goes_wrong_in_a_call_is_told(
    make_lab: MakeLab, code: str, verdict: str, feedback: str
) -> None:
    report = grade(make_lab(checks=CALLS), code)

    assert report.checks[0].verdict == verdict, report
    assert feedback in report.checks[0].feedback


def test_an_error_names_its_line(make_lab: MakeLab) -> None:
    report = grade(make_lab(checks=CALLS), "\n\ndef add(left, right):\n    return left / 0\n")

    assert report.checks[0].feedback == (
        "Your code raised ZeroDivisionError: division by zero (handler.py:4)."
    )


ONCE = """
from labs.checks import Cloud, check, expect, setup

runs = []

@setup(once=True)
def build(cloud: Cloud) -> None:
    runs.append(1)
    cloud.run("handler.py")

@check("There is a queue")
def there_is_a_queue(cloud: Cloud) -> None:
    cloud.queue("jobs").expect_messages(1, because="one was sent")

@check("It ran once")
def it_ran_once(cloud: Cloud) -> None:
    expect(runs == [1] and len(cloud.calls("sqs", "SendMessage")) == 1, "It ran again.")
"""
SCRIPT = """
import boto3

sqs = boto3.client("sqs")
url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="one")
"""


def test_a_setup_may_serve_all_checks(make_lab: MakeLab) -> None:
    report = grade(make_lab(checks=ONCE), SCRIPT)

    assert report.verdict is Verdict.PASSED, report
    assert [(call.operation, call.source) for call in report.trace] == [
        ("CreateQueue", "handler.py:5"),
        ("SendMessage", "handler.py:6"),
    ]


def test_a_program_that_fails_in_the_setup_for_all_ends_the_grading(make_lab: MakeLab) -> None:
    report = grade(make_lab(checks=ONCE), SCRIPT + "1 / 0\n")

    assert report.verdict is Verdict.CRASHED
    assert [check.verdict for check in report.checks] == [Verdict.CRASHED, Verdict.NOT_RUN]
    assert "ZeroDivisionError: division by zero (handler.py:7)" in report.checks[0].feedback


def test_each_check_fails_for_itself_after_a_setup_for_all(make_lab: MakeLab) -> None:
    report = grade(make_lab(checks=ONCE), SCRIPT.replace("jobs", "tasks"))

    assert [check.verdict for check in report.checks] == [Verdict.FAILED, Verdict.PASSED]


RAISED = """
from labs.checks import Cloud, check, expect

@check("It refuses what is no number")
def it_refuses(cloud: Cloud) -> None:
    expect(cloud.raised("handler.add", 1, right=2) == "", "It raised.")
    expect(cloud.raised("handler.add", "1", right=None) == "TypeError", "A TypeError is right.")
"""


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (ADD, "passed"),
        ("def add(left, right):\n    return 0", "failed"),
        ("def plus(): ...", "crashed"),
        ("import os\ndef add(left, right):\n    os._exit(3)", "crashed"),
        ("def add(left, right):\n    return 'x' * 10**9", "memory_exceeded"),
    ],
)
def test_only_an_exception_counts_as_raised(make_lab: MakeLab, code: str, verdict: str) -> None:
    assert grade(make_lab(checks=RAISED), code).checks[0].verdict == verdict
