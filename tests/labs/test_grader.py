"""Verdicts: what the learner did, told apart from what a limit or we did."""

import json

import pytest
from pydantic import TypeAdapter

import labs
from labs import EngineError, GradeReport, LabSpec, Verdict
from labs import grader as grader_module
from tests.labs.conftest import RIGHT, MakeLab


def grade(lab: LabSpec, code: str) -> GradeReport:
    return labs.grade(lab, {"handler.py": code}, seed=3)


def handler(*lines: str) -> str:
    return "def handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


def test_a_right_solution_passes(lab: LabSpec) -> None:
    report = grade(lab, RIGHT)

    assert report.verdict is Verdict.PASSED
    assert (report.score, report.max_score) == (2, 2)
    assert [check.feedback for check in report.checks] == ["", ""]
    assert report.content_hash == lab.content_hash


def test_a_wrong_solution_fails_with_the_checks_sentence(lab: LabSpec) -> None:
    report = grade(lab, handler("return 'something else'"))

    assert report.verdict is Verdict.FAILED
    assert [check.verdict for check in report.checks] == [Verdict.FAILED, Verdict.PASSED]
    assert report.checks[0].feedback == "The job was not done."
    assert report.score == 1


def test_visible_checks_can_be_run_alone(lab: LabSpec) -> None:
    report = labs.grade(lab, {"handler.py": RIGHT}, only_visible=True)

    assert [check.id for check in report.checks] == ["it_works"]


def test_a_run_without_visible_checks_has_nothing_to_tell(lab: LabSpec) -> None:
    checks = lab.checks_path.read_text().replace(", visible=True", "")
    lab.checks_path.write_text(checks)

    report = labs.grade(lab, {"handler.py": RIGHT}, only_visible=True)

    assert (report.verdict, report.checks) == (Verdict.PASSED, ())
    assert report.message.startswith("All checks of this lab are hidden")


def test_an_exception_is_told_once_with_its_line(lab: LabSpec) -> None:
    report = grade(lab, handler("key = 'none'", "return {}[key]"))

    (error,) = report.errors
    assert (error.source, error.message) == ("handler.py:3", "KeyError: 'none'")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import os\ndef handler(event, context):\n    os._exit(0)", "ended its own process"),
        ("def other(event, context):\n    return 'done'", "it defines other."),
        ("import nothing_like_this", "No module named 'nothing_like_this'."),
        ("import os\nos.kill(os.getpid(), 9)\nos._exit(3)", "ended its own process"),
        ("import ctypes\nctypes.string_at(0)", "ended its own process"),
        ("raise RuntimeError('not today')", "Importing your code raised RuntimeError: not today"),
        ("import django", "No module named 'django'."),
        ("import sys\ndef handler(event, context):\n    sys.exit(3)", "ended its own process"),
    ],
)
def test_code_that_does_not_get_to_its_work_has_crashed(
    lab: LabSpec, code: str, sentence: str
) -> None:
    report = grade(lab, code)

    assert report.verdict is Verdict.CRASHED
    assert sentence in report.checks[0].feedback


def test_what_is_not_simulated_costs_no_attempt(make_lab: MakeLab) -> None:
    code = handler(
        "import boto3", "boto3.client('braket', 'us-east-1').search_devices(filters=[])"
    )

    report = grade(make_lab(), code)

    assert report.verdict is Verdict.NOT_SIMULATED
    assert not report.verdict.costs_attempt
    assert "no attempt was used" in report.message
    assert "braket.SearchDevices" in report.checks[0].feedback


def test_who_passes_without_what_is_not_simulated_passes(make_lab: MakeLab) -> None:
    report = grade(
        make_lab(),
        "import boto3\n"
        "def handler(event, context):\n"
        "    try:\n"
        "        boto3.client('braket', 'us-east-1').search_devices(filters=[])\n"
        "    except Exception:\n"
        "        return 'done'\n",
    )

    assert report.verdict is Verdict.PASSED


def test_an_endless_loop_is_stopped(make_lab: MakeLab) -> None:
    report = grade(make_lab(wall_seconds=0.5), handler("while True: pass"))

    assert report.verdict is Verdict.TIMED_OUT
    assert report.message == (
        "Your code was still running after 0.5 s and was stopped; "
        "the last line reached was handler.py:2."
    )
    assert [check.verdict for check in report.checks] == [Verdict.TIMED_OUT, Verdict.NOT_RUN]


def test_a_flood_of_output_is_stopped(make_lab: MakeLab) -> None:
    report = grade(make_lab(output_kb=2), handler("while True: print('x' * 1000)"))

    assert report.verdict is Verdict.OUTPUT_EXCEEDED
    assert len(report.stdout) == 2048


def test_memory_that_runs_out_ends_the_grading(make_lab: MakeLab) -> None:
    code = handler("kept = []", "while True: kept.append(bytearray(10**6))")

    report = grade(make_lab(memory_mb=64), code)

    assert report.verdict is Verdict.MEMORY_EXCEEDED
    assert [check.verdict for check in report.checks] == [
        Verdict.MEMORY_EXCEEDED,
        Verdict.NOT_RUN,
    ]


def test_the_check_that_was_running_is_blamed(make_lab: MakeLab) -> None:
    code = handler(
        "if '2' in event['Records'][0]['body']:",
        "    while True: pass",
        "return 'something else'",
    )

    report = grade(make_lab(wall_seconds=3), code)

    assert report.verdict is Verdict.TIMED_OUT
    assert [check.verdict for check in report.checks] == [Verdict.FAILED, Verdict.TIMED_OUT]


