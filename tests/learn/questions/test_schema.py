"""The schemas that editors use say what our readers say."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator

from labs import read_toml
from learn.catalog.documents import QuizDocument
from learn.questions.schema import model_schema, question_schema
from tests.learn.questions.sample import Sample
from tests.learn.questions.samples import SAMPLES

CONTENT = Path(__file__).resolve().parents[3] / "content"
COMMITTED = {
    "question": CONTENT / "question.schema.json",
    "quiz": CONTENT / "quiz.schema.json",
}
QUESTIONS = Draft202012Validator(question_schema())
WHO: dict[str, Any] = {
    "kind": "multiple_choice",
    "prompt": "Who?",
    "options": [{"text": "a", "correct": True}, {"text": "b", "feedback": "No."}],
    "explanation": "a.",
}


@pytest.mark.parametrize("name", COMMITTED)
def test_it_is_committed_as_it_is(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("question_schema", name)
    now = capsys.readouterr().out
    hint = f"run: manage.py question_schema {name} > content/{name}.schema.json"
    assert COMMITTED[name].read_text() == now, hint


@pytest.mark.parametrize("name", COMMITTED)
def test_it_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(COMMITTED[name].read_text()))


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*/questions/*.yaml")), ids=lambda p: p.stem)
def test_it_takes_the_questions_of_the_course(path: Path) -> None:
    QUESTIONS.validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_takes_every_kind(sample: Sample) -> None:
    QUESTIONS.validate(yaml.safe_load(sample.text))


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*/quizzes/*.toml")), ids=lambda p: p.stem)
def test_it_takes_the_quizzes_of_the_course(path: Path) -> None:
    quiz = read_toml(path, QuizDocument).model_dump(mode="json", exclude_unset=True)
    Draft202012Validator(model_schema(QuizDocument, "Quiz")).validate(quiz)


@pytest.mark.parametrize(
    "changes",
    [
        {"explnation": "typo"},
        {"kind": "essay"},
        {"prompt": 3},
        {"prompt": ""},
        {"options": [{"text": "a", "correct": True}]},
        {"options": [{"text": "a", "correct": True, "feedbak": "x"}, {"text": "b"}]},
        {"bloom": "guess"},
        {"concepts": ["Not a slug"]},
    ],
)
def test_it_marks_what_our_reader_refuses(changes: dict[str, Any]) -> None:
    assert QUESTIONS.is_valid(WHO)
    assert not QUESTIONS.is_valid({**WHO, **changes})
