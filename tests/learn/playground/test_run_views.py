"""Running a program, and its result: one's own alone."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from learn.playground.limits import MAX_QUEUED
from learn.playground.models import PlaygroundRun
from tests.learn.playground.conftest import CODE, Broker, MakeRun, ago

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}
FORM = {"file-main.py": CODE}
RUN = "/playground/run/"


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def result_url(run: PlaygroundRun) -> str:
    return f"/playground/runs/{run.pk}/"


def test_it_runs_and_shows_that_it_waits(as_alice: Client, broker: Broker) -> None:
    response = as_alice.post(RUN, FORM, headers=HTMX)

    run = PlaygroundRun.objects.get()
    assert broker.jobs[0]["files"] == {"main.py": CODE}
    assert "Running" in text(response)
    assert f'hx-get="{result_url(run)}?seen=' in text(response)


def test_it_leads_to_the_result_without_javascript(as_alice: Client, broker: Broker) -> None:
    response = as_alice.post(RUN, FORM)

    assert response.headers["Location"] == result_url(PlaygroundRun.objects.get())
    page = as_alice.get(response.headers["Location"])
    assert '<noscript><meta http-equiv="refresh"' in text(page)


def test_it_runs_several_files(as_alice: Client, broker: Broker) -> None:
    as_alice.post(RUN, {**FORM, "file-handler.py": "x = 1"}, headers=HTMX)

    assert set(broker.jobs[0]["files"]) == {"main.py", "handler.py"}


@pytest.mark.parametrize(
    ("form", "says"), [({}, "at least one file"), ({"file-other.py": "1"}, "main.py is missing")]
)
def test_it_says_what_breaks_a_rule(
    as_alice: Client, broker: Broker, form: dict[str, str], says: str
) -> None:
    for headers in (HTMX, {}):
        response = as_alice.post(RUN, form, headers=headers)
        assert response.status_code == 422
        assert says in text(response)
    assert not PlaygroundRun.objects.exists()


def test_it_refuses_what_is_far_too_long(as_alice: Client, broker: Broker) -> None:
    response = as_alice.post(RUN, {"file-main.py": "x" * 3_000_000}, headers=HTMX)
    assert response.status_code == 413


def test_it_takes_a_few_a_minute(as_alice: Client, broker: Broker, settings: Settings) -> None:
    settings.SUBMISSIONS_PER_MINUTE = 2
    statuses = [as_alice.post(RUN, FORM, headers=HTMX).status_code for _turn in range(3)]
    assert statuses == [200, 200, 429]


def test_it_takes_a_few_that_wait(as_alice: Client, broker: Broker) -> None:
    for _turn in range(MAX_QUEUED):
        as_alice.post(RUN, FORM, headers=HTMX)
    response = as_alice.post(RUN, FORM, headers=HTMX)
    assert response.status_code == 429
    assert "not done yet" in text(response)


def test_who_is_logged_out_logs_in_first(
    anonymous: Client, broker: Broker, make_run: MakeRun
) -> None:
    posted = anonymous.post(RUN, FORM, headers={"Referer": "http://testserver/modules/sqs/"})
    assert posted.headers["Location"] == "/accounts/login/?next=/modules/sqs/"
    assert not broker.jobs
    run = make_run()
    assert anonymous.get(result_url(run)).status_code == 302
    polled = anonymous.get(result_url(run), headers=HTMX)
    assert "no longer logged in" in text(polled)


def test_nobody_else_sees_a_run(
    as_alice: Client, as_ines: Client, as_mallory: Client, make_run: MakeRun
) -> None:
    run = make_run(verdict="passed")
    seen = [c.get(result_url(run)).status_code for c in (as_alice, as_ines, as_mallory)]
    assert seen == [200, 404, 404]


def test_it_refuses_a_forged_form(as_alice: Client, broker: Broker) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Cookie": str(as_alice.cookies)})
    assert strict.post(RUN, FORM).status_code == 403


def test_it_swaps_nothing_while_nothing_changes(as_alice: Client, make_run: MakeRun) -> None:
    run = make_run(created_at=ago(60))
    first = text(as_alice.get(result_url(run), headers=HTMX))
    seen = first.partition("?seen=")[2].partition('"')[0]
    assert as_alice.get(f"{result_url(run)}?seen={seen}", headers=HTMX).status_code == 204


def test_the_result_is_short_where_there_is_no_room(as_alice: Client, make_run: MakeRun) -> None:
    run = make_run(verdict="passed")
    short = text(as_alice.get(result_url(run), headers=HTMX))
    assert "hello &lt;you&gt;" in short
    assert "1 AWS call " in short
    assert "/pictures/" not in short
    assert result_url(run) in short
    full = text(as_alice.get(f"{result_url(run)}?pictures=1", headers=HTMX))
    assert f"{result_url(run)}pictures/trace/" in full
    assert "CreateQueue" in full


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("crashed", "It ended with an error"),
        ("timed_out", "did not come to an end"),
        ("engine_error", "We failed: please run it again"),
        ("rejected", "It could not be run"),
    ],
)
def test_it_says_how_it_ended(
    as_alice: Client, make_run: MakeRun, verdict: str, says: str
) -> None:
    assert says in text(as_alice.get(result_url(make_run(verdict=verdict))))


def test_it_asks_the_database_little(
    as_alice: Client,
    make_run: MakeRun,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    run = make_run(verdict="passed")
    with django_assert_max_num_queries(4):
        as_alice.get(result_url(run))


@pytest.mark.parametrize(
    ("picture", "shows"), [("trace", "CreateQueue"), ("map", "orders"), ("account", "orders")]
)
def test_it_shows_the_three_pictures(
    as_alice: Client,
    as_mallory: Client,
    anonymous: Client,
    make_run: MakeRun,
    picture: str,
    shows: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    url = f"{result_url(make_run(verdict='passed'))}pictures/{picture}/"
    with django_assert_max_num_queries(4):
        page = text(as_alice.get(url))
    part = text(as_alice.get(url, headers=HTMX))
    assert shows in page
    assert shows in part
    assert "<html" not in part
    assert as_mallory.get(url).status_code == 404
    assert anonymous.get(url).status_code == 302


def test_there_are_no_other_pictures(as_alice: Client, make_run: MakeRun) -> None:
    assert as_alice.get(f"{result_url(make_run())}pictures/trace/").status_code == 404
    done = make_run(verdict="passed")
    assert as_alice.get(f"{result_url(done)}pictures/else/").status_code == 404
