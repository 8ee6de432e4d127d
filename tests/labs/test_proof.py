"""A lab must prove itself."""

from typing import Any

import pytest

from labs import (
    GradeReport,
    LabSpec,
    SandboxUnavailableError,
    grader,
    load_lab,
    problems_of,
    proof,
    proof_steps,
)
from tests.labs.conftest import CHECKS, RIGHT, MakeLab


def messages(lab: LabSpec) -> list[str]:
    return [str(problem) for problem in problems_of(proof_steps(lab))]


def test_a_good_lab_has_no_problem(lab: LabSpec) -> None:
    assert messages(lab) == []


def test_a_solution_must_pass(lab: LabSpec) -> None:
    (lab.folder / "solutions/plain/handler.py").write_text("def handler(event, context): ...\n")

    [message] = messages(lab)

    assert (
        "solutions/plain/handler.py:1: the solution must pass, but it_works gave failed" in message
    )


def test_a_mistake_must_be_caught(lab: LabSpec) -> None:
    (lab.folder / "mistakes/wrong-2/handler.py").write_text(RIGHT)

    [message] = messages(lab)

    toml = (lab.folder / "lab.toml").read_text().split("\n")
    line = toml.index('name = "wrong-2"') + 1
    assert f"lab.toml:{line}: the mistake 'wrong-2' must be caught by 'it_works'" in message


def test_a_mistake_must_be_caught_by_a_check_that_exists(lab: LabSpec) -> None:
    toml = lab.folder / "lab.toml"
    toml.write_text(toml.read_text().replace('"it_works"', '"it_wokrs"', 1))

    [message] = messages(load_lab(lab.folder, slug="test/job"))

    assert "there is no check 'it_wokrs': the checks are it_works, nothing_is_left" in message


@pytest.fixture
def graded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """For each grading: the check that alone was run, and how many results there were."""
    found: list[tuple[str, int]] = []

    def grade(*arguments: Any, only_check: str, **named: Any) -> GradeReport:
        report = grader.grade(*arguments, only_check=only_check, **named)
        found.append((only_check, len(report.checks)))
        return report

    monkeypatch.setattr(proof, "grade", grade)
    return found


def test_a_mistake_is_run_against_the_check_that_must_catch_it(
    lab: LabSpec, graded: list[tuple[str, int]]
) -> None:
    toml = (lab.folder / "lab.toml").read_text()
    (lab.folder / "lab.toml").write_text(toml.replace('"it_works"', '"it_wokrs"', 1))

    [problem] = problems_of(proof_steps(load_lab(lab.folder, slug="test/job")))

    assert "there is no check 'it_wokrs'" in problem.message
    start = graded.index(("it_wokrs", 2))
    whole, *rest = graded[start + 1 :]
    assert set(graded[:start]) == {whole} == {("", 2)}
    assert {count for _, count in rest} == {1}


def test_before_it_run_those_that_share_its_account(
    make_lab: MakeLab, graded: list[tuple[str, int]]
) -> None:
    last = '@check("The end")\ndef the_end(cloud: Cloud) -> None: ...\n'
    spec = make_lab(checks=CHECKS.replace("@setup", "@setup(once=True)") + last)
    toml = (spec.folder / "lab.toml").read_text()
    (spec.folder / "lab.toml").write_text(toml.replace('"it_works"', '"nothing_is_left"', 1))

    [problem] = problems_of(proof_steps(load_lab(spec.folder, slug="test/job")))

    assert "must be caught by 'nothing_is_left', but it_works gave failed" in problem.message
    assert graded[-5:] == [("nothing_is_left", 2), ("", 3), *[("it_works", 1)] * 3]


def test_a_whole_proof_runs_all_checks(lab: LabSpec, graded: list[tuple[str, int]]) -> None:
    assert list(problems_of(proof_steps(lab, whole=True))) == []
    assert set(graded) == {("", 2)}


def test_a_starter_must_leave_work(lab: LabSpec) -> None:
    (lab.folder / "starter/handler.py").write_text(RIGHT)

    [message] = messages(lab)

    assert "starter/handler.py:1: the starter must leave something to do" in message


@pytest.mark.parametrize("code", ["starter", "solutions/plain", "mistakes/wrong-1"])
def test_each_code_must_be_python(lab: LabSpec, code: str) -> None:
    (lab.folder / code / "handler.py").write_text("import json\ndef broken(:\n")

    [message] = messages(lab)

    assert message.endswith(f"{code}/handler.py:2: is not Python: invalid syntax")


HEAD = "from labs.checks import check, setup\n"
BROKEN = "    cloud.random.nothing()\n"


@pytest.mark.parametrize(
    ("checks", "problem"),
    [
        ("raise RuntimeError('no')", "1: RuntimeError: no"),
        ("raise SystemExit", "1: SystemExit"),
        (f"{HEAD}def it_works(cloud)\n    pass\n", "2: is not Python: expected ':'"),
        (f"{HEAD}\n@check('A', points=0)\ndef it_works(cloud): ...\n", "3: a check has a title"),
        (f"{HEAD}\n@check\ndef it_works(cloud): ...\n", "3: AttributeError: "),
        (f"{HEAD}@check('A')\ndef it_works(cloud):\n    1 / 0\n", "4: ZeroDivisionError: "),
        (f"{HEAD}@check('A')\ndef it_works(cloud):\n    raise SystemExit\n", "4: SystemExit"),
        (f"{HEAD}@check('A')\ndef a(cloud):\n{BROKEN}", "4: AttributeError: "),
        (f"{HEAD}@setup\ndef a(cloud):\n{BROKEN}\n@check('A')\ndef b(cloud): ...\n", "4: "),
        (
            f"{HEAD}@check('A')\ndef a(cloud): ...\n@check('B')\ndef a(cloud): ...\n",
            "4: there are two checks 'a': rename one",
        ),
        (
            f"{HEAD}@check('A')\ndef a(cloud): ...\n@check('A')\ndef b(cloud): ...\n",
            "2: two checks have the same title 'A': rename one",
        ),
        ("", "1: there is no @check: write at least one"),
    ],
)
def test_a_fault_of_the_checks_is_told_once(make_lab: MakeLab, checks: str, problem: str) -> None:
    [message] = messages(make_lab(checks=checks))

    assert f"/checks.py:{problem}" in message
    assert "\n" not in message


def test_checks_that_do_not_end_are_told_once(make_lab: MakeLab) -> None:
    [message] = messages(make_lab(checks="while True: pass\n", wall_seconds=0.1))

    assert "/checks.py:1: does not come to an end: " in message


def test_a_machine_that_cannot_grade_is_told_once(
    lab: LabSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise SandboxUnavailableError("no user namespaces")

    monkeypatch.setattr(grader, "warm_up", refuse)

    [message] = messages(lab)

    assert message.endswith("lab.toml:1: cannot be graded here: no user namespaces")


def test_concepts_are_given_to_checks_that_exist(lab: LabSpec) -> None:
    toml = lab.folder / "lab.toml"
    concepts = '\n[concepts]\nit_works = ["work"]\nit_wokrs = ["work"]\n'
    toml.write_text(toml.read_text() + concepts)

    [message] = messages(load_lab(lab.folder, slug="test/job"))

    line = toml.read_text().split("\n").index('it_wokrs = ["work"]') + 1
    assert f"lab.toml:{line}: concepts: there is no check 'it_wokrs'" in message
    assert "the checks are it_works, nothing_is_left" in message
