"""What the simulated cloud does as AWS does it, what it does otherwise, and what it lacks.

`behaviours.toml` names each behaviour with the test that shows it. From it,
`uv run python -m tests.behaviours` writes `SIMULATION.md` and the file from which labs take their
labels: neither can promise what no test holds.
"""

import ast
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from labs.behaviours import FILE, Behaviour, How

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = Path(__file__).with_name("behaviours.toml")
PAGE = ROOT / "SIMULATION.md"
HEAD = """# What is real, and what is simulated

Written by `uv run python -m tests.behaviours` from the tests that show each line; do not edit.

- **as AWS**: what AWS documents, or was recorded to do, happens here.
- **differs**: it happens, but not in all as on AWS; the line says how.
- **not simulated**: a call says so by name, and it never fails a learner.
"""


@dataclass(frozen=True)
class Shown:
    """One line of the page; `test` is "tests/.../test_x.py::test_that_it_does"."""

    behaviour: Behaviour
    test: str


def read() -> tuple[Shown, ...]:
    """All lines, in the order in which they are written."""
    tables = tomllib.loads(SOURCE.read_text())["behaviour"]
    return tuple(
        Shown(Behaviour(table["service"], table["what"], How(table["how"])), table["test"])
        for table in tables
    )


def label(shown: Iterable[Shown]) -> str:
    """What the engine knows of it, for the labels of labs: behaviours.json."""
    lines = [
        {"service": each.behaviour.service, "what": each.behaviour.what, "how": each.behaviour.how}
        for each in shown
    ]
    return json.dumps(lines, indent=1, ensure_ascii=False) + "\n"


def write() -> None:
    """Write the page and the engine's file anew."""
    PAGE.write_text(page(read()))
    FILE.write_text(label(read()))


def page(shown: Iterable[Shown]) -> str:
    """The page, a table for each service."""
    by_service: dict[str, list[Shown]] = defaultdict(list)
    for each in shown:
        by_service[each.behaviour.service].append(each)
    parts = [HEAD]
    for service, lines in by_service.items():
        rows = [
            f"| {line.behaviour.what} | {line.behaviour.how} | {_linked(line.test)} |"
            for line in lines
        ]
        parts.append(
            "\n".join([f"\n## {service}\n", "| what | how | shown by |", "|---|---|---|"])
        )
        parts.append("\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def missing(shown: Iterable[Shown]) -> list[str]:
    """Tests that are named and not there."""
    return [line.test for line in shown if not _is_there(line.test)]


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
