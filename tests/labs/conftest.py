"""A lab to grade anything with, and an account in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import labs
from labs import LabSpec

type MakeLab = Callable[..., LabSpec]

LAB_TOML = """
title = "A lab"
summary = "For tests."
level = "L1"
minutes = 5
files = ["handler.py"]
real = "The code runs."
simulated = "The account."

[limits]
{limits}
"""

MISTAKE = """
[[mistakes]]
name = "wrong-{number}"
caught_by = "it_works"
misconception = "None."
"""

CHECKS = """
from labs.checks import Cloud, check, expect, setup


@setup
def deploy(cloud: Cloud) -> None:
    cloud.create_queue("jobs")
    cloud.deploy_function("worker", handler="handler.handler", timeout_seconds=3)
    cloud.map_queue("jobs", "worker", batch_size=10)


@check("The job is done", visible=True)
def it_works(cloud: Cloud) -> None:
    cloud.queue("jobs").send({"job": 1})
    cloud.settle()
    (invocation, *_) = cloud.function("worker").invocations
    expect(invocation.response == "done", "The job was not done.")


@check("Nothing is left over")
def nothing_is_left(cloud: Cloud) -> None:
    cloud.queue("jobs").send({"job": 2})
    cloud.settle()
    cloud.queue("jobs").expect_empty(because="each job was done")
"""

RIGHT = "def handler(event, context):\n    return 'done'\n"
SHORT = "handler = lambda event, context: 'done'\n"


def write_lab(
    folder: Path,
    *,
    checks: str = CHECKS,
    **limits: float,
) -> Path:
    """A complete lab folder whose four mistakes are empty handlers; `limits` as in lab.toml."""
    numbers = range(4)
    toml = LAB_TOML.format(limits="\n".join(f"{key} = {value}" for key, value in limits.items()))
    toml += "".join(MISTAKE.format(number=number) for number in numbers)
    wrong = "def handler(event, context):\n    return None\n"
    files = {
        "lab.toml": toml,
        "brief.md": "Do the job.",
        "checks.py": checks,
        "starter/handler.py": wrong,
        "solutions/plain/handler.py": RIGHT,
        "solutions/short/handler.py": SHORT,
        **{f"mistakes/wrong-{number}/handler.py": wrong for number in numbers},
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def make_lab(tmp_path: Path) -> MakeLab:
    """Makes a lab; keyword arguments as of `write_lab`."""

    def make(**options: object) -> LabSpec:
        folder = write_lab(tmp_path / "content" / "test" / "labs" / "job", **options)  # type: ignore[arg-type]
        return labs.load_lab(folder, slug="test/job")

    return make


@pytest.fixture
def lab(make_lab: MakeLab) -> LabSpec:
    return make_lab()


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto, with its seams, in this process; an empty account for each test."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    from labs.cloud import moto_seams
    from labs.cloud.simulation import set_current

    moto_seams.start()
    moto_seams.reset(seed=7)
    yield
    set_current(None)
    moto_seams.stop()
