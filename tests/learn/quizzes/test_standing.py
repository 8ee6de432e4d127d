"""What passing is, and what a learner is told about the rules."""

import datetime as dt

import pytest

from learn.catalog.catalogue import Quiz
from learn.catalog.rules import Counts, Review, Rules
from learn.quizzes.models import Accommodation, Attempt
from learn.quizzes.rules import accommodated
from learn.quizzes.sentences import rule_sentences
from learn.quizzes.standing import Standing
from tests.learn.quizzes.conftest import MakeQuiz

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)


def standing(quiz: Quiz, rules: Rules, *scores: float, max_score: int = 10) -> Standing:
    """After marked attempts with these scores, the oldest first."""
    attempts = [
        Attempt(number=number, score=score, max_score=max_score, status="marked")
        for number, score in enumerate(scores, start=1)
    ]
    return Standing(quiz, rules, tuple(reversed(attempts)), NOW)


def told(quiz: Quiz, about: str) -> str:
    return dict(rule_sentences(quiz, quiz.rules))[about]


def test_exactly_enough_points_pass(quiz: Quiz) -> None:
    for percent in range(101):
        rules = Rules(review=Review(pass_percent=percent))
        assert standing(quiz, rules, percent / 10).has_passed
        assert not standing(quiz, rules, (percent - 1) / 10).has_passed


def test_it_passes_by_the_attempt_that_counts(quiz: Quiz) -> None:
    found = standing(quiz, Rules(counts=Counts.LAST), 9, 2)
    assert not found.has_passed
    assert found.has_ever_passed


def test_a_limit_that_was_passed_leaves_no_attempts(quiz: Quiz) -> None:
    """An author may lower the limit later."""
    assert standing(quiz, Rules(attempts=1), 1, 2).attempts_left == 0


@pytest.mark.parametrize(("percent", "minutes"), [(100, 15), (110, 17), (150, 23), (400, 60)])
def test_more_time_is_rounded_in_the_learners_favour(percent: int, minutes: int) -> None:
    given = Accommodation(time_percent=percent, extra_attempts=2)
    rules = accommodated(Rules(time_limit_minutes=15, attempts=1), given)
    assert (rules.time_limit_minutes, rules.attempts) == (minutes, 3)


@pytest.mark.parametrize(
    ("rules", "about", "sentence"),
    [
        ("", "Attempts", "As many as you like. Your best attempt counts."),
        ("attempts = 1", "Attempts", "One."),
        ('attempts = 3\ncounts = "last"', "Attempts", "At most 3. Your last attempt counts."),
        (
            'counts = "first"\nwait_minutes = 1',
            "Attempts",
            (
                "As many as you like. Your first attempt counts; later ones are for practice. "
                "You wait 1 minute before the next."
            ),
        ),
        ("", "Time", "No limit. You may stop and go on later; your answers are saved."),
        (
            "opens = 2026-06-01T08:00:00Z\ncloses = 2026-06-08T08:00:00Z",
            "Dates",
            (
                "Opens on 1 June 2026, 08:00 UTC. Closes on 8 June 2026, 08:00 UTC: what is saved "
                "by then counts."
            ),
        ),
        (
            'due = 2026-06-08T08:00:00Z\nlate = "accepted"\nlate_penalty_percent = 10',
            "Dates",
            (
                "Due on 8 June 2026, 08:00 UTC. Late attempts are taken, and lose 10 % of their "
                "points."
            ),
        ),
        ("", "Questions", "2 questions, 2 points."),
    ],
)
def test_it_tells_the_rules(make_quiz: MakeQuiz, rules: str, about: str, sentence: str) -> None:
    assert told(make_quiz(rules), about) == sentence


def test_it_tells_when_results_are_released(make_quiz: MakeQuiz) -> None:
    quiz = make_quiz("attempts = 2", '[review]\nsolutions = "after_last_attempt"')
    assert told(quiz, "Results") == (
        "You see marks as soon as an attempt is marked, feedback as soon as an attempt is "
        "marked, solutions after your last attempt."
    )
