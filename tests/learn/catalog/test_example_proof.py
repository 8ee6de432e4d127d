"""Examples of lessons, run in the sandbox."""

from pathlib import Path

import pytest

from learn.catalog.course import Body
from learn.catalog.example_proof import prove_examples, record_examples

HEAD = "+++\ntitle = 'x'\n+++\n"
RIGHT = """\
```python
from shelf import greet
print(greet("Ann"))
```

```output
Hello, Ann.
```

```python
# continued
print(1 + 1)
```

```output
2
```
"""


@pytest.fixture
def body(tmp_path: Path) -> Body:
    return lesson(tmp_path, RIGHT)


def lesson(folder: Path, text: str) -> Body:
    path = folder / "queues/lessons/01-first.md"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + text)
    (folder / "examples").mkdir()
    (folder / "examples/shelf.py").write_text("def greet(name):\n    return f'Hello, {name}.'\n")
    return Body(path, text, HEAD.count("\n") + 1)


def test_it_finds_nothing_wrong_with_what_programs_print(body: Body) -> None:
    assert list(prove_examples(body)) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("Hello, Ann.", "Hello, Bob.", 10, "the example prints 'Hello, Ann.' ...: run manage.py"),
        ("1 + 1", "1 + 2", 19, "the example prints '3' ...: run manage.py record_outputs"),
        ("1 + 1", "1 / 0", 19, "the example ends as crashed: ZeroDivisionError"),
        ("from shelf", "from nowhere", 10, "the example ends as crashed: ModuleNotFoundError"),
        ("print(1 + 1)", "print(1 + )", 15, "is not Python: invalid syntax"),
    ],
)
def test_it_says_what_is_wrong_and_where(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    problems = list(prove_examples(lesson(tmp_path, RIGHT.replace(old, new))))
    assert (problems[0].line, message in problems[0].message) == (line, True), problems


def test_it_writes_what_programs_print(tmp_path: Path) -> None:
    wrong = lesson(tmp_path, RIGHT.replace("Hello, Ann.", "").replace("\n2\n", "\n7\n8\n"))
    assert record_examples(wrong) == (2, [])
    assert wrong.path.read_text() == HEAD + RIGHT


def test_it_writes_nothing_where_nothing_changed(body: Body) -> None:
    before = body.path.stat().st_mtime_ns
    assert record_examples(body) == (0, [])
    assert body.path.stat().st_mtime_ns == before


def test_it_keeps_the_output_of_a_program_that_fails(tmp_path: Path) -> None:
    wrong = lesson(tmp_path, RIGHT.replace("1 + 1", "1 / 0"))
    count, problems = record_examples(wrong)
    assert (count, len(problems)) == (0, 1)
    assert "\n2\n" in wrong.path.read_text()
