from pathlib import Path

import pytest

from labs import ContentError
from learn.catalog.catalogue import load_course
from tests.learn.course_files import LESSON, write_course

LESSON_FILE = "queues/lessons/01-message-life.md"


def problems(folder: Path, changes: dict[str, str]) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_course([write_course(folder, changes)])
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_it_knows_what_a_lesson_asks(tmp_path: Path) -> None:
    course = load_course(
        [write_course(tmp_path, {LESSON_FILE: LESSON + "\n[[check: who-deletes]]\n"})]
    )
    lesson = course.modules[0].lessons[0]
    assert lesson.page.checks == ("who-deletes",)


def test_it_refuses_a_question_that_is_not_there(tmp_path: Path) -> None:
    text = LESSON + "\n```text\n[[check: nobody]]\n```\n\n[[check: nope]]\n"
    (problem,) = problems(tmp_path, {LESSON_FILE: text})
    line = text.split("\n").index("[[check: nope]]") + 1
    assert problem == (
        f"{LESSON_FILE}:{line}: asks the question 'nope', but questions/nope.yaml is missing; "
        "there are: how-often, who-deletes"
    )


def test_it_refuses_the_same_question_twice_in_a_lesson(tmp_path: Path) -> None:
    text = LESSON + "\n[[check: how-often]]\n\nMore.\n\n[[check: how-often]]\n"
    (problem,) = problems(tmp_path, {LESSON_FILE: text})
    line = text.split("\n").index("More.") + 3
    assert problem.startswith(
        f"{LESSON_FILE}:{line}: asks the question 'how-often' for the second"
    )


def test_it_does_not_call_a_wrong_question_missing(tmp_path: Path) -> None:
    text = LESSON + "\n[[check: how-often]]\n"
    found = problems(
        tmp_path, {LESSON_FILE: text, "queues/questions/how-often.yaml": "kind: nope\n"}
    )
    assert not any("is missing" in problem and "how-often.yaml" in problem for problem in found)


def test_it_refuses_a_check_in_a_brief(tmp_path: Path) -> None:
    brief = "queues/labs/worker/brief.md"
    (problem,) = problems(tmp_path, {brief: "Write.\n\n[[check: how-often]]\n"})
    assert problem.startswith(
        f"{brief}:3: asks the question 'how-often', which a lesson alone can"
    )
