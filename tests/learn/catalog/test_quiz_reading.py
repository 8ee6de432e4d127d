"""Quiz files: what they may say, and what an author is told about mistakes."""

from pathlib import Path

import pytest

from labs import ContentError
from learn.catalog.loading import load_course
from learn.catalog.quiz import Quiz
from learn.catalog.rules import Counts, Release, Rules
from tests.learn.course_files import MODULE, QUIZ, write_course

FILE = "queues/quizzes/check.toml"
FULL = """\
title = "Check"
intro = "Some *words*."
lesson = "message-life"
questions = ["how-often"]
points = { how-often = 2 }

[[draw]]
count = 1
points = 3
questions = ["who-deletes"]

[rules]
attempts = 3
counts = "last"
penalty_percent = 10
time_limit_minutes = 20
opens = 2026-11-01T08:00:00Z
due = 2026-12-01T18:00:00+01:00
closes = 2026-12-03T18:00:00+01:00
late = "accepted"
late_penalty_percent = 25
wait_minutes = 5
hints = true

[review]
marks = "after_last_attempt"
feedback = "after_passing"
solutions = "after_close"
pass_percent = 60
"""
DRAW = 'title = "Check"\nquestions = []\n\n[[draw]]\ncount = 1\n'


def quiz_with(folder: Path, text: str) -> Quiz:
    [quiz] = load_course([write_course(folder, {FILE: text})]).quizzes
    return quiz


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load_course([write_course(folder, {FILE: text})])
    return [
        f"{problem.path.relative_to(folder)}:{problem.line}: {problem.message}"
        for problem in caught.value.problems
    ]


def test_it_reads_all_that_a_quiz_may_say(tmp_path: Path) -> None:
    quiz = quiz_with(tmp_path, FULL)

    assert (quiz.slug, quiz.lesson, quiz.size, quiz.max_score) == (
        "queues/check",
        "message-life",
        2,
        5,
    )
    assert "<em>words</em>" in quiz.intro
    assert quiz.rules.counts is Counts.LAST
    assert quiz.rules.review.solutions is Release.AFTER_CLOSE
    assert quiz.rules.ends == quiz.rules.closes
    assert str(quiz.rules.due) == "2026-12-01 18:00:00+01:00"


def test_its_rules_survive_the_database(tmp_path: Path) -> None:
    rules = quiz_with(tmp_path, FULL).rules

    assert Rules.from_json(rules.to_json()) == rules


def test_a_quiz_of_a_lesson_comes_right_after_it(tmp_path: Path) -> None:
    text = QUIZ.replace("questions", 'lesson = "message-life"\nquestions')
    [module] = load_course([write_course(tmp_path, {FILE: text})]).modules

    assert [step.label for step in module.steps] == ["Lesson", "Quiz", "Lesson", "Lab"]


def test_a_quiz_without_a_lesson_tests_the_module(tmp_path: Path) -> None:
    [module] = load_course([write_course(tmp_path)]).modules

    assert [step.label for step in module.steps] == ["Lesson", "Lesson", "Quiz", "Lab"]


@pytest.mark.parametrize(
    ("filters", "drawn"),
    [
        ("", ["how-often", "who-deletes"]),
        ('lesson = "message-life"', ["who-deletes"]),
        ('kinds = ["multiple_choice"]', ["how-often", "who-deletes"]),
        ('questions = ["how-often"]', ["how-often"]),
        ('concepts = ["deleting"]', ["who-deletes"]),
    ],
)
def test_it_draws_what_the_filters_leave(tmp_path: Path, filters: str, drawn: list[str]) -> None:
    write_course(tmp_path, {FILE: DRAW + filters + "\n", "queues/module.toml": MODULE})
    other = 'title = "All"\nquestions = ["who-deletes", "how-often"]\n'
    module = MODULE.replace('"check"', '"check", "all"')
    question = tmp_path / "queues/questions/who-deletes.yaml"
    question.write_text(question.read_text() + "concepts: [deleting]\n")
    (tmp_path / "queues/quizzes/all.toml").write_text(other)
    (tmp_path / "queues/module.toml").write_text(module)

    quiz = load_course([tmp_path]).quizzes[0]

    assert [question.slug for question in quiz.questions] == drawn


