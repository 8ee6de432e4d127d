"""The instructor's pages, for each kind of visitor."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from labs import CheckResult, GradeReport, Verdict
from learn.accounts.models import User
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.models import Cohort
from learn.quizzes.models import Attempt
from learn.submissions.models import Status, Submission


@pytest.fixture
def work(alice: User) -> Submission:
    """Alice failed the lab and got four of five in the quiz."""
    now = timezone.now()
    Attempt.objects.create(
        user=alice,
        quiz="sqs/partial-batches",
        content_hash="0" * 64,
        number=1,
        rules={},
        status=Attempt.Status.MARKED,
        started_at=now,
        submitted_at=now,
        score=4,
        max_score=5,
    )
    return Submission.objects.create(
        user=alice,
        lab="sqs/partial-batch",
        content_hash="0" * 64,
        files={"handler.py": "SECRET_OF_ALICE = 1"},
        seed=1,
        status=Status.GRADED,
        verdict=Verdict.FAILED,
        score=3,
        max_score=10,
        report=report(),
        created_at=now,
        sent_at=now,
        graded_at=now,
    )


def report() -> dict[str, object]:
    """A report as the grading worker sends it."""
    check = CheckResult(
        id="only_failed",
        title="Only the failed messages come back",
        verdict=Verdict.FAILED,
        points=0,
        max_points=2,
        feedback="All three messages came back.",
        visible=True,
    )
    grade = GradeReport(
        lab="sqs/partial-batch",
        verdict=Verdict.FAILED,
        score=3,
        max_score=10,
        duration_ms=412,
        message="",
        stdout="",
        checks=(check,),
        trace=(),
        content_hash="0" * 64,
        engine_version="1",
        seed=1,
    )
    now = timezone.now().isoformat()
    return {**grade.to_json(), "timings": {"started_at": now, "finished_at": now}}


def cohort_url(cohort: Cohort) -> str:
    return f"/dashboard/cohorts/{cohort.pk}/"


def learner_url(cohort: Cohort, user: User) -> str:
    return f"{cohort_url(cohort)}learners/{user.pk}/"


@pytest.fixture(params=["cohort", "learner"])
def url(request: pytest.FixtureRequest, cohort: Cohort, alice: User) -> str:
    """Every page of the dashboard."""
    return cohort_url(cohort) if request.param == "cohort" else learner_url(cohort, alice)


def test_it_asks_anonymous_visitors_to_log_in(anonymous: Client, url: str) -> None:
    assert anonymous.get(url)["Location"] == f"/accounts/login/?next={url}"


def test_it_hides_everything_from_a_stranger(as_mallory: Client, url: str) -> None:
    assert as_mallory.get(url).status_code == 404


def test_it_hides_everything_from_a_learner(as_alice: Client, url: str) -> None:
    assert as_alice.get(url).status_code == 404


def test_it_hides_a_cohort_from_who_learns_in_it_and_teaches_elsewhere(
    as_mallory: Client, mallory: User, cohort: Cohort, url: str
) -> None:
    join(mallory, cohort)

    assert as_mallory.get(url).status_code == 404


def test_it_opens_to_the_instructor(as_ines: Client, url: str) -> None:
    response = as_ines.get(url)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_it_takes_no_post(as_ines: Client, url: str) -> None:
    assert as_ines.post(url).status_code == 405


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_it_answers_404_to_what_does_not_exist(as_ines: Client, pk: int) -> None:
    assert as_ines.get(f"/dashboard/cohorts/{pk}/").status_code == 404
    assert as_ines.get(f"/dashboard/cohorts/{pk}/learners/1/").status_code == 404


def test_it_shows_the_table(as_ines: Client, cohort: Cohort, work: Submission) -> None:
    page = as_ines.get(cohort_url(cohort)).content.decode()

    assert learner_url(cohort, work.user) in page
    assert "4 of 5" in page
    assert '<span class="badge badge-failed">Failed</span>' in page
    assert "0 of 1 passed" in page
    assert "Never" not in page


def test_it_shows_how_to_join(as_ines: Client, cohort: Cohort) -> None:
    page = as_ines.get(cohort_url(cohort)).content.decode()

    assert f">{cohort.join_code}</code>" in page
    assert f"http://testserver/join/{cohort.join_code}/" in page


def test_it_says_that_nobody_has_joined(as_ines: Client, ines: User) -> None:
    page = as_ines.get(cohort_url(create_cohort(ines, "Empty"))).content.decode()

    assert "Nobody has joined yet" in page
    assert "<table" not in page


def test_it_shows_only_the_cohorts_own_learners(
    as_ines: Client, cohort: Cohort, make_user: Callable[[str], User]
) -> None:
    bob = make_user("Bob")
    join(bob, create_cohort(make_user("Otto"), "Another"))

    page = as_ines.get(cohort_url(cohort)).content.decode()

    assert "Alice" in page
    assert "Bob" not in page


def test_it_shows_a_learners_work(as_ines: Client, cohort: Cohort, work: Submission) -> None:
    page = as_ines.get(learner_url(cohort, work.user)).content.decode()

    assert "SECRET_OF_ALICE" in page
    assert "3 of 10 points" in page
    assert "Only the failed messages come back" in page
    assert "All three messages came back." in page
    assert "4 of 5 points" in page
    assert f"/submissions/{work.pk}/" in page
    assert f"/modules/sqs/quizzes/partial-batches/attempts/{Attempt.objects.get().pk}/" in page
    assert f"{learner_url(cohort, work.user)}accommodation/" in page


def test_it_says_that_a_learner_has_done_nothing(
    as_ines: Client, cohort: Cohort, alice: User
) -> None:
    page = as_ines.get(learner_url(cohort, alice)).content.decode()

    assert "not active yet" in page
    assert "Nothing submitted yet." in page
    assert "Not answered yet." in page


def test_it_escapes_what_people_write(
    as_ines: Client, cohort: Cohort, make_user: Callable[[str], User]
) -> None:
    join(make_user("<script>"), cohort)

    assert "<script>@" not in as_ines.get(cohort_url(cohort)).content.decode()
    assert "&lt;script&gt;" in as_ines.get(cohort_url(cohort)).content.decode()
