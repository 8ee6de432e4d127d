"""The pages of quizzes, for each kind of visitor and each kind of bad input."""

import datetime as dt
import re
from http import HTTPStatus

import pytest
import time_machine
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from learn.accounts.models import User
from learn.catalog.catalogue import Quiz
from learn.quizzes import actions
from learn.quizzes.models import Answer, Attempt
from tests.learn.quizzes.conftest import URL, MakeQuiz, Sheet, form_of, right_sheet, wrong_fields
from tests.learn.quizzes.test_actions import HINTED

Clock = time_machine.Traveller
START = f"{URL}attempts/"
MINUTE = dt.timedelta(minutes=1)
PAGE_QUERIES = 12


def begin(client: Client) -> Attempt:
    """Press "Begin"."""
    answer = client.post(START)
    attempt = Attempt.objects.get(status="open")
    assertRedirects(answer, url_of(attempt), fetch_redirect_response=False)
    return attempt


def url_of(attempt: Attempt) -> str:
    return f"{START}{attempt.pk}/"


def send(
    client: Client, attempt: Attempt, sheet: Sheet | None = None, do: str = "submit"
) -> HttpResponseBase:
    """The whole form: right answers, or those of the sheet."""
    answers = right_sheet(attempt) if sheet is None else sheet
    return client.post(url_of(attempt), form_of(answers, do=do))


def offered(client: Client, attempt: Attempt) -> list[str]:
    """The options of all questions, in the order in which the page shows them."""
    return re.findall(
        r'type="radio" name="(q[0-9]+" value="[0-9a-f]+)"', client.get(url_of(attempt)).text
    )


def nothing_changed(attempt: Attempt) -> bool:
    attempt.refresh_from_db()
    fields = [answer.fields for answer in attempt.answers.all()]
    return attempt.status == "open" and fields == [{}, {}]


