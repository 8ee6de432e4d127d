"""A lab's folder, read."""

import shutil
from pathlib import Path

import pytest

import labs
from labs import ContentError, LabSpec, load_lab
from tests.labs.conftest import MakeLab, write_lab


def test_it_reads_a_lab(lab: LabSpec) -> None:
    assert lab.title == "A lab"
    assert lab.brief == "Do the job."
    assert list(lab.starter) == ["handler.py"]
    assert [folder.name for folder in lab.solutions] == ["plain", "short"]


def test_it_reports_all_that_is_missing(lab: LabSpec) -> None:
    (lab.folder / "brief.md").unlink()
    (lab.folder / "checks.py").unlink()
    (lab.folder / "mistakes" / "extra").mkdir()
    (lab.folder / "mistakes" / "wrong-0" / "handler.py").unlink()
    (lab.folder / "mistakes" / "wrong-0").rmdir()

    with pytest.raises(ContentError) as error:
        load_lab(lab.folder, slug="test/job")

    text = str(error.value)
    assert "brief.md:1: is missing" in text
    assert "checks.py:1: is missing" in text
    assert "does not list mistakes/extra/" in text
    assert "lists the mistake 'wrong-0', but mistakes/wrong-0/ is missing" in text


def test_it_asks_for_four_mistakes(lab: LabSpec) -> None:
    toml = lab.folder / "lab.toml"
    toml.write_text(toml.read_text().rpartition("[[mistakes]]")[0])

    with pytest.raises(ContentError, match="at least 4 items"):
        load_lab(lab.folder, slug="test/job")


def test_it_asks_for_two_solutions(lab: LabSpec) -> None:
    shutil.rmtree(lab.folder / "solutions/short")

    with pytest.raises(ContentError, match=r"lab.toml:1: has 1 solution\(s\) and needs 2"):
        load_lab(lab.folder, slug="test/job")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("starter/handler.py", "#" * 65_537, "handler.py:1: is larger than 64 KiB"),
        ("starter/handler.py", "\n\0", "handler.py:2: contains a NUL byte"),
        ("starter/helper.py", "", "helper.py:1: is none of the lab's files"),
        ("solutions/plain/inner/helper.py", "", "helper.py:1: is none of the lab's files"),
        ("mistakes/wrong-1/notes.md", "", "notes.md:1: is none of the lab's files"),
        ("mistakes/wrong.py", "", r"wrong.py:1: is in no folder: move it into mistakes/<name>/"),
        ("brief.md", " \n", "brief.md:1: is empty"),
        ("checks.py", "\n# \xe9\n", "checks.py:2: is not UTF-8"),
    ],
)
def test_it_refuses_a_wrong_file(lab: LabSpec, name: str, content: str, problem: str) -> None:
    path = lab.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="latin-1")

    with pytest.raises(ContentError, match=problem):
        load_lab(lab.folder, slug="test/job")


def test_it_points_to_the_entry_of_a_mistake(lab: LabSpec) -> None:
    shutil.rmtree(lab.folder / "mistakes/wrong-2")
    toml = (lab.folder / "lab.toml").read_text().split("\n")
    line = toml.index('name = "wrong-2"') + 1

    with pytest.raises(ContentError, match=f"lab.toml:{line}: lists the mistake 'wrong-2', but"):
        load_lab(lab.folder, slug="test/job")


@pytest.mark.parametrize("value", ["nan", "inf", "0", "61"])
def test_it_wants_a_sensible_limit(make_lab: MakeLab, value: str) -> None:
    with pytest.raises(ContentError, match=r"lab.toml:\d+: limits.wall_seconds: input should be"):
        make_lab(wall_seconds=value)


def test_its_hash_follows_the_checks_and_not_the_brief(lab: LabSpec) -> None:
    (lab.folder / "brief.md").write_text("Do the job, please.")
    same = load_lab(lab.folder, slug="test/job")
    (lab.folder / "checks.py").write_text(lab.checks_path.read_text() + "\n# stricter\n")
    other = load_lab(lab.folder, slug="test/job")

    assert same.content_hash == lab.content_hash
    assert other.content_hash != lab.content_hash


def test_it_is_found_in_the_content_folders(lab: LabSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTENT_DIRS", f"/nowhere:{lab.folder.parents[2]}")

    found = labs.find_lab("test/job")

    assert found == lab
    assert labs.find_lab("test/nothing") is None


def test_the_shipped_content_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONTENT_DIRS", raising=False)

    assert labs.content_dirs() == (Path(labs.__file__).parent.parent / "content",)


def test_a_service_that_the_table_does_not_know_is_named(tmp_path: Path) -> None:
    folder = write_lab(tmp_path / "content" / "test" / "labs" / "job")
    toml = folder / "lab.toml"
    toml.write_text('services = ["SQS", "Quantum"]\n' + toml.read_text())

    with pytest.raises(ContentError) as raised:
        labs.load_lab(folder, slug="test/job")

    (problem,) = raised.value.problems
    assert problem.line == 1
    assert "'Quantum' is none of those in SIMULATION.md: Lambda, " in problem.message


@pytest.mark.parametrize(
    ("concepts", "problem"),
    [
        ('it_works = "work"', "concepts.it_works: input should be a valid array"),
        ("it_works = []", "concepts.it_works: .*at least 1 item"),
        ('it_works = ["Hard work"]', "concepts.it_works.0: string should match"),
    ],
)
def test_concepts_are_lists_of_slugs(lab: LabSpec, concepts: str, problem: str) -> None:
    toml = lab.folder / "lab.toml"
    toml.write_text(f"{toml.read_text()}\n[concepts]\n{concepts}\n")

    with pytest.raises(ContentError, match=problem):
        load_lab(lab.folder, slug="test/job")
