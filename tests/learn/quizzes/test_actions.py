"""Attempts: begun, saved, submitted and closed."""

import datetime as dt

import pytest
import time_machine

from learn.accounts.models import User
from learn.catalog.quiz import Quiz
from learn.questions.question import Mark
from learn.quizzes import actions, answering, queries
from learn.quizzes.accommodations import accommodate
from learn.quizzes.models import Answer, Attempt, QuestionVersion
from learn.quizzes.tasks import close_overdue
from tests.learn.questions.kinds.artefact_samples import SAMPLES as ARTEFACTS
from tests.learn.quizzes.conftest import MakeQuiz, right_sheet, wrong_fields

Clock = time_machine.Traveller
MINUTE = dt.timedelta(minutes=1)


def submitted(user: User, quiz: Quiz, *, right: int = 2) -> Attempt:
    """A new attempt with so many right answers of two."""
    attempt = actions.start(user, quiz)
    sheet = right_sheet(attempt)
    for position in range(right + 1, 3):
        sheet[position] = wrong_fields(attempt, position)
    actions.save(attempt, sheet)
    actions.submit(attempt)
    attempt.refresh_from_db()
    return attempt


def states(attempt: Attempt) -> list[str]:
    return list(attempt.answers.order_by("position").values_list("status", flat=True))


