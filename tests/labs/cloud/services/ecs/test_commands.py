"""Which commands are the learner's Python."""

from typing import Any

import pytest

from labs.cloud.services.ecs.commands import Command, of

FILES = {"main.py": "", "app/work.py": "", "pkg/__main__.py": ""}


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"command": ["python", "main.py", "x"]}, Command("file", "main.py", ("main.py", "x"))),
        (
            {"command": ["python3.13", "-u", "/app/main.py"]},
            Command("file", "main.py", ("/app/main.py",)),
        ),
        (
            {"entryPoint": ["python"], "command": ["main.py"]},
            Command("file", "main.py", ("main.py",)),
        ),
        (
            {"command": ["sh", "-c", "exec python main.py a"]},
            Command("file", "main.py", ("main.py", "a")),
        ),
        (
            {"command": ["python", "-m", "app.work", "y"]},
            Command("module", "app.work", ("app.work", "y")),
        ),
        ({"command": ["python", "-m", "pkg"]}, Command("module", "pkg", ("pkg",))),
        ({"command": ["python", "-c", "print(1)"]}, Command("code", "print(1)", ("-c",))),
        ({"command": ["python", "-m", "http.server"]}, None),
        ({"command": ["python", "none.py"]}, None),
        ({"command": ["python"]}, None),
        ({"command": ["nginx"]}, None),
        ({"command": ["sh", "-c", "echo '"]}, None),
        ({}, None),
    ],
)
def test_commands_are_read(container: dict[str, Any], expected: Command | None) -> None:
    assert of(container, FILES) == expected
