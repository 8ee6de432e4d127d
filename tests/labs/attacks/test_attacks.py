"""Each attack is withstood, and the same worker then grades an honest submission right."""

from types import ModuleType

import pytest

import labs
from labs import GradeReport, PlaygroundReport, Verdict, grader
from labs.sandbox import pool, run
from tests.labs.attacks import (
    bombs,
    endings,
    escapes,
    files_and_secrets,
    forged_frames,
    forgery,
    hostile_graphql,
    hostile_machines,
    hostile_requests,
    hostile_sql,
    hostile_templates,
    kernel,
    loops,
    network,
    overload,
    processes,
    resources,
)
from tests.labs.attacks.attack import Attack
from tests.labs.attacks.lab import CHECKS, HONEST, POINTS
from tests.labs.conftest import MakeLab

pytestmark = pytest.mark.slow

FAMILIES = (
    files_and_secrets,
    network,
    processes,
    bombs,
    resources,
    overload,
    kernel,
    forgery,
    forged_frames,
    endings,
    escapes,
    hostile_sql,
    hostile_machines,
    hostile_templates,
    hostile_graphql,
    hostile_requests,
    loops,
)
# What the honest submission does for the three messages of two checks.
HONEST_CALLS = ["sqs.GetQueueUrl", "sqs.SendMessage"] * 3


def _name(family: ModuleType, attack: Attack) -> str:
    return f"{family.__name__.rpartition('.')[2]}: {attack.name}"


ALL = {_name(family, attack): attack for family in FAMILIES for attack in family.ATTACKS}


@pytest.fixture(autouse=True)
def _impatient_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some attacks keep the account busy past every limit."""
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.5)


@pytest.mark.parametrize("name", ALL)
def test_it_withstands(name: str, make_lab: MakeLab) -> None:
    attack = ALL[name]
    grader.warm_up()
    zygotes = zygote_pids()
    for _ in range(attack.rounds):
        assert_withstood(attack, launch(attack, make_lab))
    assert_grades_honestly(make_lab)
    assert zygote_pids() == zygotes


def test_there_are_enough() -> None:
    assert len(ALL) >= 80
    assert len(ALL) == sum(len(family.ATTACKS) for family in FAMILIES)


def launch(attack: Attack, make_lab: MakeLab) -> GradeReport | PlaygroundReport:
    if attack.graded:
        lab = make_lab(checks=CHECKS, wall_seconds=attack.wall_seconds)
        return labs.grade(lab, {"handler.py": attack.source}, seed=1)
    return labs.play({"main.py": attack.source}, wall_seconds=attack.wall_seconds)


def assert_withstood(attack: Attack, report: GradeReport | PlaygroundReport) -> None:
    assert report.verdict in (attack.verdict, attack.or_verdict), report
    lines = tuple(report.stdout.splitlines())
    is_over = report.verdict is not Verdict.PASSED
    assert (lines[: len(attack.prints)] if is_over else lines) == attack.prints, report
    if isinstance(report, PlaygroundReport):
        assert attack.says in report.message, report
    else:
        assert report.score == attack.score, report
        said = [report.message, *(check.feedback for check in report.checks)]
        assert any(attack.says in text for text in said), report


def assert_grades_honestly(make_lab: MakeLab) -> None:
    """Full marks, and in the report nothing that the honest code did not do."""
    report = labs.grade(make_lab(checks=CHECKS), {"handler.py": HONEST}, seed=1)
    assert (report.verdict, report.score, report.max_score) == (Verdict.PASSED, POINTS, POINTS)
    assert (report.message, report.stdout, report.fault) == ("", "", None)
    assert {(check.verdict, check.feedback) for check in report.checks} == {(Verdict.PASSED, "")}
    own = [call for call in report.trace if call.made_by.startswith(("script", "function"))]
    assert [f"{call.service}.{call.operation}" for call in own] == HONEST_CALLS


def zygote_pids() -> list[int]:
    return [grader.zygotes().get(entry).pid for entry in pool.LIMITS]
