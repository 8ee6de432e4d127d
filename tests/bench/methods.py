"""The ways to grade that are compared. Each runs in a process of its own, several if need be.

    python -m tests.bench.methods METHOD FOLDER COUNT

prints "ready", waits for a line, grades, and prints the milliseconds of each grading as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import labs
from tests.bench import workload

WARM_UP = 5
FILES = {"handler.py": workload.SOLUTION}

type Grade = Callable[[], None]


@contextmanager
def engine(folder: Path) -> Iterator[Grade]:
    """This engine: split, with the walls of the tier that is set."""
    spec = labs.load_lab(folder, slug="bench/lab")

    def grade() -> None:
        report = labs.grade(spec, FILES, seed=1)
        assert report.verdict is labs.Verdict.PASSED, report

    yield grade


@contextmanager
def cold_pytest(folder: Path) -> Iterator[Grade]:
    """A fresh process that imports boto3, moto and pytest, and runs a test file."""
    work = folder / "pytest"
    work.mkdir(exist_ok=True)
    (work / "handler.py").write_text(workload.SOLUTION)
    (work / "test_lab.py").write_text(workload.PYTEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_lab.py"]
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    environment = {"PATH": os.environ["PATH"], **keys, "AWS_DEFAULT_REGION": "us-east-1"}

    def grade() -> None:
        done = subprocess.run(command, cwd=work, env=environment, capture_output=True, check=False)
        assert b"5 passed" in done.stdout, done

    yield grade


@contextmanager
def warm_fork(folder: Path) -> Iterator[Grade]:
    """Everything imported and warm in one process; each grading is a fork of it without walls."""
    from tests.bench.one_process import OneProcess

    one = OneProcess((folder / "checks.py").read_text(), FILES)

    def grade() -> None:
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.write(writing, b"passed" if one.grade() else b"failed")
            os._exit(0)
        os.close(writing)
        assert os.read(reading, 10) == b"passed"
        os.waitpid(pid, 0)
        os.close(reading)

    yield grade


METHODS: dict[str, Callable[[Path], Any]] = {
    "engine": engine,
    "warm_fork": warm_fork,
    "cold_pytest": cold_pytest,
}


def main(method: str, folder: str, count: str) -> None:
    """Grade `count` times when a line comes in."""
    with METHODS[method](Path(folder)) as grade:
        for _ in range(WARM_UP if method != "cold_pytest" else 1):
            grade()
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps([_timed(grade) for _ in range(int(count))]), flush=True)


def _timed(grade: Grade) -> float:
    started = time.perf_counter()
    grade()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
