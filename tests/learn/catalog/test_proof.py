"""Proofs run on several processes, and a lab that is broken is told once."""

from pathlib import Path

import pytest

from labs import Problem
from labs.proof import BrokenLabError
from learn.catalog import proof

BROKEN = Problem(Path("checks.py"), 1, "is broken")
WRONG = Problem(Path("wrong.py"), 2, "is wrong")


def fine() -> list[Problem]:
    return []


def wrong() -> list[Problem]:
    return [WRONG]


def broken() -> list[Problem]:
    raise BrokenLabError(BROKEN)


@pytest.mark.parametrize("processes", [1, 2])
def test_a_fault_ends_the_proof_of_its_lab_alone(processes: int) -> None:
    proofs = [[fine, broken, broken, wrong], [wrong, fine]]

    assert proof.run(proofs, processes) == [BROKEN, WRONG]