class TestQuiz:
    def test_it_tells_everyone_the_rules(self, anonymous: Client, make_quiz: MakeQuiz) -> None:
        make_quiz("time_limit_minutes = 20\nattempts = 3\npenalty_percent = 10")
        page = anonymous.get(URL)
        assertContains(page, "2 questions, 2 points.")
        assertContains(page, "20 minutes from the moment that you begin")
        assertContains(page, "Your best attempt counts.")
        assertContains(page, "Each one after the first loses 10 % of its points.")
        assertContains(page, 'href="/accounts/login/?next=/modules/queues/quizzes/check/"')
        assertNotContains(page, "How often may a message arrive?")

    def test_a_learner_may_begin(self, as_alice: Client, make_quiz: MakeQuiz) -> None:
        make_quiz("attempts = 3")
        assertContains(as_alice.get(URL), "3 attempts left")
        begin(as_alice)
        assertContains(as_alice.get(URL), "Go on with attempt 1")

    def test_it_says_why_no_attempt_may_begin(self, as_alice: Client, make_quiz: MakeQuiz) -> None:
        make_quiz("closes = 2026-01-01T12:00:00Z")
        page = as_alice.get(URL)
        assertContains(page, "This quiz closed on 1 January 2026, 12:00 UTC.")
        assertNotContains(page, "Begin</button>")
        refused = as_alice.post(START)
        assertContains(refused, "This quiz closed on", status_code=422)
        assert not Attempt.objects.exists()

    def test_it_asks_for_a_log_in_to_begin(self, anonymous: Client, quiz: Quiz) -> None:
        assertRedirects(anonymous.post(START), f"/accounts/login/?next={START}")
        assert not Attempt.objects.exists()

    def test_a_double_click_begins_one_attempt(self, as_alice: Client, quiz: Quiz) -> None:
        assert as_alice.post(START)["Location"] == as_alice.post(START)["Location"]
        assert Attempt.objects.count() == 1

    def test_it_refuses_who_begins_all_the_time(self, as_alice: Client, quiz: Quiz) -> None:
        for _ in range(20):
            as_alice.post(START)
        refused = as_alice.post(START)
        assertContains(refused, "Wait a minute, then begin again.", status_code=429)

    def test_it_lists_attempts_and_the_result(
        self, as_alice: Client, alice: User, quiz: Quiz
    ) -> None:
        attempt = begin(as_alice)
        send(as_alice, attempt)
        page = as_alice.get(URL)
        assertContains(page, "2 of 2 points")
        assertContains(page, "Passed</span>")
        assertContains(page, f'href="{url_of(attempt)}"')
        assertContains(page, "Begin another attempt")

    def test_it_answers_404_for_what_is_not_there(self, as_alice: Client, quiz: Quiz) -> None:
        nowhere = ("/modules/nope/quizzes/check/", "/modules/queues/quizzes/nope/")
        for url in (*nowhere, f"{START}1/", f"{nowhere[1]}attempts/1/", f"{START}{10**30}/"):
            assert as_alice.get(url).status_code == 404
        for url in (*(f"{one}attempts/" for one in nowhere), f"{START}1/", f"{START}1/save/"):
            assert as_alice.post(url).status_code == 404

    def test_it_refuses_forms_without_a_csrf_token(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = as_alice.cookies
        for url in (START, url_of(attempt), f"{url_of(attempt)}save/"):
            assert strict.post(url).status_code == 403


class TestOpenAttempt:
    def test_it_asks_without_telling(self, as_alice: Client, quiz: Quiz) -> None:
        page = as_alice.get(url_of(begin(as_alice)))
        assertContains(page, "How often may a message arrive?")
        assertContains(page, "Question 2 of 2")
        for secret in ("correct", "Duplicates are normal", "Receiving only hides it"):
            assertNotContains(page, secret)

    def test_it_shows_what_was_saved_with_the_same_variant(
        self, as_alice: Client, quiz: Quiz
    ) -> None:
        attempt = begin(as_alice)
        before = offered(as_alice, attempt)
        sheet = right_sheet(attempt)
        send(as_alice, attempt, {1: sheet[1]}, do="save")
        page = as_alice.get(url_of(attempt))
        assertContains(page, f'name="q1" value="{sheet[1][""][0]}" checked')
        assert offered(as_alice, attempt) == before
        assert len(set(before)) == 5

    def test_it_says_when_it_ends(
        self, as_alice: Client, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        make_quiz("time_limit_minutes = 10")
        attempt = begin(as_alice)
        clock.shift(4 * MINUTE)
        page = as_alice.get(url_of(attempt))
        assertContains(page, 'data-seconds-left="360"')
        assertContains(page, "12:10:00 UTC")

    def test_it_is_hidden_from_everyone_else(
        self, as_alice: Client, as_ines: Client, as_mallory: Client, anonymous: Client, quiz: Quiz
    ) -> None:
        attempt = begin(as_alice)
        url = url_of(attempt)
        assertRedirects(anonymous.get(url), f"/accounts/login/?next={url}")
        for client in (as_ines, as_mallory):
            assert client.post(url, form_of(right_sheet(attempt))).status_code == 404
            assert client.post(f"{url}save/").status_code == 404
        assert as_mallory.get(url).status_code == 404
        page = as_ines.get(url)
        assertContains(page, "Not submitted yet")
        assertNotContains(page, "How often may a message arrive?")
        assert nothing_changed(attempt)

    def test_its_page_takes_few_queries(
        self,
        as_alice: Client,
        quiz: Quiz,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        attempt = begin(as_alice)
        with django_assert_max_num_queries(PAGE_QUERIES):
            as_alice.get(url_of(attempt))
        with django_assert_max_num_queries(PAGE_QUERIES):
            as_alice.get(URL)

    def test_a_hint_is_shown_beside_what_is_typed(
        self, as_alice: Client, make_quiz: MakeQuiz
    ) -> None:
        make_quiz("hints = true", **HINTED)
        attempt = begin(as_alice)
        assertContains(as_alice.get(url_of(attempt)), "Show a hint", count=1)
        sheet = right_sheet(attempt)
        answer = as_alice.post(url_of(attempt), form_of(sheet, hint="q2"))
        assert answer["Location"] == f"{url_of(attempt)}#q2"
        page = as_alice.get(url_of(attempt))
        assertContains(page, "Think of a lost answer.")
        assertNotContains(page, "Not once.")
        typed = re.findall(r'type="radio"[^>]* checked', page.text)
        assert len(typed) == 2

    def test_a_quiz_may_show_no_hints(self, as_alice: Client, make_quiz: MakeQuiz) -> None:
        make_quiz(**HINTED)
        attempt = begin(as_alice)
        assertNotContains(as_alice.get(url_of(attempt)), "Show a hint")
        refused = as_alice.post(url_of(attempt), {"hint": "q2"})
        assertContains(refused, "This quiz shows no hints.", status_code=422)


class TestSave:
    def test_it_saves_one_answer(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        sheet = right_sheet(attempt)
        answer = as_alice.post(f"{url_of(attempt)}save/", form_of({2: sheet[2]}, part="q2"))
        assert answer.json() == {"answered": [2]}
        assert [a.fields for a in attempt.answers.order_by("position")] == [{}, sheet[2]]

    def test_it_saves_that_nothing_is_chosen_any_more(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        actions.save(attempt, right_sheet(attempt))
        answer = as_alice.post(f"{url_of(attempt)}save/", {"part": "q1"})
        assert answer.json() == {"answered": [2]}

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"q1": "forged", "part": "q1"}, "not one of this question's answers"),
            ({"q1-x": "1", "part": "q1"}, "does not fit its question"),
            ({"q7": "x", "part": "q7"}, "does not have"),
            ({"part": "q7"}, "does not have"),
            ({"q1": "x" * 20_001, "part": "q1"}, "may have 20,000 characters"),
        ],
    )
    def test_it_refuses_bad_input_with_a_sentence(
        self, as_alice: Client, quiz: Quiz, form: dict[str, str], sentence: str
    ) -> None:
        attempt = begin(as_alice)
        answer = as_alice.post(f"{url_of(attempt)}save/", form)
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert sentence in answer.json()["error"]
        assert nothing_changed(attempt)

    def test_it_says_that_somebody_is_logged_out(
        self, as_alice: Client, anonymous: Client, quiz: Quiz
    ) -> None:
        answer = anonymous.post(f"{url_of(begin(as_alice))}save/")
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        assert "Log in again" in answer.json()["error"]

    def test_it_refuses_what_comes_after_the_time(
        self, as_alice: Client, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        make_quiz("time_limit_minutes = 10")
        attempt = begin(as_alice)
        clock.shift(10 * MINUTE)
        form = form_of(right_sheet(attempt), part="q1")
        answer = as_alice.post(f"{url_of(attempt)}save/", form)
        assert answer.status_code == HTTPStatus.CONFLICT
        assert answer.json()["ended"]
        assert nothing_changed(attempt)


class TestSubmit:
    def test_it_leads_to_the_result(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        sheet = {**right_sheet(attempt), 1: wrong_fields(attempt, 1)}
        page = as_alice.post(url_of(attempt), form_of(sheet, do="submit"), follow=True)
        assertContains(page, "1 of 2 points")
        assertContains(page, "A consumer deletes what it has done.")
        assertContains(page, "/modules/queues/lessons/message-life/#who-deletes-it")
        assertContains(page, 'href="/modules/queues/labs/worker/"')
        assertNotContains(page, "receive deletes")  # misconceptions are for instructors

    def test_it_says_what_is_blank_and_then_takes_it(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        sheet = {1: right_sheet(attempt)[1]}
        page = send(as_alice, attempt, sheet)
        assertContains(page, "Question 2 is not answered.", status_code=422)
        assertContains(page, "Submit with 1 unanswered", status_code=422)
        attempt.refresh_from_db()
        assert attempt.status == "open"

        send(as_alice, attempt, sheet, do="submit-with-blanks")

        attempt.refresh_from_db()
        assert (attempt.status, attempt.score) == ("marked", 1)

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"q2": "forged"}, "That is not one of this question&#x27;s answers."),
            ({"q2": ["a", "b"]}, "This answer does not fit its question."),
            ({"q3": "x"}, "a question that the attempt does not have"),
            ({"q2": "x" * 20_001}, "may have 20,000 characters"),
        ],
    )
    def test_it_refuses_bad_input_and_keeps_the_page(
        self, as_alice: Client, quiz: Quiz, form: dict[str, str], sentence: str
    ) -> None:
        attempt = begin(as_alice)
        right = right_sheet(attempt)[1][""][0]
        page = as_alice.post(url_of(attempt), {"q1": right, "do": "submit", **form})
        assertContains(page, sentence, status_code=422)
        assertContains(page, f'value="{right}" checked', status_code=422)
        assertContains(page, "data-unsaved", status_code=422)
        assert nothing_changed(attempt)

    def test_a_page_that_is_older_than_what_is_saved_erases_nothing(
        self, as_alice: Client, quiz: Quiz
    ) -> None:
        attempt = begin(as_alice)
        sheet = right_sheet(attempt)
        as_alice.post(f"{url_of(attempt)}save/", form_of({1: sheet[1]}, part="q1"))

        send(as_alice, attempt, {2: sheet[2]})

        attempt.refresh_from_db()
        assert (attempt.status, attempt.score) == ("marked", 2)

    def test_a_stale_form_changes_nothing(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        send(as_alice, attempt)
        wrong = {n: wrong_fields(attempt, n) for n in (1, 2)}
        page = as_alice.post(url_of(attempt), form_of(wrong, do="submit"), follow=True)
        assertContains(page, "This attempt was submitted already.")
        assertContains(page, "2 of 2 points")
        assert Answer.objects.count() == 2

    def test_a_form_that_comes_after_the_time_changes_nothing(
        self, as_alice: Client, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        make_quiz("time_limit_minutes = 10")
        attempt = begin(as_alice)
        sheet = right_sheet(attempt)
        send(as_alice, attempt, {1: sheet[1]}, do="save")
        clock.shift(10 * MINUTE)
        page = as_alice.post(url_of(attempt), form_of(sheet, do="submit"), follow=True)
        assertContains(page, "The time of this attempt is over.")
        assertContains(page, "1 of 2 points")

    def test_who_looks_closes_what_is_over(
        self, as_alice: Client, as_ines: Client, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        make_quiz("time_limit_minutes = 10")
        attempt = begin(as_alice)
        clock.shift(10 * MINUTE)
        assertContains(as_ines.get(url_of(attempt)), "0 of 2 points")
        assertContains(as_alice.get(URL), "0 of 2 points")

    def test_saving_without_the_script_goes_on_later(self, as_alice: Client, quiz: Quiz) -> None:
        attempt = begin(as_alice)
        assertRedirects(send(as_alice, attempt, do="later"), URL)
        assert attempt.answers.exclude(fields={}).count() == 2


class TestResult:
    """Everything that an attempt tells, by what the quiz releases."""

    MARKS = ("1 of 2 points", ">Right</span>", ">Wrong</span>")
    FEEDBACK = ("Receiving only hides it.", "message-life/#who-deletes-it")
    SOLUTIONS = ("A consumer deletes what it has done.", "Right answer")

    def submitted(self, client: Client) -> Attempt:
        attempt = begin(client)
        first = attempt.answers.get(position=1)
        queue = next(
            option
            for option in actions.answering.variant_for(first).options  # type: ignore[attr-defined]
            if "queue" in option.html
        )
        send(client, attempt, {**right_sheet(attempt), 1: {"": [queue.id]}})
        return attempt

    def shown(self, client: Client, attempt: Attempt) -> str:
        """M, F and S for what the page shows; small letters for what it must not show."""
        page = client.get(url_of(attempt)).text
        found = ""
        for letter, texts in zip("MFS", (self.MARKS, self.FEEDBACK, self.SOLUTIONS), strict=True):
            there = [text in page for text in texts]
            assert len(set(there)) == 1, (letter, there)
            found += letter if all(there) else letter.lower()
        return found

    @pytest.mark.parametrize(
        ("review", "shown"),
        [
            ("", "MFS"),
            ('marks = "never"\nfeedback = "never"\nsolutions = "never"', "mfs"),
            ('feedback = "never"\nsolutions = "never"', "Mfs"),
            ('solutions = "never"', "MFs"),
        ],
    )
    def test_it_shows_what_is_released(
        self, as_alice: Client, as_ines: Client, make_quiz: MakeQuiz, review: str, shown: str
    ) -> None:
        make_quiz(tables=f"[review]\n{review}")
        attempt = self.submitted(as_alice)
        assert self.shown(as_alice, attempt) == shown
        assert self.shown(as_ines, attempt) == "MFS"

    def test_marks_that_are_kept_back_stand_nowhere(
        self, as_alice: Client, make_quiz: MakeQuiz
    ) -> None:
        make_quiz(tables='[review]\nmarks = "never"\nfeedback = "never"\nsolutions = "never"')
        attempt = self.submitted(as_alice)
        for url in (URL, url_of(attempt)):
            page = as_alice.get(url)
            assertNotContains(page, "1 of 2")
            assertNotContains(page, "badge-passed")
        assertContains(page, "This quiz does not show marks.")

    def test_after_passing(self, as_alice: Client, make_quiz: MakeQuiz) -> None:
        make_quiz(tables='[review]\nsolutions = "after_passing"\npass_percent = 100')
        attempt = self.submitted(as_alice)
        assert self.shown(as_alice, attempt) == "MFs"
        send(as_alice, begin(as_alice))
        assert self.shown(as_alice, attempt) == "MFS"

    def test_after_the_last_attempt(self, as_alice: Client, make_quiz: MakeQuiz) -> None:
        make_quiz("attempts = 2", '[review]\nsolutions = "after_last_attempt"')
        attempt = self.submitted(as_alice)
        assert self.shown(as_alice, attempt) == "MFs"
        last = begin(as_alice)
        assert self.shown(as_alice, attempt) == "MFs"  # while the last one is open
        send(as_alice, last)
        assert self.shown(as_alice, attempt) == "MFS"

    def test_after_the_quiz_closes(
        self, as_alice: Client, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        rules = "closes = 2026-06-01T12:10:00Z"
        make_quiz(
            rules, '[review]\nmarks = "after_close"\nfeedback = "never"\nsolutions = "never"'
        )
        attempt = self.submitted(as_alice)
        assert self.shown(as_alice, attempt) == "mfs"
        clock.shift(10 * MINUTE)
        assert self.shown(as_alice, attempt) == "Mfs"

    def test_it_is_shown_to_the_instructor_and_hidden_from_strangers(
        self, as_alice: Client, as_ines: Client, as_mallory: Client, anonymous: Client, quiz: Quiz
    ) -> None:
        url = url_of(self.submitted(as_alice))
        assertContains(as_ines.get(url), "Attempt of Alice")
        assert as_mallory.get(url).status_code == 404
        assertRedirects(anonymous.get(url), f"/accounts/login/?next={url}")

    def test_it_takes_few_queries(
        self,
        as_alice: Client,
        as_ines: Client,
        quiz: Quiz,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        url = url_of(self.submitted(as_alice))
        for client in (as_alice, as_ines):
            with django_assert_max_num_queries(PAGE_QUERIES):
                client.get(url)

    def test_it_names_the_penalties(
        self, as_alice: Client, clock: Clock, make_quiz: MakeQuiz
    ) -> None:
        late = 'due = 2026-06-01T11:00:00Z\nlate = "accepted"\nlate_penalty_percent = 50'
        make_quiz(f"penalty_percent = 20\n{late}")
        self.submitted(as_alice)
        page = as_alice.get(url_of(self.submitted(as_alice)))
        assertContains(page, "0.4 of 2 points")
        assertContains(page, "20 % less for each attempt after the first.")
        assertContains(page, "50 % less, because it was submitted after 1 June 2026, 11:00 UTC.")
