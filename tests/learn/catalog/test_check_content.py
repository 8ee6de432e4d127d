"""`manage.py check_content`: one line for each problem, exit status 1."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import labs
from learn.catalog import proof
from learn.catalog.course import Body


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the course with one of its modules."""
    course, target = labs.content_dirs()[0], tmp_path / "content"
    shutil.copytree(course / "sqs", target / "sqs")
    shutil.copytree(course / "examples", target / "examples")
    shutil.copy(course / "facts.toml", target)
    module = target / "sqs" / "module.toml"
    module.write_text(module.read_text().replace('after = ["lambda"]\n', ""))
    (target / "course.toml").write_text('title = "C"\nsummary = "S"\nmodules = ["sqs"]\n')
    return target


def run(content: Path, processes: int = 1, *, only: str = "") -> list[str]:
    errors = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_content", str(content), processes=processes, only=only, stderr=errors)
    assert end.value.code == 1
    return errors.getvalue().splitlines()


def test_it_names_every_problem_with_file_and_line(content: Path) -> None:
    lesson = content / "sqs" / "lessons" / "02-partial-batches.md"
    lesson.write_text(lesson.read_text().replace("+++\n", '+++\ncolour = "red"\n', 1))
    (content / "sqs" / "labs" / "partial-batch" / "brief.md").unlink()

    lines = run(content)

    assert any(
        "02-partial-batches.md:2: unknown key" in line and "colour" in line for line in lines
    )
    assert any("brief.md:1: is missing" in line for line in lines)


def keep_mistakes(lab: Path, count: int) -> None:
    """Take all but the first mistakes from a lab: to grade each takes most of a second."""
    toml = lab / "lab.toml"
    head, *mistakes = toml.read_text().split("[[mistakes]]")
    toml.write_text("[[mistakes]]".join([head, *mistakes[:count]]))
    kept = {mistake.split('"')[1] for mistake in mistakes[:count]}
    for folder in (lab / "mistakes").iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)


@pytest.mark.slow
def test_it_proves_the_labs(content: Path) -> None:
    lab = content / "sqs" / "labs" / "partial-batch"
    keep_mistakes(lab, 4)
    mistake = labs.load_lab(lab, slug="sqs/partial-batch").mistakes[0]
    solution = lab / "solutions" / "loop" / "handler.py"
    shutil.copy(solution, lab / "mistakes" / mistake.name)

    [line] = run(content, processes=2, only="sqs/labs/partial-batch")

    assert f"the mistake '{mistake.name}' must be caught by '{mistake.caught_by}'" in line


def test_it_names_the_variant_of_a_question_that_is_wrong(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Labs and lessons have tests of their own, and take long.
    monkeypatch.setattr(labs, "proof_steps", lambda _spec, **_options: [])
    monkeypatch.setattr(proof, "prove_examples", lambda _body: [])
    asked = content / "sqs" / "questions" / "least-visibility-timeout.yaml"
    text = asked.read_text().replace("6 * timeout + window", "6 * timeout / (timeout - 35)", 1)
    asked.write_text(text)

    [line] = run(content)

    assert ".yaml:5: '6 * timeout / (timeout - 35)' divides by zero (variant " in line


def test_it_refuses_a_folder_without_a_course(tmp_path: Path) -> None:
    [line] = run(tmp_path)

    assert "course.toml:1" in line


def test_it_proves_only_what_it_is_asked_for(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proved: list[str] = []
    steps = [lambda: pytest.fail("a lab was proved")]
    monkeypatch.setattr(labs, "proof_steps", lambda _spec, **_options: steps)

    def prove_examples(body: Body) -> list[labs.Problem]:
        proved.append(body.path.name)
        return []

    monkeypatch.setattr(proof, "prove_examples", prove_examples)

    call_command("check_content", str(content), processes=1, only="sqs/lessons/partial-batches")

    assert proved == ["02-partial-batches.md"]


def test_it_says_that_there_is_nothing_to_prove(content: Path) -> None:
    with pytest.raises(CommandError, match="There is no lab, lesson or question in 'sq'"):
        call_command("check_content", str(content), only="sq")
