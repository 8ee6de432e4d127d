import json
from dataclasses import asdict
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from labs import AccountChange, Execution, Resource, Table, VisitedState
from learn.submissions.models import Submission
from tests.learn.submissions.conftest import MakeSubmission, report_json

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}
PICTURES = ("trace", "map", "account")
EVIL = "<script>alert(1)</script>"


def with_account(**fields: Any) -> dict[str, Any]:
    """A report whose every text is hostile."""
    machine = {"StartAt": EVIL, "States": {EVIL: {"Type": EVIL, "Next": EVIL}}}
    table = Table(EVIL, (EVIL,), ((EVIL,),))
    run = Execution(EVIL, "FAILED", EVIL, EVIL, (VisitedState(EVIL, "failed", 1),), table)
    resource = Resource(
        *("stepfunctions", "state machine", EVIL),
        facts=((EVIL, EVIL),),
        tables=(table,),
        texts=((EVIL, EVIL),),
        definition=json.dumps(machine),
        executions=(run,),
    )
    accounts = [asdict(AccountChange("one", (), (resource,), (resource.key,)))]
    return report_json("failed", accounts=accounts, **fields)


@pytest.fixture
def submission(make_submission: MakeSubmission) -> Submission:
    return make_submission(verdict="failed", report=with_account())


def url_of(submission: Submission, picture: str) -> str:
    return f"/submissions/{submission.pk}/pictures/{picture}/"


def test_a_report_links_to_the_pictures_without_having_them(
    as_alice: Client, submission: Submission
) -> None:
    page = as_alice.get(f"/submissions/{submission.pk}/")
    for picture in PICTURES:
        assertContains(page, f'hx-get="{url_of(submission, picture)}"')
    assertNotContains(page, "aws-call")
    assertNotContains(page, "data-graph")


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_it_shows_each_picture_and_escapes_what_learners_wrote(
    as_alice: Client, submission: Submission, picture: str, headers: dict[str, str]
) -> None:
    answer = as_alice.get(url_of(submission, picture), headers=headers)
    assertContains(answer, 'id="pictures"')
    assertContains(answer, 'aria-current="page"')
    assertNotContains(answer, EVIL)
    assert ("<html" in answer.content.decode()) is not bool(headers)


@pytest.mark.parametrize("picture", PICTURES)
def test_it_needs_few_queries(
    as_alice: Client,
    submission: Submission,
    picture: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(6):
        as_alice.get(url_of(submission, picture))


def test_a_call_says_all_that_is_known_of_it(as_alice: Client, submission: Submission) -> None:
    page = as_alice.get(url_of(submission, "trace"))
    for text in (
        "<b>DeleteMessage</b>",
        "AccessDenied",
        "handler.py:2",
        "7 ms",
        "made by function worker, HTTP 400, request <code>8aa87985</code>",
        "&quot;QueueUrl&quot;: &quot;&lt;queue&gt;&quot;",
    ):
        assertContains(page, text)


def test_it_filters_the_trace(as_alice: Client, submission: Submission) -> None:
    url = url_of(submission, "trace")
    assertContains(as_alice.get(url, {"errors": "1"}), "AccessDenied")
    assertContains(as_alice.get(url, {"resource": "queue none"}), "No call is like that.")


def test_it_marks_a_failed_checks_calls(as_alice: Client, make_submission: MakeSubmission) -> None:
    report = with_account()
    report["trace"] = [{**report["trace"][0], "check": "two", "at_ms": 42}]
    made = make_submission(verdict="failed", report=report)

    page = as_alice.get(url_of(made, "trace"))

    assertContains(page, "calls-group-failed")
    assertContains(page, "Check 2: failed")
    assertContains(page, "0.042 s")


def test_it_shows_old_reports(as_alice: Client, make_submission: MakeSubmission) -> None:
    report = report_json("failed")
    del report["accounts"]
    for name in ("at_ms", "made_by", "resources", "check", "answer", "parameters"):
        del report["trace"][0][name]
    old = make_submission(verdict="failed", report=report)

    page = as_alice.get(f"/submissions/{old.pk}/")

    assertNotContains(page, url_of(old, "account"))
    for picture in PICTURES:
        assert as_alice.get(url_of(old, picture)).status_code == 200


def test_the_instructor_sees_the_pictures_and_a_stranger_does_not(
    as_ines: Client, as_mallory: Client, submission: Submission
) -> None:
    for picture in PICTURES:
        assert as_ines.get(url_of(submission, picture)).status_code == 200
        assert as_mallory.get(url_of(submission, picture)).status_code == 404


def test_it_sends_who_is_logged_out_to_the_log_in_page(
    anonymous: Client, submission: Submission
) -> None:
    url = url_of(submission, "trace")
    assertRedirects(anonymous.get(url), f"/accounts/login/?next={url}")


def test_it_answers_404_for_other_pictures_and_without_a_report(
    as_alice: Client, submission: Submission, make_submission: MakeSubmission
) -> None:
    assert as_alice.get(url_of(submission, "selfie")).status_code == 404
    assert as_alice.get(url_of(make_submission(lab="queues/other"), "trace")).status_code == 404