class TestStart:
    def test_it_asks_all_questions_in_order(self, alice: User, quiz: Quiz) -> None:
        attempt = actions.start(alice, quiz)

        asked = list(attempt.answers.order_by("position").values_list("position", "question"))
        assert asked == [(1, "who-deletes"), (2, "how-often")]
        assert (attempt.number, attempt.max_score, attempt.due_at) == (1, 2, None)
        assert QuestionVersion.objects.count() == 2

    def test_it_goes_on_with_the_open_attempt(self, alice: User, quiz: Quiz) -> None:
        assert actions.start(alice, quiz) == actions.start(alice, quiz)
        assert Answer.objects.count() == 2

    def test_a_retake_has_fresh_variants(self, alice: User, quiz: Quiz) -> None:
        one, other = submitted(alice, quiz), actions.start(alice, quiz)

        assert other.number == 2
        assert set(one.answers.values_list("seed")).isdisjoint(other.answers.values_list("seed"))

    def test_a_retake_draws_what_was_not_asked_before(
        self, alice: User, make_quiz: MakeQuiz
    ) -> None:
        draw = {"queues/quizzes/check.toml": 'title = "Check"\n[[draw]]\ncount = 1\n'}
        quiz = make_quiz(**draw)
        asked = []
        for _ in range(2):
            attempt = actions.start(alice, quiz)
            asked.append(attempt.answers.get().question)
            actions.submit(attempt, with_blanks=True)

        assert sorted(asked) == ["how-often", "who-deletes"]

    def test_it_keeps_the_rules_of_the_start(self, alice: User, make_quiz: MakeQuiz) -> None:
        attempt = submitted(alice, make_quiz("penalty_percent = 50"))
        attempt = actions.start(alice, make_quiz("penalty_percent = 50"))
        make_quiz("penalty_percent = 0")
        actions.save(attempt, right_sheet(attempt))
        actions.submit(attempt)

        attempt.refresh_from_db()
        assert attempt.score == 1

    @pytest.mark.parametrize(
        ("rules", "sentence"),
        [
            ("opens = 2026-06-02T08:00:00Z", "opens on 2 June 2026, 08:00 UTC"),
            ("closes = 2026-06-01T12:00:00Z", "closed on 1 June 2026, 12:00 UTC"),
            ("due = 2026-05-31T12:00:00+02:00", "closed on 31 May 2026, 10:00 UTC"),
        ],
    )
    def test_it_refuses_outside_the_dates(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz, rules: str, sentence: str
    ) -> None:
        with pytest.raises(actions.RefusedError, match=sentence):
            actions.start(alice, make_quiz(rules))
        assert not Attempt.objects.exists()

    def test_it_refuses_more_attempts_than_allowed(self, alice: User, make_quiz: MakeQuiz) -> None:
        quiz = make_quiz("attempts = 2")
        submitted(alice, quiz)
        submitted(alice, quiz)

        with pytest.raises(actions.RefusedError, match="used all your attempts"):
            actions.start(alice, quiz)
        assert Attempt.objects.count() == 2

    def test_it_refuses_to_begin_before_the_wait_is_over(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        quiz = make_quiz("wait_minutes = 30")
        submitted(alice, quiz)
        clock.shift(29 * MINUTE)
        with pytest.raises(actions.RefusedError, match="1 June 2026, 12:30 UTC"):
            actions.start(alice, quiz)

        clock.shift(MINUTE)

        assert actions.start(alice, quiz).number == 2

    def test_it_closes_an_attempt_whose_time_is_over_and_begins_another(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        quiz = make_quiz("time_limit_minutes = 10")
        old = actions.start(alice, quiz)
        clock.shift(10 * MINUTE)

        assert actions.start(alice, quiz).number == 2
        old.refresh_from_db()
        assert (old.status, old.score) == ("marked", 0)


class TestTime:
    def test_the_limit_ends_before_the_quiz_closes_or_with_it(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        limit = "time_limit_minutes = 60\ncloses = 2026-06-01T12:30:00Z"
        attempt = actions.start(alice, make_quiz(limit))

        assert attempt.due_at == attempt.started_at + 30 * MINUTE

    def test_an_accommodation_gives_more_time_and_attempts(
        self, alice: User, ines: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        quiz = make_quiz("time_limit_minutes = 15\nattempts = 1")
        accommodate(alice, ines, time_percent=125, extra_attempts=1, reason="Decision 12")

        attempt = actions.start(alice, quiz)

        assert attempt.due_at == attempt.started_at + 19 * MINUTE  # 18.75, in her favour
        actions.submit(attempt, with_blanks=True)
        assert actions.start(alice, quiz).number == 2

    def test_more_attempts_do_not_limit_a_quiz_without_limit(
        self, alice: User, ines: User, quiz: Quiz
    ) -> None:
        accommodate(alice, ines, time_percent=100, extra_attempts=1, reason="Decision 12")
        for _ in range(3):
            submitted(alice, quiz)

        assert queries.standing(alice, quiz).refusal == ""

    def test_what_was_saved_in_time_counts(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        attempt = actions.start(alice, make_quiz("time_limit_minutes = 10"))
        actions.save(attempt, {1: right_sheet(attempt)[1]})
        clock.shift(10 * MINUTE)

        actions.close_if_over(attempt)

        assert (attempt.status, attempt.score) == ("marked", 1)
        assert attempt.submitted_at == attempt.due_at

    def test_what_comes_late_changes_nothing(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        attempt = actions.start(alice, make_quiz("time_limit_minutes = 10"))
        clock.shift(10 * MINUTE)

        with pytest.raises(actions.EndedError, match="time of this attempt is over"):
            actions.save(attempt, right_sheet(attempt))
        with pytest.raises(actions.EndedError, match="time of this attempt is over"):
            actions.submit(attempt, with_blanks=True)

        assert {answer.fields == {} for answer in attempt.answers.all()} == {True}

    def test_the_sweeper_closes_what_nobody_looks_at(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        attempt = actions.start(alice, make_quiz("time_limit_minutes = 10"))
        close_overdue()
        attempt.refresh_from_db()
        assert attempt.status == "open"
        clock.shift(10 * MINUTE)

        close_overdue()

        attempt.refresh_from_db()
        assert attempt.status == "marked"
        assert actions.close_overdue() == 0

    def test_an_attempt_that_cannot_be_marked_holds_up_no_other(
        self, alice: User, ines: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        quiz = make_quiz("time_limit_minutes = 10")
        broken, good = actions.start(alice, quiz), actions.start(ines, quiz)
        version = QuestionVersion.objects.create(content_hash="0" * 64, source={"document": {}})
        broken.answers.update(version=version)
        clock.shift(10 * MINUTE)

        with pytest.raises(KeyError):
            actions.close_if_over(broken)
        assert actions.close_overdue() == 1

        good.refresh_from_db()
        assert good.status == "marked"
        broken.refresh_from_db()
        assert (broken.status, states(broken)) == ("open", ["open", "open"])

    def test_a_late_attempt_is_taken_and_loses_points(
        self, alice: User, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        rules = 'due = 2026-06-01T12:30:00Z\nlate = "accepted"\nlate_penalty_percent = 25'
        quiz = make_quiz(rules)
        attempt = actions.start(alice, quiz)
        clock.shift(31 * MINUTE)
        actions.save(attempt, right_sheet(attempt))
        actions.submit(attempt)

        attempt.refresh_from_db()
        assert (attempt.is_late, attempt.score) == (True, 1.5)


class TestSave:
    def test_it_keeps_what_is_typed(self, alice: User, quiz: Quiz) -> None:
        attempt = actions.start(alice, quiz)
        sheet = right_sheet(attempt)

        actions.save(attempt, {2: sheet[2]})

        first, second = attempt.answers.order_by("position")
        assert (first.fields, second.fields) == ({}, sheet[2])
        assert second.status == "open"

    def test_it_may_be_taken_back(self, alice: User, quiz: Quiz) -> None:
        attempt = actions.start(alice, quiz)
        actions.save(attempt, right_sheet(attempt))

        actions.save(attempt, {1: {}})

        assert attempt.answers.get(position=1).fields == {}

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"": ["forged"]}, "not one of this question's answers"),
            ({"": ["a", "b"]}, "does not fit its question"),
            ({"": ["a\0"]}, "does not fit its question"),
            ({"": ["x" * 20_001]}, "may have 20,000 characters"),
            ({str(n): ["x"] for n in range(61)}, "more parts than its question"),
        ],
    )
    def test_it_refuses_what_is_no_answer(
        self, alice: User, quiz: Quiz, fields: dict[str, list[str]], sentence: str
    ) -> None:
        attempt = actions.start(alice, quiz)
        right = right_sheet(attempt)

        with pytest.raises(actions.AnswersError) as refused:
            actions.save(attempt, {1: fields, 2: right[2]})

        assert sentence in refused.value.faults[1]
        assert [answer.fields for answer in attempt.answers.all()] == [{}, {}]

    def test_it_refuses_a_question_that_was_not_asked(self, alice: User, quiz: Quiz) -> None:
        attempt = actions.start(alice, quiz)

        with pytest.raises(actions.AnswersError) as refused:
            actions.save(attempt, {1: right_sheet(attempt)[1], 3: {"": ["x"]}})

        assert refused.value.faults == {3: actions.FOREIGN}
        assert attempt.answers.get(position=1).fields == {}


class TestSubmit:
    def test_it_marks_all_answers(self, alice: User, quiz: Quiz) -> None:
        attempt = submitted(alice, quiz, right=1)

        assert (attempt.status, attempt.score, attempt.is_late) == ("marked", 1, False)
        assert states(attempt) == ["marked", "marked"]
        assert attempt.answers.filter(is_first=True).count() == 2

    def test_it_counts_points_of_questions(self, alice: User, make_quiz: MakeQuiz) -> None:
        attempt = submitted(alice, make_quiz(tables="[points]\nwho-deletes = 3"), right=1)

        assert (attempt.score, attempt.max_score) == (3, 4)

    def test_it_says_once_what_is_blank(self, alice: User, quiz: Quiz) -> None:
        attempt = actions.start(alice, quiz)
        actions.save(attempt, {1: right_sheet(attempt)[1]})

        with pytest.raises(actions.BlanksError, match="Question 2 is not answered") as refused:
            actions.submit(attempt)

        assert refused.value.positions == [2]
        attempt.refresh_from_db()
        assert attempt.status == "open"

        actions.submit(attempt, with_blanks=True)
        attempt.refresh_from_db()
        assert (attempt.status, attempt.score) == ("marked", 1)
        assert attempt.answers.get(position=2).score == 0

    def test_a_second_time_changes_nothing(self, alice: User, quiz: Quiz) -> None:
        attempt = submitted(alice, quiz)

        with pytest.raises(actions.EndedError, match="submitted already"):
            actions.submit(attempt)
        with pytest.raises(actions.EndedError, match="submitted already"):
            actions.save(attempt, {1: wrong_fields(attempt, 1)})

        attempt.refresh_from_db()
        assert attempt.score == 2

    def test_each_further_attempt_loses_points(self, alice: User, make_quiz: MakeQuiz) -> None:
        quiz = make_quiz("penalty_percent = 40")

        assert [submitted(alice, quiz).score for _ in range(4)] == [2, 1.2, 0.4, 0]


class TestHints:
    def test_it_shows_one_more(self, alice: User, make_quiz: MakeQuiz) -> None:
        attempt = actions.start(alice, make_quiz("hints = true", **HINTED))

        for _ in range(3):
            actions.show_hint(attempt, 2)

        assert attempt.answers.get(position=2).hints_shown == 2  # there are two

    def test_it_refuses_where_the_quiz_shows_none(self, alice: User, make_quiz: MakeQuiz) -> None:
        attempt = actions.start(alice, make_quiz(**HINTED))

        with pytest.raises(actions.RefusedError, match="shows no hints"):
            actions.show_hint(attempt, 2)

    def test_it_refuses_a_question_that_was_not_asked(
        self, alice: User, make_quiz: MakeQuiz
    ) -> None:
        attempt = actions.start(alice, make_quiz("hints = true", **HINTED))

        with pytest.raises(actions.RefusedError, match="does not have"):
            actions.show_hint(attempt, 9)


class TestArtefacts:
    """A grading worker looks at some answers first: here the test plays its part."""

    @pytest.fixture
    def attempt(self, alice: User, quiz: Quiz) -> Attempt:
        """An open attempt whose second question asks for an artefact."""
        attempt = actions.start(alice, quiz)
        question = ARTEFACTS[0].variant(1).question
        second = attempt.answers.get(position=2)
        second.version = answering.keep_version(question)
        second.module, second.question, second.seed = question.module, question.slug, 1
        second.save()
        actions.save(attempt, {1: right_sheet_of_first(attempt), 2: right_artefact()})
        return attempt

    def test_the_attempt_waits_for_the_last_mark(self, attempt: Attempt) -> None:
        actions.submit(attempt)

        attempt.refresh_from_db()
        assert (attempt.status, attempt.score) == ("marking", None)
        assert states(attempt) == ["marked", "marking"]

        answering.record_mark(attempt.answers.get(position=2), Mark(0.5))

        attempt.refresh_from_db()
        assert (attempt.status, attempt.score) == ("marked", 1.5)

    def test_what_is_half_written_is_kept_but_not_submitted(self, attempt: Attempt) -> None:
        half = {"": ['{"source": ["orders"']}

        actions.save(attempt, {2: half})

        assert attempt.answers.get(position=2).fields == half
        with pytest.raises(actions.AnswersError) as refused:
            actions.submit(attempt)
        assert "not JSON" in refused.value.faults[2]

    def test_what_is_half_written_when_the_time_is_over_is_worth_nothing(
        self, attempt: Attempt, clock: Clock
    ) -> None:
        actions.save(attempt, {2: {"": ['{"source": ["orders"']}})
        Attempt.objects.filter(pk=attempt.pk).update(due_at="2026-06-01T11:00:00Z")
        attempt.refresh_from_db()

        actions.close_if_over(attempt)

        assert (attempt.status, attempt.score) == ("marked", 1)


HINTED = {
    "queues/questions/how-often.yaml": """\
kind: multiple_choice
prompt: How often may a message arrive?
hints: ["Think of a lost answer.", "Not once."]
options:
  - text: Once
    feedback: Standard queues promise at least once.
  - text: At least once
    correct: true
explanation: Duplicates are normal.
"""
}


def right_sheet_of_first(attempt: Attempt) -> dict[str, list[str]]:
    variant = answering.variant_for(attempt.answers.select_related("version").get(position=1))
    return {"": [variant.correct_option.id]}  # type: ignore[attr-defined]


def right_artefact() -> dict[str, list[str]]:
    sample = ARTEFACTS[0]
    return {part: list(values) for part, values in sample.ladder(sample.variant(1))[-1].items()}
