"""What cannot run: told at once and at no cost, if it is no Python; else told by name."""

import pytest

import labs
from labs import LabSpec, Verdict
from tests.labs.conftest import RIGHT, MakeLab

# Each `finally` is compiled twice for the one around it: 2**20 times the innermost.
COMPILER_BOMB = "".join(
    f"{' ' * depth}try: pass\n{' ' * depth}finally:\n" for depth in range(20)
) + (" " * 20 + "pass\n")
# A handler alone; the lab's queue would deliver thirty times to one that is missing.
ONE_CALL = """
from labs.checks import Cloud, check, expect

@check("It answers")
def it_answers(cloud: Cloud) -> None:
    cloud.deploy_function("worker", handler="handler.handler")
    cloud.client("lambda").invoke(FunctionName="worker", Payload="{}")
    (invocation,) = cloud.function("worker").invocations
    expect(invocation.response == "done", "It did not answer.")
"""
NO_CODE_RUNS = """
from labs.checks import Cloud, check

@check("Nothing is wrong")
def nothing_is_wrong(cloud: Cloud) -> None:
    cloud.create_queue("jobs")
"""
PROGRAM = """
from labs.checks import Cloud, check, expect

@check("It answers")
def it_answers(cloud: Cloud) -> None:
    expect(cloud.call("handler.handler", {}, None) == "done", "It did not answer.")
"""


@pytest.mark.parametrize("checks", [ONE_CALL, NO_CODE_RUNS, PROGRAM])
def test_a_syntax_error_is_told_with_its_line_and_costs_nothing(
    make_lab: MakeLab, checks: str
) -> None:
    lab = make_lab(checks=checks)

    report = labs.grade(lab, {"handler.py": "def handler(event, context):\n    return = 1\n"})

    assert report.verdict is Verdict.REJECTED
    assert not report.verdict.costs_attempt
    assert report.message == ("handler.py line 2: invalid syntax.\n    return = 1\n           ^")
    assert (report.checks, report.max_score, report.trace) == ((), 0, ())


def test_it_tells_the_playground_too() -> None:
    report = labs.play({"main.py": "x = 1\nx = = 2\n", "helper.py": "y = 1"})

    assert report.verdict is Verdict.REJECTED
    assert report.message == "main.py line 2: invalid syntax.\n    x = = 2\n        ^"


@pytest.mark.parametrize(
    "text",
    [
        COMPILER_BOMB,
        "-" * 60_000 + "1",
        "x = " + "+".join(["a"] * 30_000),
        "x = " + "(" * 60_000,
        "x = [" + ", ".join(['"a" * 4096'] * 4000) + "]\n" + COMPILER_BOMB,
    ],
    ids=["finally", "minus", "plus", "parentheses", "constants"],
)
def test_no_text_breaks_the_worker(lab: LabSpec, text: str) -> None:
    report = labs.grade(lab, {"handler.py": text})

    assert report.verdict is Verdict.REJECTED
    assert report.message.startswith(("handler.py ", "Python's compiler broke down"))
    assert labs.grade(lab, {"handler.py": RIGHT}).verdict is Verdict.PASSED


def test_a_warning_of_the_compiler_is_the_learners(
    lab: LabSpec, capfd: pytest.CaptureFixture[str]
) -> None:
    report = labs.grade(lab, {"handler.py": "TEXT = '\\d'\n" + RIGHT})

    assert report.verdict is Verdict.PASSED
    assert "handler.py:1: SyntaxWarning: invalid escape sequence '\\d'" in report.stdout
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "def handle(event, context):\n    pass\nclass Order:\n    pass\nx = 1\n",
            "Handler 'handler' missing on module 'handler': it defines handle, Order.",
        ),
        ("import os\n", "Handler 'handler' missing on module 'handler': it defines no function."),
        ("import nowhere\n", "Unable to import module 'handler': No module named 'nowhere'."),
    ],
)
def test_a_missing_handler_is_named_beside_what_is_there(
    make_lab: MakeLab, text: str, sentence: str
) -> None:
    report = labs.grade(make_lab(checks=ONE_CALL), {"handler.py": text})

    assert report.verdict is Verdict.CRASHED
    assert report.verdict.costs_attempt
    assert report.checks[0].feedback == sentence


def test_a_missing_function_of_a_program_is_named_beside_what_is_there(make_lab: MakeLab) -> None:
    lab = make_lab(checks=PROGRAM)

    report = labs.grade(lab, {"handler.py": "def handle(event, context):\n    pass\n"})

    assert report.verdict is Verdict.CRASHED
    assert "handler.py has no function handler: it defines handle." in report.checks[0].feedback
    assert ".." not in report.checks[0].feedback


def test_a_name_that_the_code_makes_up_is_no_way_to_a_free_attempt(make_lab: MakeLab) -> None:
    code = "raise SyntaxError('free', ('handler.py', 1, 1, 'x', 1, 1))\n"

    report = labs.grade(make_lab(checks=ONE_CALL), {"handler.py": code})

    assert report.verdict is Verdict.CRASHED