def test_recursion_is_the_learners_doing(lab: LabSpec) -> None:
    code = (
        "import boto3\n"
        "def handler(event, context):\n"
        "    boto3.client('lambda').invoke(FunctionName='worker')\n"
        "    return 'something else'\n"
    )

    assert grade(lab, code).verdict is Verdict.FAILED


def test_too_much_memory_has_its_own_verdict(make_lab: MakeLab) -> None:
    report = grade(make_lab(memory_mb=64), handler("return 'x' * 10**9"))

    assert report.verdict is Verdict.MEMORY_EXCEEDED
    assert report.message.startswith("Your code ran out of memory (64 MB")


def test_output_that_was_printed_before_the_end_is_kept(make_lab: MakeLab) -> None:
    report = grade(make_lab(wall_seconds=3), handler("print('here')", "while True: pass"))

    assert report.stdout == "here\n"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"handler.py": b"\xff"}, "not UTF-8"),
        (
            {"handler.py": "def handler(:\n"},
            "handler.py line 1: invalid syntax.\n    def handler(:",
        ),
        ({"wrong.py": ""}, "The file handler.py is missing."),
        ({"handler.py": "(" * 2000}, "handler.py"),
        ({}, "Nothing was submitted"),
    ],
)
def test_what_cannot_be_graded_is_rejected(
    lab: LabSpec, files: dict[str, str | bytes], sentence: str
) -> None:
    report = labs.grade(lab, files)

    assert report.verdict is Verdict.REJECTED
    assert not report.verdict.costs_attempt
    assert sentence in report.message


FRAMES_ON_EVERY_DESCRIPTOR = """
import os, json, struct
head = json.dumps({'report': {'checks': [], 'trace': []}}).encode()
for fd in range(3, 50):
    try:
        os.write(fd, struct.pack('!II', len(head), 0) + head)
    except OSError:
        pass
"""
ANOTHER_JSON = """
import json
class Yes(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__
json.dumps = lambda *arguments, **options: '"wrong"'
def handler(event, context):
    return Yes('wrong')
"""
VERDICT_ON_STDOUT = """
print('{"verdict": "passed"}')
raise SystemExit(0)
"""
HOSTILE_ERROR = """
class Hostile(Exception):
    def __str__(self):
        raise ValueError
def handler(event, context):
    raise Hostile
"""


BROKEN_LOOP = """
import builtins, json
def handler(event, context):
    json.dumps = builtins.len = None
    return 'x' * 7_000_000
"""


def test_the_output_is_the_learners_alone(lab: LabSpec) -> None:
    assert "zygote" not in grade(lab, BROKEN_LOOP).stdout


@pytest.mark.parametrize(
    "code",
    [FRAMES_ON_EVERY_DESCRIPTOR, ANOTHER_JSON, VERDICT_ON_STDOUT, HOSTILE_ERROR, BROKEN_LOOP],
)
def test_forgery_does_not_pass(lab: LabSpec, code: str) -> None:
    report = grade(lab, code)

    assert report.verdict in (Verdict.FAILED, Verdict.CRASHED)
    assert grade(lab, RIGHT).verdict is Verdict.PASSED


def test_calls_of_the_code_are_in_the_trace(lab: LabSpec) -> None:
    code = (
        "import boto3\n"
        "from botocore.exceptions import ClientError\n"
        "s3 = boto3.client('s3')\n"
        "def handler(event, context):\n"
        "    try:\n"
        "        s3.head_bucket(Bucket='missing')\n"
        "    except ClientError:\n"
        "        return 'done'\n"
    )

    report = grade(lab, code)

    call = next(call for call in report.trace if call.is_by_learner)
    assert report.verdict is Verdict.PASSED
    assert (call.service, call.operation, call.status) == ("s3", "HeadBucket", 404)
    assert call.source == "handler.py:6"


def test_the_same_seed_gives_the_same_report(lab: LabSpec) -> None:
    code = handler("print(event['Records'][0]['messageId'])", "return 'done'")

    first, second = grade(lab, code), grade(lab, code)

    assert first.stdout == second.stdout
    assert first.checks == second.checks


def test_checks_that_break_are_our_fault(make_lab: MakeLab) -> None:
    checks = (
        "from labs.checks import check\n@check('It works')\ndef it_works(cloud): cloud.nothing()\n"
    )

    report = grade(make_lab(checks=checks), RIGHT)

    assert report.verdict is Verdict.ENGINE_ERROR
    assert "no attempt was used" in report.message
    assert "has no attribute 'nothing'" in report.message


@pytest.mark.parametrize("checks", ["1 / 0", "x = 1", "def broken(:"])
def test_checks_that_cannot_be_read_are_our_fault(make_lab: MakeLab, checks: str) -> None:
    assert grade(make_lab(checks=checks), RIGHT).verdict is Verdict.ENGINE_ERROR


def test_a_lost_zygote_is_our_fault_and_is_replaced(
    lab: LabSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_arguments: object) -> None:
        grader_module.zygotes().close()
        raise EngineError("the zygote is gone")

    with monkeypatch.context() as patch:
        patch.setattr(grader_module, "run_job", lost)
        report = grade(lab, RIGHT)

    assert report.verdict is Verdict.ENGINE_ERROR
    assert grade(lab, RIGHT).verdict is Verdict.PASSED


def test_a_report_survives_json(lab: LabSpec) -> None:
    report = grade(lab, handler("return 1"))

    assert TypeAdapter(GradeReport).validate_json(json.dumps(report.to_json())) == report
