"""The same code on PostgreSQL and Redis, by two environment variables alone."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from redis import Redis

from tests.e2e.conftest import lab_code, slow_code
from tests.services.site import Site, run_site
from tests.services.visitor import Visitor

pytestmark = pytest.mark.slow  # it starts the whole site, and kills parts of it


@pytest.fixture(scope="module")
def site(
    postgresql_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    with run_site(
        tmp_path_factory.mktemp("servers") / "data",
        DATABASE_URL=postgresql_url,
        CELERY_BROKER_URL=redis_url,
        SUBMISSION_RESEND_SECONDS="1",
    ) as site:
        yield site


def test_somebody_new_gets_a_grade_and_again_after_the_worker_was_killed(
    site: Site, postgresql_url: str, redis_url: str
) -> None:
    nora = Visitor(site.url)
    nora.sign_up("nora@example.com")
    first = nora.submit(lab_code("mistakes/order-id"))
    assert nora.wait_for_verdict(first) == "failed"

    with site.waiting_for_sandbox():
        second = nora.submit(slow_code())
    os.kill(site.grading_worker, signal.SIGKILL)
    assert site.wait_until_ended() == 1
    assert row(postgresql_url, second) == ("nora@example.com", "queued", "")
    site.start_again()
    assert nora.wait_for_verdict(second) == "passed"

    assert row(postgresql_url, first) == ("nora@example.com", "graded", "failed")
    assert row(postgresql_url, second) == ("nora@example.com", "graded", "passed")
    assert_nothing_went_elsewhere(site, redis_url)


def row(url: str, submission: str) -> tuple[Any, ...] | None:
    """Who submitted, and what came of it."""
    sql = """
        SELECT email, status, verdict FROM submissions_submission s
        JOIN accounts_user u ON u.id = s.user_id WHERE s.id = %s
    """
    with psycopg.connect(url) as connection:
        return connection.execute(sql, [submission]).fetchone()


def assert_nothing_went_elsewhere(site: Site, redis_url: str) -> None:
    """The data folder holds neither rows nor messages, and Redis knows Celery's queues."""
    assert not (site.data / "db.sqlite3").exists()
    assert not list((site.data / "messages").rglob("*.msg"))
    with Redis.from_url(redis_url) as redis:
        assert redis.exists("_kombu.binding.grading", "_kombu.binding.results") == 2