def test_a_draw_leaves_out_what_is_always_asked(tmp_path: Path) -> None:
    text = 'title = "Check"\nquestions = ["who-deletes"]\n\n[[draw]]\ncount = 1\n'

    [pool] = quiz_with(tmp_path, text).pools

    assert [question.slug for question in pool.questions] == ["how-often"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (QUIZ.replace("title", "titel"), "1: unknown key 'titel': did you mean 'title'?"),
        (QUIZ.replace("shuffle", "shufle"), "unknown key 'rules.shufle': did you mean 'shuffle'?"),
        (
            QUIZ.replace('"how-often"', '"gone"'),
            "2: there is no question 'gone'; there are: ",
        ),
        (
            QUIZ.replace('"how-often"', '"who-deletes"'),
            "'who-deletes' stands twice in questions; name it once",
        ),
        (
            QUIZ.replace("questions", 'lesson = "gone"\nquestions'),
            "2: there is no lesson 'gone'; there are: message-life, retries",
        ),
        (
            'title = "Check"\n',
            "names no question: add 'questions', or a table [[draw]]",
        ),
        (QUIZ.replace("[rules]", "[points]\ngone = 2\n[rules]"), "'gone' is not in 'questions'"),
        (QUIZ + "attempts = -1\n", "rules.attempts: input should be greater than or equal to 0"),
        (QUIZ + 'counts = "worst"\n', "rules.counts: input should be 'best', 'last' or 'first'"),
        (QUIZ + "due = 2026-12-01T18:00:00\n", "rules.due: a time needs its zone, such as 2026-"),
        (QUIZ + "due = 2026-12-01\n", "rules.due: "),
        (
            QUIZ + "opens = 2026-12-02T08:00:00Z\ndue = 2026-12-01T08:00:00Z\n",
            "rules: 'opens' is after 'due'; change one of them",
        ),
        (QUIZ + 'late = "accepted"\n', "late = 'accepted' needs 'due': without it nothing is"),
        (
            QUIZ + "due = 2026-12-01T08:00:00Z\nlate_penalty_percent = 5\n",
            "'late_penalty_percent' needs late = 'accepted'",
        ),
        (
            QUIZ + "attempts = 1\npenalty_percent = 5\n",
            "'penalty_percent' is for further attempts, and there is one alone",
        ),
        (
            QUIZ + '[review]\nmarks = "after_close"\n',
            "review: 'after_close' needs 'closes' in [rules]: it never closes",
        ),
        (
            QUIZ + '[review]\nsolutions = "after_last_attempt"\n',
            "review: 'after_last_attempt' needs 'attempts' in [rules]: none is last",
        ),
        (
            QUIZ + '[review]\nmarks = "after_passing"\n',
            "review: feedback and solutions tell the marks: release them no earlier than marks",
        ),
        (
            QUIZ + "[[draw]]\ncount = 1\n",
            "6: draw: asks for 1, but only 0 are left that fit",
        ),
        (
            DRAW + 'kinds = ["multi_choice"]\n',
            "6: there is no kind of question 'multi_choice'; there are: multiple_choice,",
        ),
        (
            DRAW + 'concepts = ["deletion"]\n',
            "6: there is no question with the concept 'deletion'; there are: none",
        ),
        (
            DRAW + "\n[[draw]]\ncount = 2\n",
            "7: draw: asks for 2, but only 1 are left that fit",
        ),
    ],
)
def test_it_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    found = problems(tmp_path, text)

    assert any(one.startswith(f"{FILE}:") and message in one for one in found), found


def test_it_reports_a_wrong_question_once(tmp_path: Path) -> None:
    """Not also in every quiz that asks it."""
    with pytest.raises(ContentError) as caught:
        load_course([write_course(tmp_path, {"queues/questions/how-often.yaml": "kind: essay\n"})])

    assert [problem.path.name for problem in caught.value.problems] == ["how-often.yaml"]


def test_it_refuses_a_secret_that_a_lesson_tells(tmp_path: Path) -> None:
    write_course(tmp_path, {FILE: QUIZ + '[review]\nsolutions = "never"\n'})
    lesson = tmp_path / "queues/lessons/02-retries.md"
    lesson.write_text(lesson.read_text() + "\n[[check: how-often]]\n")

    with pytest.raises(ContentError, match="tell at once of how-often: release all at once"):
        load_course([tmp_path])


def test_it_refuses_a_secret_that_another_quiz_tells(tmp_path: Path) -> None:
    quizzes = MODULE.replace('quizzes = ["check"]', 'quizzes = ["check", "open"]')
    assert quizzes != MODULE
    secret = QUIZ + '[review]\nsolutions = "after_passing"\n'
    files = {"queues/module.toml": quizzes, FILE: secret, "queues/quizzes/open.toml": QUIZ}

    with pytest.raises(
        ContentError, match=r"check\.toml:1: \[review\] keeps back what lessons or"
    ):
        load_course([write_course(tmp_path, files)])


def test_a_lesson_may_be_the_only_one_to_ask(tmp_path: Path) -> None:
    write_course(tmp_path, {FILE: 'title = "Check"\nquestions = ["who-deletes"]\n'})
    lesson = tmp_path / "queues/lessons/02-retries.md"
    lesson.write_text(lesson.read_text() + "\n[[check: how-often]]\n")

    assert len(load_course([tmp_path]).modules[0].questions) == 2
