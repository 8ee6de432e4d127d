"""How well concepts are known, by the rule that the module tells."""

from pathlib import Path

import pytest
from pytest_django import Settings

from learn.catalog.catalogue import Course, get_course
from learn.progress.mastery import (
    Answered,
    Evidence,
    Level,
    Mastery,
    Sign,
    homes,
    mastery,
    weakest,
)
from learn.progress.words import concept_title
from tests.learn.course_files import COURSE, HOW_OFTEN, LAB, MODULE, WHO_DELETES, write_course

CONCEPTS = '\n[concepts]\ntwo = ["retries"]\nthree = ["idempotency", "retries"]\n'


@pytest.fixture
def course(tmp_path: Path, settings: Settings) -> Course:
    """Two modules: queues asks about retries and deletion, topics twice about idempotency."""
    changes = {
        "course.toml": COURSE.replace('["queues"]', '["queues", "topics"]'),
        "queues/questions/who-deletes.yaml": WHO_DELETES + "concepts: [deletion, idempotency]\n",
        "queues/questions/how-often.yaml": HOW_OFTEN + "concepts: [retries]\n",
        "queues/labs/worker/lab.toml": LAB + CONCEPTS,
        "topics/module.toml": MODULE.replace('labs = ["worker"]\n', ""),
        "topics/quizzes/check.toml": 'title = "Check"\nquestions = ["a", "b"]\n',
        "topics/questions/a.yaml": HOW_OFTEN + "concepts: [idempotency]\n",
        "topics/questions/b.yaml": HOW_OFTEN + "concepts: [idempotency]\n",
    }
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", changes),)
    return get_course()


def signs(*strengths: float | None) -> tuple[Sign, ...]:
    return tuple(Sign(strength, weight=1) for strength in strengths)


@pytest.mark.parametrize(
    ("answered", "strength"),
    [
        (Answered(first=1, newest=1), 1),
        (Answered(first=1, newest=0), 0),
        (Answered(first=1, newest=0.5), 0.5),
        # The review believes less than the answer did.
        (Answered(first=1, newest=1, recall=0.8, stability=3), 0.8),
        # Right at the second try, and then for longer than a week.
        (Answered(first=0, newest=1), 0.75),
        (Answered(first=0, newest=1, recall=0.8, stability=3), 0.6),
        (Answered(first=0, newest=1, recall=0.9, stability=7), 0.9),
    ],
)
def test_a_question_says_what_its_answers_and_the_review_say(
    answered: Answered, strength: float
) -> None:
    assert answered.strength == pytest.approx(strength)


@pytest.mark.parametrize(
    ("strengths", "percent", "level"),
    [
        ((None, None), None, Level.NEW),
        ((0.59,), 59, Level.WEAK),
        ((0.6,), 60, Level.FAIR),
        ((0.85, 0.85, 0.85), 85, Level.STRONG),
        # One of four says too little; one of one is all that can be said.
        ((1, None, None, None), 100, Level.FAIR),
        ((1,), 100, Level.STRONG),
    ],
)
def test_the_level_follows_from_the_mean_and_from_how_much_was_tried(
    strengths: tuple[float | None, ...], percent: int | None, level: Level
) -> None:
    found = Mastery("retries", signs(*strengths))

    assert (found.percent, found.level) == (percent, level)


def test_a_concept_belongs_to_the_module_that_asks_most_about_it(course: Course) -> None:
    assert homes(course) == {"retries": "queues", "deletion": "queues", "idempotency": "topics"}


def test_checks_of_labs_count_twice(course: Course) -> None:
    evidence = Evidence(
        {"queues/how-often": Answered(1, 1)}, {"queues/worker": {"two": False, "three": True}}
    )

    queues, topics = mastery(course, evidence)
    [retries] = queues.tried

    # One question and the check `three` of five; `two` failed.
    assert (retries.concept, retries.percent) == ("retries", 60)
    assert retries.lab is course.labs[0]
    assert [one.concept for one in queues.new] == ["deletion"]
    assert [(one.concept, one.percent) for one in topics.tried] == [("idempotency", 100)]


def test_the_weakest_come_first_with_the_section_to_read_again(course: Course) -> None:
    evidence = Evidence(
        {
            "queues/who-deletes": Answered(0, 0),
            "queues/how-often": Answered(0, 0.5),
            "topics/a": Answered(1, 1),
            "topics/b": Answered(1, 1),
        }
    )

    found = weakest(mastery(course, evidence), 5)

    assert [one.concept for one in found] == ["deletion", "retries"]
    assert found[0].section
    assert found[0].section.anchor == "who-deletes-it"


@pytest.mark.parametrize(
    ("concept", "title"),
    [
        ("dead-letter-queue", "Dead letter queue"),
        ("asl-retry", "ASL retry"),
        ("s3-versions", "S3 versions"),
        ("lambda-or-fargate", "Lambda or Fargate"),
        ("kinds-of-apis", "Kinds of APIs"),
    ],
)
def test_concepts_are_spelled_as_readers_know_them(concept: str, title: str) -> None:
    assert concept_title(concept) == title
