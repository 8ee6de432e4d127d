from pathlib import Path

import pytest
from django.core.management import call_command

from learn.catalog.catalogue import load_course
from tests.learn.course_files import write_course

GIFT = "::New one::Who? {=me#Yes. ~you#No. ####I am.}\n\n::Essay::Write. {}\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_course(tmp_path / "content")


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    path = tmp_path / "questions.txt"
    path.write_text(GIFT)
    return path


def bring(file: Path, content: Path, *more: str, module: str = "queues") -> None:
    call_command("import_questions", str(file), "--module", module, "--content", content, *more)


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as caught:
        call_command(*map(str, arguments))
    assert caught.value.code == 2
    return capsys.readouterr().err.strip()


def test_it_imports_and_says_what_it_left(
    gift: Path, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(gift, content)
    out = capsys.readouterr().out
    assert "Essay is left out: it asks for an essay" in out
    assert "1 question(s), 1 left out. Name them in a quiz or a lesson" in out
    lesson = content / "queues/lessons/02-retries.md"
    lesson.write_text(lesson.read_text() + "\n[[check: new-one]]\n")
    question = load_course([content]).question("queues/new-one")
    assert question is not None
    assert question.document.explanation == "I am."


def test_it_writes_nothing_in_a_dry_run(
    gift: Path, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(content.rglob("*"))
    bring(gift, content, "--dry-run")
    assert "would write " in capsys.readouterr().out
    assert sorted(content.rglob("*")) == before


def test_it_does_not_write_over_a_file(
    gift: Path, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(gift, content)
    arguments = ["import_questions", gift, "--module", "queues", "--content", content]
    assert "there already: new-one.yaml" in refused(capsys, *arguments)
    bring(gift, content, "--force")


@pytest.mark.parametrize("module", ["nope", "../content/queues", ""])
def test_it_names_the_modules(
    gift: Path, content: Path, module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["import_questions", gift, "--module", module, "--content", content]
    message = refused(capsys, *arguments)
    assert message == f"There is no module '{module}'; there are: queues."


def test_it_refuses_a_file_without_one_question_to_carry(
    tmp_path: Path, content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "essay.txt"
    path.write_text("Write. {}")
    arguments = ["import_questions", path, "--module", "queues", "--content", content]
    assert "nothing was written" in refused(capsys, *arguments)


@pytest.mark.parametrize("form", ["gift", "qti21", "qti30"])
def test_it_brings_a_course_to_another(
    form: str, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "questions.out"
    call_command("export_questions", "--format", form, "--to", target, "--content", content)
    assert f"2 question(s) written to {target}, 0 left out." in capsys.readouterr().out
    bring(target, content, "--force", "--fill", "Read the lesson again.")
    course = load_course([content])
    question = course.question("queues/who-deletes")
    assert question is not None
    assert question.document.prompt == "Who deletes a message from `SQS`?"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["content", "questions.out"]


def test_it_exports_some_modules_alone(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--format", "gift", "--to", tmp_path / "x", "--content", content]
    call_command("export_questions", "queues", *arguments)
    assert "::who-deletes::" in (tmp_path / "x").read_text()
    message = refused(capsys, "export_questions", "topics", *arguments)
    assert message == "There is no module 'topics'; there are: queues."


def test_it_does_not_export_over_a_file(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "mine.txt"
    target.write_text("mine")
    arguments = ["export_questions", "--format", "gift", "--to", target, "--content", content]
    assert "is there already" in refused(capsys, *arguments)
    assert target.read_text() == "mine"
    call_command(*map(str, arguments), "--force")
    assert target.read_text() != "mine"


def test_it_says_why_a_file_cannot_be_written(
    content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "no" / "folder.txt"
    arguments = ["export_questions", "--format", "gift", "--to", target, "--content", content]
    assert "cannot be written: no such file or directory" in refused(capsys, *arguments)
