"""A lab must prove itself."""

import pytest

from labs import LabSpec, load_lab, prove_lab
from tests.labs.conftest import RIGHT


def messages(lab: LabSpec) -> list[str]:
    return [str(problem) for problem in prove_lab(lab)]


def test_a_good_lab_has_no_problem(lab: LabSpec) -> None:
    assert messages(lab) == []


def test_a_solution_must_pass(lab: LabSpec) -> None:
    (lab.folder / "solutions/plain/handler.py").write_text("def handler(event, context): ...\n")

    [message] = messages(lab)

    assert "solutions/plain:1: the solution must pass, but it_works gave failed" in message


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


@pytest.mark.parametrize("starter", [RIGHT, "def broken(:\n"])
def test_a_starter_must_run_and_leave_work(lab: LabSpec, starter: str) -> None:
    (lab.folder / "starter/handler.py").write_text(starter)

    [message] = messages(load_lab(lab.folder, slug="test/job"))

    assert "the starter must run and leave something to do" in message
