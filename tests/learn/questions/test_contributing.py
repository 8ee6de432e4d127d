"""The examples for authors in CONTRIBUTING.md are right: read and proved as content is."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from labs import evaluator_names, read_toml
from learn.catalog.catalogue import load_course
from learn.catalog.documents import QuizDocument
from learn.catalog.quiz_reading import read_quiz
from learn.prose.findings import Findings
from learn.prose.rendering import Page
from learn.questions import engine_proof
from learn.questions.kinds import KINDS
from learn.questions.proof import prove_variants
from learn.questions.question import Question
from learn.questions.reading import read_question

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
EXAMPLES = re.findall(r"^```yaml\n(kind: .*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def kind_of(example: str) -> str:
    return example.partition("\n")[0].removeprefix("kind: ")


@pytest.fixture(scope="module")
def pages() -> dict[str, Page | None]:
    """The lessons of the module that the examples are about."""
    module = load_course([ROOT / "content"]).module("sqs")
    assert module is not None
    return {lesson.slug: lesson.page for lesson in module.lessons}


def read(folder: Path, example: str, pages: dict[str, Page | None]) -> tuple[Path, Question]:
    """The question of an example, in which nothing is wrong; outputs are recorded first."""
    path = folder / "sqs" / "questions" / "example.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(example)
    if kind_of(example) == "output":
        call_command("record_outputs", str(folder))
    findings = Findings()
    question = read_question(path, pages, findings)
    assert list(findings) == []
    return path, question


def test_it_has_an_example_of_every_kind() -> None:
    assert {kind_of(example) for example in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=kind_of)
def test_its_examples_are_right(
    example: str, tmp_path: Path, pages: dict[str, Page | None]
) -> None:
    path, question = read(tmp_path, example, pages)
    assert list(prove_variants(path, question)) == []
    assert list(engine_proof.prove(path, question)) == []


def test_it_names_every_evaluator() -> None:
    for name in evaluator_names():
        assert f"| `{name}` |" in TEXT, name


def test_its_quiz_is_right(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```toml\n(title = .*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    module = load_course([ROOT / "content"]).module("sqs")
    assert module is not None
    path = tmp_path / "sqs" / "quizzes" / "example.toml"
    path.parent.mkdir(parents=True)
    path.write_text(example)
    assert read_toml(path, QuizDocument).draw
    findings = Findings()
    questions = {question.slug: question for question in module.questions}
    lessons = {lesson.slug: lesson for lesson in module.lessons}
    read_quiz(path, lessons=lessons, questions=questions, findings=findings)
    assert list(findings) == []
