"""Each limit has a verdict and a sentence of its own."""

import pytest

import labs
from labs import LabSpec, Verdict
from tests.labs.conftest import CHECKS, MakeLab

FLOOD = "import sys\nwhile True:\n    print('x' * 1000, file=sys.{stream})\n"
SPIN = "def work():\n    while True:\n        pass\n\nwork()\n"
SLEEP = "import time\n\nwhile True: time.sleep(1)\n"
YEARS = "import time\n\nwhile True: time.sleep(10**6)\n"
WAIT = "import threading\n\nthreading.Lock().acquire() and threading.Event().wait()\n"
IN_C = "import re\n\nre.match('(a+)+b', 'a' * 60)\n"
MEMORY = "held = ['x' * 1_000_000 for _ in range(10**6)]\n"
FILES = "held = [open(f'/tmp/{number}', 'w') for number in range(1000)]\n"
INODES = "for number in range(10_000):\n    open(f'/tmp/{number}', 'w').close()\n"
DISK = "for number in range(100):\n    open(f'/tmp/{number}', 'wb').write(b'x' * 1_000_000)\n"
THREADS = (
    "import threading, time\n"
    "for _ in range(1000):\n"
    "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
)
WRAPPED = f"try:\n    {FILES.strip()}\nexcept OSError as error:\n    raise ValueError from error\n"


@pytest.mark.parametrize(
    ("program", "verdict", "sentence"),
    [
        (SPIN, "timed_out", "still running after 1 s and was stopped; the last line reached was"),
        (SLEEP, "timed_out", "after 1 s and was stopped; the last line reached was main.py:3."),
        (YEARS, "timed_out", "after 1 s and was stopped; the last line reached was main.py:3."),
        (WAIT, "timed_out", "after 1 s and was stopped; the last line reached was main.py:3."),
        (IN_C, "timed_out", "after 1 s and was stopped; the last line reached was main.py:3."),
        (FLOOD.format(stream="stdout"), "output_exceeded", "printed more than 64 KiB"),
        (FLOOD.format(stream="stderr"), "output_exceeded", "printed more than 64 KiB"),
        (MEMORY, "memory_exceeded", "ran out of memory (256 MB, or a function's own"),
        (FILES, "files_exceeded", "held more than 128 files open at once"),
        (WRAPPED, "files_exceeded", "held more than 128 files open at once"),
        (INODES, "disk_exceeded", "wrote more than 64 MB, or 4096 files, to /tmp"),
        (DISK, "disk_exceeded", "wrote more than 64 MB, or 4096 files, to /tmp"),
        (THREADS, "processes_exceeded", "started more than 64 threads"),
    ],
)
def test_a_program_that_hits_a_limit_is_told_which(
    program: str, verdict: str, sentence: str
) -> None:
    wall_seconds = 1 if verdict == "timed_out" else 20

    report = labs.play({"main.py": program}, wall_seconds=wall_seconds)

    assert report.verdict == verdict, report
    assert sentence in report.message


def test_the_line_of_a_loop_is_found() -> None:
    report = labs.play({"main.py": SPIN}, wall_seconds=0.5)

    assert report.message.endswith(("main.py:2.", "main.py:3."))


def grade(lab: LabSpec, code: str) -> labs.GradeReport:
    return labs.grade(lab, {"handler.py": code}, seed=3)


def test_a_handler_that_computes_too_long_is_stopped(make_lab: MakeLab) -> None:
    patient = CHECKS.replace("timeout_seconds=3", "timeout_seconds=25")
    spin = "def handler(event, context):\n    while True:\n        pass\n"

    report = grade(make_lab(checks=patient, wall_seconds=30, cpu_seconds=1), spin)

    assert report.verdict is Verdict.CPU_EXCEEDED
    assert "Your code used more than 1 s of processor time" in report.message
    assert "the last line reached was handler.py:" in report.message
    assert [check.verdict for check in report.checks] == [Verdict.CPU_EXCEEDED, Verdict.NOT_RUN]
    assert report.checks[0].feedback == report.message


CALLS = """
import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    while True:
        sqs.list_queues()
"""


def test_a_handler_that_calls_too_often_is_stopped(make_lab: MakeLab) -> None:
    report = grade(make_lab(aws_calls=20), CALLS)

    assert report.verdict is Verdict.CALLS_EXCEEDED
    assert report.message == (
        "Your code made more than 20 AWS calls and was stopped; "
        "the last line reached was handler.py:9."
    )
    assert [check.verdict for check in report.checks] == [Verdict.CALLS_EXCEEDED, Verdict.NOT_RUN]


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("held = []\n    while True:\n        held.append('x' * 10**6)", "memory_exceeded"),
        (f"{FILES.strip()}", "files_exceeded"),
        ("[open(f'/tmp/{n}', 'w').close() for n in range(9999)]", "disk_exceeded"),
    ],
)
def test_a_handler_that_hits_a_limit_is_told_which(lab: LabSpec, code: str, verdict: str) -> None:
    report = grade(lab, f"def handler(event, context):\n    {code}\n")

    assert report.verdict == verdict, report
    assert report.checks[0].verdict == verdict
    assert report.checks[0].feedback == report.message


def test_calls_of_all_checks_count_together(make_lab: MakeLab) -> None:
    code = (
        "import boto3\n"
        "def handler(event, context):\n"
        "    for _ in range(15):\n"
        "        boto3.client('sqs').list_queues()\n"
        "    return 'done'\n"
    )

    report = grade(make_lab(aws_calls=20), code)

    assert [check.verdict for check in report.checks] == [Verdict.PASSED, Verdict.CALLS_EXCEEDED]
