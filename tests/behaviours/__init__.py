"""What the simulated cloud does as AWS does it, what it does otherwise, and what it lacks.

`behaviours.toml` names each behaviour with the test that shows it; `SIMULATION.md` is written from
it by `uv run python -m tests.behaviours`. So the page cannot promise what no test holds.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = Path(__file__).with_name("behaviours.toml")
PAGE = ROOT / "SIMULATION.md"
HEAD = """# What is real, and what is simulated

Written by `uv run python -m tests.behaviours` from the tests that show each line; do not edit.

- **as AWS**: what AWS documents, or was recorded to do, happens here.
- **differs**: it happens, but not in all as on AWS; the line says how.
- **not simulated**: a call says so by name, and it never fails a learner.
"""


class How(StrEnum):
    """How far a behaviour is AWS's."""

    AS_AWS = "as AWS"
    DIFFERS = "differs"
    NOT_SIMULATED = "not simulated"


@dataclass(frozen=True)
class Behaviour:
    """One line of the page; `test` is "tests/.../test_x.py::test_that_it_does"."""

    service: str
    what: str
    how: How
    test: str


def read() -> tuple[Behaviour, ...]:
    """All lines, in the order in which they are written."""
    tables = tomllib.loads(SOURCE.read_text())["behaviour"]
    return tuple(
        Behaviour(table["service"], table["what"], How(table["how"]), table["test"])
        for table in tables
    )


def page(behaviours: Iterable[Behaviour]) -> str:
    """The page, a table for each service."""
    by_service: dict[str, list[Behaviour]] = defaultdict(list)
    for behaviour in behaviours:
        by_service[behaviour.service].append(behaviour)
    parts = [HEAD]
    for service, lines in by_service.items():
        rows = [f"| {line.what} | {line.how} | {_linked(line.test)} |" for line in lines]
        parts.append(
            "\n".join([f"\n## {service}\n", "| what | how | shown by |", "|---|---|---|"])
        )
        parts.append("\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def missing(behaviours: Iterable[Behaviour]) -> list[str]:
    """Tests that are named and not there."""
    return [line.test for line in behaviours if not _is_there(line.test)]


def _linked(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[{name.removeprefix('test_').replace('_', ' ')}]({path})"


def _is_there(test: str) -> bool:
    path, _, name = test.partition("::")
    return name in _tests(path)


@cache
def _tests(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
