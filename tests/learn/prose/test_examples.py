"""Programs in lessons, and what they print."""

from learn.prose.examples import BOUNDARY, examples_in, plain, python_in, with_outputs

TEXT = """\
Intro.

```python
# handler.py
def handler(event, context):
    return 1
```

```python
import handler
print(handler.handler({}, None))
```

```output
1
```

More.

```python
# continued
print(2)
```

```output
2
```

```python
never = "run"
```

```json
{}
```
"""


def test_it_finds_the_programs_with_an_output_and_their_files() -> None:
    first, second = examples_in(TEXT)
    assert set(first.files) == {"handler.py", "main.py"}
    assert (first.output, first.line, first.part) == ("1\n", 14, 0)
    assert (second.output, second.line, second.part) == ("2\n", 25, 1)


def test_it_runs_a_continued_example_after_the_one_before() -> None:
    _, second = examples_in(TEXT)
    program = second.files["main.py"]
    assert program.index("handler.handler") < program.index("# continued")
    assert second.printed(f"1\n{BOUNDARY}\n2\n") == "2"


def test_it_tells_nothing_of_a_part_that_was_not_reached() -> None:
    _, second = examples_in(TEXT)
    assert second.printed("1\n") == ""


def test_it_ignores_an_output_that_belongs_to_other_text() -> None:
    text = "```python\nprint(1)\n```\n\nWords.\n\n```output\n1\n```\n"
    assert list(examples_in(text)) == []


def test_it_replaces_outputs_and_nothing_else() -> None:
    first, second = examples_in(TEXT)
    changed = with_outputs(TEXT, {first.line: "7\n8", second.line: "9"})
    assert [example.output for example in examples_in(changed)] == ["7\n8\n", "9\n"]
    assert with_outputs(changed, {14: "1", 26: "2"}) == TEXT


def test_it_compares_without_space_at_the_ends_of_lines() -> None:
    assert plain("\na  \n\n b \n\n") == "a\n\n b"


def test_it_gives_every_block_of_python_with_its_line() -> None:
    assert [line for line, _ in python_in(TEXT)] == [3, 9, 20, 29]
