"""Every mistake in a content file is reported with its line and what would be right."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from labs import ContentError, Document, read_front_matter, read_text, read_toml, read_yaml

A_TEXT = "write a text, in quotes if it looks like a number or a date"


class Inner(Document):
    name: str
    count: int = 1


class Outer(Document):
    title: str
    parts: tuple[Inner, ...] = ()


def problems(error: pytest.ExceptionInfo[ContentError]) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('title = "T"\nparst = []', [(2, "unknown key 'parst': did you mean 'parts'?")]),
        ("title = 3", [(1, f"title: input should be a valid string: {A_TEXT}")]),
        (
            'title = "T"\n[[parts]]\nname = "a"\n[[parts]]\n',
            [(4, "the key 'parts.1.name' is missing")],
        ),
        (
            'title = "T"\n[[parts]]\nname = "a"\ncount = "1"',
            [(4, "parts.0.count: input should be a valid integer")],
        ),
        (
            'tilte = """\nparts = 1\n"""\nparts = 1',
            [
                (1, "the key 'title' is missing"),
                (1, "unknown key 'tilte': did you mean 'title'?"),
                (4, "parts: input should be a valid array: write a list, as in [first, second]"),
            ],
        ),
    ],
)
def test_it_names_the_line_in_toml(
    tmp_path: Path, text: str, expected: list[tuple[int, str]]
) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(text)

    with pytest.raises(ContentError) as error:
        read_toml(path, Outer)

    assert sorted(problems(error)) == sorted(expected)


def test_it_names_the_line_of_broken_toml(tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text('title = "T"\nparts = [\n')

    with pytest.raises(ContentError) as error:
        read_toml(path, Outer)

    [(line, message)] = problems(error)
    assert line == 2
    assert message.startswith("is not TOML: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("title = 2020-01-01", 1),
        ("title = 'T'\n\n[[parts]]\nname = 'a'\ncount = 12:00:00", 5),
        ("title = nan", 1),
        ("title = [\n  'a = b',\n  ['[x]'],\n]\ncount = 1", 1),
        ("title = 'T'\nparts = [\n  { name = 'a' },\n  { name = 2 },\n]", 2),
        ('title = \'T\'\n[[parts]]\n"na\\"me" = 1', 2),
        ("title = " + "1" * 5000, 1),
        ("title = " + "[" * 5000, 1),
    ],
)
def test_it_names_the_line_in_unusual_toml(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(text)

    with pytest.raises(ContentError) as error:
        read_toml(path, Outer)

    assert problems(error)[0][0] == line


def test_it_takes_no_number_that_is_none(tmp_path: Path) -> None:
    class Limit(Document):
        seconds: float

    path = tmp_path / "lab.toml"
    path.write_text("seconds = nan")

    with pytest.raises(
        ContentError, match=r"lab\.toml:1: seconds: input should be a finite number"
    ):
        read_toml(path, Limit)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("title: T\nparts:\n  - nmae: a\n    name: b\n", 3, "unknown key 'parts.0.nmae'"),
        ("title: T\ntitle: U\n", 2, "the key 'title' stands twice"),
        ("title: [\n", 1, "is not YAML"),
        ("\u2028\u2028a b: [\n", 1, "is not YAML"),
        ("title: T\nparts:\n  - name: a\n    count: many\n", 4, "parts.0.count: input should be"),
        ("", 1, "is empty: write 'title'"),
        ("- title", 1, "is not a list of keys and values: write 'title'"),
        ("title: T\nparts:\n\t- name: a\n", 3, "indent by spaces, not by tabs"),
        ("title: T\nparts:\n  - name: a\n   count: 1\n", 4, "indent the line like those"),
        ("title: T\nparts:\n  - a\n", 3, "input should be an object: write keys with values"),
        ("title: Say: this\n", 1, "put a text that has ': ' in it into quotes"),
        ("title: T\nparts:\n  - `code`\n", 3, "put a text that begins with it into quotes"),
        ("!!python/object:os.system {}", 1, "is not YAML"),
        ("title: T\n? [a]\n: b\n", 2, "a key must be text: put it in quotes"),
        ("title: T\n2020-01-01: b\n", 2, "a key must be text: put it in quotes"),
        ("parts: []\ntitle: 2020-01-01\n", 2, "title: input should be a valid string"),
        ("a: &a\n  - *a\n", 1, "is not YAML: "),
        ("title: T\nparts: \x07\n", 2, "is not YAML: special characters are not allowed"),
    ],
)
def test_it_names_the_line_in_yaml(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = tmp_path / "question.yaml"
    path.write_text(text)

    with pytest.raises(ContentError) as error:
        read_yaml(path, Outer)

    assert message in problems(error)[0][1]
    assert problems(error)[0][0] == line


@pytest.mark.parametrize("text", ["[" * 300_000, "- " * 300_000, "{a: " * 200_000, "a: &x [*x]"])
def test_it_bears_yaml_without_bottom(tmp_path: Path, text: str) -> None:
    path = tmp_path / "question.yaml"
    path.write_text(text)

    with pytest.raises(ContentError) as error:
        read_yaml(path, Outer)

    assert "is not YAML" in problems(error)[0][1]


def test_it_reads_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "01-lesson.md"
    path.write_text('+++\ntitle = "T"\n+++\n# Body\n')

    meta, body, line = read_front_matter(path, Outer)

    assert (meta.title, body, line) == ("T", "# Body\n", 4)


def test_it_counts_lines_of_front_matter_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "01-lesson.md"
    path.write_text('+++\ntitle = "T"\nwrong = 1\n+++\n')

    with pytest.raises(ContentError) as error:
        read_front_matter(path, Outer)

    assert problems(error)[0][0] == 3


def test_it_asks_for_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "01-lesson.md"
    path.write_text("# No front matter\n")

    with pytest.raises(ContentError, match=r":1: start the file with TOML between two \+\+\+"):
        read_front_matter(path, Outer)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a = 1\nb = '\xff'", 2, "is not UTF-8"),
        (b"\xef\xbb\xbfa = 1", 1, "a byte order mark: save the file as UTF-8 without BOM"),
        (b"x" * 1_000_001, 1, "is larger than 1,000,000 bytes"),
    ],
)
def test_it_refuses_what_is_no_text(
    tmp_path: Path, content: bytes, line: int, message: str
) -> None:
    path = tmp_path / "lab.toml"
    path.write_bytes(content)

    with pytest.raises(ContentError) as error:
        read_toml(path, Outer)

    assert problems(error)[0][0] == line
    assert message in problems(error)[0][1]


def test_it_reports_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"lab\.toml:1: cannot be read: no such file"):
        read_toml(tmp_path / "lab.toml", Outer)


def test_it_reads_what_windows_writes(tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_bytes(b"one\r\ntwo\r\n")

    assert read_text(path) == "one\ntwo\n"


class Pair(Document):
    parts: Annotated[tuple[Inner, ...], Field(min_length=2)]


def test_it_does_not_call_a_list_short_because_an_entry_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "question.yaml"
    path.write_text("parts:\n  - name: a\n  - name: 3\n")
    with pytest.raises(ContentError) as error:
        read_yaml(path, Pair)
    ((line, message),) = problems(error)
    assert line == 3
    assert message.startswith("parts.1.name: ")
