import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from labs import LabSpec
from learn.accounts.models import User
from learn.submissions.actions import record_report, record_start
from learn.submissions.models import Submission
from learn.submissions.reports import parse_report
from tests.conftest import PASSWORD
from tests.learn.course_files import LAB, STARTER, write_course
from tests.learn.submissions.conftest import CODE, Broker, MakeSubmission, report_json

pytestmark = pytest.mark.django_db(transaction=True)

LAB_URL = "/modules/queues/labs/worker/"
SUBMIT_URL = f"{LAB_URL}submit/"
LOG_IN_URL = f"/accounts/login/?next={LAB_URL}"
HTMX = {"HX-Request": "true"}
FORM = {"file-handler.py": CODE}

both_ways = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


@pytest.fixture(autouse=True)
def steady_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow a test is, its pages ask at the same pace."""
    monkeypatch.setattr("learn.core.polling.STEPS", ((60, 150),))


def page_of(submission: Submission) -> str:
    return reverse("submissions:submission", args=[submission.pk])


def test_it_shows_brief_and_starter_to_everyone(anonymous: Client) -> None:
    page = anonymous.get(LAB_URL)
    assertContains(page, "<strong>worker</strong>")
    assertContains(page, "def handler(event, context):")
    assertContains(page, '<label class="editor-name" for="lab_file_1">handler.py</label>')
    assertContains(page, "You will be asked to log in. Your code is kept.")


def test_it_shows_hints_one_inside_the_other(
    anonymous: Client, tmp_path: Path, settings: Settings
) -> None:
    toml = 'hints = ["Look at **time**.", "Think.", "Wait."]\n' + LAB
    files = {"queues/labs/worker/lab.toml": toml}
    settings.CONTENT_DIRS = (write_course(tmp_path / "hints", files),)

    page = anonymous.get(LAB_URL)

    assertContains(page, "Look at <strong>time</strong>.")
    text = page.content.decode()
    order = [
        text.index(part) for part in ("Show a hint", "time", "next hint", "last hint", "Wait")
    ]
    assert order == sorted(order)


def test_it_shows_the_newest_submission(as_alice: Client, make_submission: MakeSubmission) -> None:
    make_submission(verdict="failed", files={"handler.py": "my = 'code'\n"})
    page = as_alice.get(LAB_URL)
    assertContains(page, "my = &#x27;code&#x27;")
    assertContains(page, "Not there yet")


def test_it_keeps_the_first_empty_line_of_a_file(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    """Browsers drop one line break after <textarea>, so the page sends one more."""
    make_submission(verdict="failed", files={"handler.py": "\nx = 1\n"})
    assertContains(as_alice.get(LAB_URL), 'data-file="handler.py">\n\nx = 1\n</textarea>')


def test_it_shows_nobody_elses_code(as_ines: Client, make_submission: MakeSubmission) -> None:
    make_submission(verdict="failed", files={"handler.py": "my = 'code'\n"})
    assertNotContains(as_ines.get(LAB_URL), "my = ")


@pytest.mark.parametrize("url", ["/modules/queues/labs/nope/", "/modules/nope/labs/worker/"])
def test_it_answers_404_for_an_unknown_lab(as_alice: Client, broker: Broker, url: str) -> None:
    assert as_alice.get(url).status_code == 404
    assert as_alice.post(f"{url}submit/", FORM).status_code == 404
    assert broker.jobs == []


def test_it_submits_and_shows_the_submissions_page(as_alice: Client, broker: Broker) -> None:
    answer = as_alice.post(SUBMIT_URL, FORM)
    submission = Submission.objects.get()
    assertRedirects(answer, page_of(submission))
    assert broker.ids == [str(submission.pk)]
    assert submission.files == {"handler.py": CODE}


def test_it_answers_htmx_with_a_report_that_polls(as_alice: Client, broker: Broker) -> None:
    part = as_alice.post(SUBMIT_URL, FORM, headers=HTMX)
    submission = Submission.objects.get()
    assertNotContains(part, "<html")
    assertContains(part, f'hx-get="{page_of(submission)}?seen=150-sent-1"')
    assertContains(part, 'hx-trigger="every 150ms"')
    assertContains(part, "Your code is being graded.")


def test_it_reads_the_line_ends_of_browsers(as_alice: Client, broker: Broker) -> None:
    as_alice.post(SUBMIT_URL, {"file-handler.py": "a = 1\r\nb = 2\r\n"})
    assert Submission.objects.get().files == {"handler.py": "a = 1\nb = 2\n"}


def test_it_supersedes_the_submission_that_is_queued(as_alice: Client, broker: Broker) -> None:
    as_alice.post(SUBMIT_URL, FORM)
    as_alice.post(SUBMIT_URL, FORM)
    newer, older = Submission.objects.all()
    assert older.is_superseded
    page = as_alice.get(page_of(older))
    assertContains(page, "a newer submission replaced it")
    assertContains(page, f'href="{page_of(newer)}"')
    assertNotContains(page, "hx-trigger")


def test_it_tells_that_an_earlier_submission_comes_first(as_alice: Client, broker: Broker) -> None:
    as_alice.post(SUBMIT_URL, FORM)
    part = as_alice.post(SUBMIT_URL, FORM, headers=HTMX)
    newer, older = Submission.objects.all()
    assertContains(part, "as soon as your earlier submission is through")
    same = as_alice.get(f"{page_of(newer)}?seen=150-waiting", headers=HTMX)
    assert same.status_code == 204
    record_report(older.pk, parse_report(report_json()))
    part = as_alice.get(f"{page_of(newer)}?seen=150-waiting", headers=HTMX)
    assertContains(part, "Your code is being graded.")


def test_it_shows_the_place_in_the_queue_and_the_start(
    as_alice: Client, ines: User, make_submission: MakeSubmission
) -> None:
    make_submission(user=ines)
    mine = make_submission()
    part = as_alice.get(page_of(mine), headers=HTMX)
    assertContains(part, "Place 2 in the queue")

    record_start(mine.pk, timezone.now())

    part = as_alice.get(f"{page_of(mine)}?seen=150-sent-2", headers=HTMX)
    assertContains(part, "Running")
    again = as_alice.get(f"{page_of(mine)}?seen=150-started", headers=HTMX)
    assert again.status_code == 204


def test_it_runs_for_nothing(as_alice: Client, broker: Broker) -> None:
    as_alice.post(SUBMIT_URL, {**FORM, "kind": "run"}, headers=HTMX)
    run = Submission.with_runs.get()
    record_report(run.pk, parse_report(report_json("failed")))

    page = as_alice.get(LAB_URL)

    assertContains(page, "A run is free: it costs no attempt.")
    assertNotContains(page, "3 points")


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("cpu_exceeded", "Your code looped"),
        ("timed_out", "Your code did not come to an end"),
        ("memory_exceeded", "Your code ran out of memory"),
        ("engine_error", "We failed: no attempt was used"),
    ],
)
def test_it_tells_apart_who_failed_and_how(
    as_alice: Client, make_submission: MakeSubmission, verdict: str, told: str
) -> None:
    assertContains(as_alice.get(page_of(make_submission(verdict=verdict))), told)


@both_ways
def test_it_refuses_who_submits_too_often(
    as_alice: Client,
    as_ines: Client,
    broker: Broker,
    settings: Settings,
    headers: dict[str, str],
) -> None:
    settings.SUBMISSIONS_PER_MINUTE = 2
    for _ in range(2):
        assert as_alice.post(SUBMIT_URL, FORM).status_code == 302
    form = {"file-handler.py": "precious = 1\n"}
    answer = as_alice.post(SUBMIT_URL, form, headers=headers)
    assertContains(answer, "wait a minute, then submit it again", status_code=429)
    assert answer.get("HX-Retarget") == ("#lab_message" if headers else None)
    assert headers or "precious = 1" in answer.content.decode()
    assert Submission.objects.count() == 2
    assert as_ines.post(SUBMIT_URL, FORM).status_code == 302


def test_it_counts_only_what_it_takes(
    as_alice: Client, broker: Broker, settings: Settings
) -> None:
    settings.SUBMISSIONS_PER_MINUTE = 1
    assert as_alice.post(SUBMIT_URL, {}).status_code == 422
    assert as_alice.post(SUBMIT_URL, FORM).status_code == 302


def test_it_knows_no_limit_at_zero(as_alice: Client, broker: Broker, settings: Settings) -> None:
    settings.SUBMISSIONS_PER_MINUTE = 0
    for _ in range(3):
        assert as_alice.post(SUBMIT_URL, FORM).status_code == 302


def test_it_lets_htmx_show_every_refusal(as_alice: Client) -> None:
    assertContains(as_alice.get(LAB_URL), '{"code": "413|422|429", "swap": true}')


def test_it_tells_that_the_queue_cannot_be_reached(as_alice: Client, broker: Broker) -> None:
    broker.is_down = True
    part = as_alice.post(SUBMIT_URL, FORM, headers=HTMX)
    assertContains(part, "the grading queue cannot be reached at the moment")
    assert Submission.objects.get().is_queued


BAD = [
    ({}, "Nothing was submitted"),
    ({"file-other.py": CODE}, "The file handler.py is missing."),
    ({**FORM, "file-other.py": CODE}, "does not belong to this lab"),
    ({**FORM, "file-../../etc/passwd": CODE}, "does not belong to this lab"),
    ({"file-handler.py": "x" * 65_537}, "handler.py is larger than 64 KiB"),
    ({"file-handler.py": "a\0b"}, "handler.py contains a NUL byte"),
]


@both_ways
@pytest.mark.parametrize(("form", "sentence"), BAD)
def test_it_says_what_is_wrong_with_the_files(
    as_alice: Client,
    broker: Broker,
    form: dict[str, str],
    sentence: str,
    headers: dict[str, str],
) -> None:
    answer = as_alice.post(SUBMIT_URL, form, headers=headers)
    assertContains(answer, sentence, status_code=422)
    assert answer.get("HX-Retarget") == ("#lab_message" if headers else None)
    assert not Submission.objects.exists()
    assert broker.jobs == []


def test_it_keeps_the_text_that_it_refuses(as_alice: Client, broker: Broker) -> None:
    form = {"file-handler.py": "kept = 1\n", "file-other.py": ""}
    assertContains(as_alice.post(SUBMIT_URL, form), "kept = 1", status_code=422)


@both_ways
@pytest.mark.parametrize("client", ["as_alice", "anonymous"])
def test_it_refuses_a_form_that_django_would_not_read(
    request: pytest.FixtureRequest,
    broker: Broker,
    settings: Settings,
    headers: dict[str, str],
    client: str,
) -> None:
    browser: Client = request.getfixturevalue(client)
    form = {"file-handler.py": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    answer = browser.post(SUBMIT_URL, form, headers=headers)
    assertContains(answer, "That is far too long to be graded", status_code=413)
    assert not Submission.objects.exists()


def test_it_refuses_bytes_in_a_form(as_alice: Client, broker: Broker) -> None:
    body = b"file-handler.py=%89PNG%0D%0A%1A%0A%00%ff%d8"
    answer = as_alice.post(SUBMIT_URL, body, content_type="application/x-www-form-urlencoded")
    assertContains(answer, "handler.py is not UTF-8 text (line 1)", status_code=422)


def test_it_takes_a_replacement_character_that_was_typed(as_alice: Client, broker: Broker) -> None:
    code = "print('\N{REPLACEMENT CHARACTER}')\n"
    assert as_alice.post(SUBMIT_URL, {"file-handler.py": code}).status_code == 302
    assert Submission.objects.get().files == {"handler.py": code}


def test_it_refuses_a_form_without_a_csrf_token(as_alice: Client, broker: Broker) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_alice.cookies
    assert strict.post(SUBMIT_URL, FORM).status_code == 403
    assert broker.jobs == []


def test_it_takes_a_form_with_its_csrf_token(as_alice: Client, broker: Broker) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_alice.cookies
    token = strict.get(LAB_URL).context["csrf_token"]
    assert strict.post(SUBMIT_URL, {**FORM, "csrfmiddlewaretoken": token}).status_code == 302
    assert len(broker.jobs) == 1


def log_in(browser: Client, user: User) -> None:
    """Through the real log-in page, which makes a new session key."""
    form = {"login": user.email, "password": PASSWORD}
    answer = browser.post(LOG_IN_URL, form)
    assertRedirects(answer, LAB_URL, fetch_redirect_response=False)


@both_ways
def test_it_keeps_the_code_of_an_expired_session(
    anonymous: Client, alice: User, broker: Broker, headers: dict[str, str]
) -> None:
    form = {"file-handler.py": "precious = 1\n", "author": str(alice.pk)}
    answer = anonymous.post(SUBMIT_URL, form, headers=headers)
    assert answer.get("HX-Redirect", answer.get("Location")) == LOG_IN_URL
    assert (answer.status_code == 200) == bool(headers)
    assert not Submission.objects.exists()
    log_in(anonymous, alice)
    page = anonymous.get(LAB_URL)
    assertContains(page, "precious = 1")
    assertContains(page, "Your code was kept and is back in the editor")
    anonymous.post(SUBMIT_URL, {"file-handler.py": "precious = 1\n"})
    assert Submission.objects.get().user == alice
    assertNotContains(anonymous.get(LAB_URL), "Your code was kept")


def test_it_keeps_code_that_was_written_before_the_log_in(
    anonymous: Client, alice: User, broker: Broker
) -> None:
    anonymous.post(SUBMIT_URL, {"file-handler.py": "precious = 1\n", "author": ""})
    log_in(anonymous, alice)
    assertContains(anonymous.get(LAB_URL), "precious = 1")


def test_it_shows_kept_code_to_its_author_alone(
    anonymous: Client, alice: User, mallory: User, broker: Broker
) -> None:
    form = {"file-handler.py": "precious = 1\n", "author": str(alice.pk)}
    anonymous.post(SUBMIT_URL, form)
    log_in(anonymous, mallory)
    assertNotContains(anonymous.get(LAB_URL), "precious")


def test_it_keeps_no_code_that_could_not_be_graded(anonymous: Client, broker: Broker) -> None:
    answer = anonymous.post(SUBMIT_URL, {"file-handler.py": "x" * 70_000})
    assertContains(answer, "larger than 64 KiB", status_code=422)
    assert "sessionid" not in anonymous.cookies


def test_it_answers_204_while_nothing_changes(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    url = page_of(make_submission())
    assert as_alice.get(f"{url}?seen=150-sent-1", headers=HTMX).status_code == 204
    assertContains(as_alice.get(f"{url}?seen=150-unsent", headers=HTMX), "being graded")
    assertContains(as_alice.get(f"{url}?seen=500-sent-1", headers=HTMX), "every 150ms")


def test_it_stops_polling_with_the_verdict(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    url = page_of(make_submission(verdict="failed", score=1, max_score=3))
    part = as_alice.get(f"{url}?seen=150-sent-1", headers=HTMX)
    assertNotContains(part, "hx-trigger")
    assertNotContains(part, "<html")
    assertContains(part, 'data-verdict="failed"')
    assertContains(part, 'data-announcement="Not there yet. 1 of 3 points."')


def test_it_shows_everything_that_a_report_says(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    submission = make_submission(verdict="failed", score=1, max_score=3)
    page = as_alice.get(page_of(submission))
    for text in (
        "Good orders arrive",
        "Bad orders wait",
        "hidden check",
        "A &lt;bad&gt; order was lost.",
        "hello from the handler",
        "Call trace",
        "Recorded",
        "data-elapsed-ms",
        '<span class="linenos">1</span>',
    ):
        assertContains(page, text)


def test_it_owns_up_to_an_engine_error(as_alice: Client, make_submission: MakeSubmission) -> None:
    report = report_json("engine_error", message="The sandbox did not start.")
    page = as_alice.get(page_of(make_submission(verdict="engine_error", report=report)))
    assertContains(page, "We failed: no attempt was used")
    assertContains(page, "The sandbox did not start.")
    assertContains(page, "It says nothing about your code.")


def test_it_reloads_a_waiting_page_without_scripts(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    waiting = make_submission()
    assertContains(as_alice.get(page_of(waiting)), '<meta http-equiv="refresh" content="2">')
    done = make_submission(verdict="failed")
    assertNotContains(as_alice.get(page_of(done)), "http-equiv")


def test_it_shows_a_submission_of_a_lab_that_is_gone(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    submission = make_submission(lab="queues/gone", verdict="failed")
    assertContains(as_alice.get(page_of(submission)), "queues/gone")


def test_it_shows_a_submission_to_the_instructor(
    as_ines: Client, make_submission: MakeSubmission
) -> None:
    page = as_ines.get(page_of(make_submission(verdict="failed")))
    assertContains(page, "Submission of Alice")
    assertNotContains(page, "Back to the lab")


@both_ways
def test_it_hides_a_submission_from_a_stranger(
    as_mallory: Client, make_submission: MakeSubmission, headers: dict[str, str]
) -> None:
    url = page_of(make_submission(verdict="failed"))
    assert as_mallory.get(url, headers=headers).status_code == 404
    assert as_mallory.post(url, headers=headers).status_code == 405


def test_it_hides_an_instructors_submission_from_the_learner(
    as_alice: Client, ines: User, make_submission: MakeSubmission
) -> None:
    assert as_alice.get(page_of(make_submission(user=ines))).status_code == 404


def test_it_answers_404_for_an_unknown_submission(as_alice: Client) -> None:
    assert as_alice.get(f"/submissions/{uuid.uuid4()}/").status_code == 404


def test_it_asks_for_a_log_in(anonymous: Client, make_submission: MakeSubmission) -> None:
    url = page_of(make_submission())
    assertRedirects(anonymous.get(url), f"/accounts/login/?next={url}")
    part = anonymous.get(url, headers=HTMX)
    assertContains(part, "You are no longer logged in.")
    assertNotContains(part, "hx-get")


def test_it_asks_the_database_little(
    as_alice: Client,
    broker: Broker,
    make_submission: MakeSubmission,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    submission = make_submission(verdict="failed")
    with django_assert_num_queries(5):  # session, user, due reviews, newest submission and draft
        as_alice.get(LAB_URL)
    with django_assert_num_queries(3):
        as_alice.get(page_of(submission), headers=HTMX)


def test_it_never_caches_what_is_personal(
    as_alice: Client, make_submission: MakeSubmission
) -> None:
    for url in (LAB_URL, page_of(make_submission())):
        assert "no-store" in as_alice.get(url)["Cache-Control"]


def test_it_offers_the_starter_for_a_reset(as_alice: Client, spec: LabSpec) -> None:
    page = as_alice.get(LAB_URL)
    assert spec.starter["handler.py"] == STARTER
    assertContains(page, f'<template data-starter="handler.py">{STARTER}</template>')
