"""The site's Celery app."""

import threading

import pytest
from celery import current_app

from learn.celery import RESEND_EVERY_SECONDS, app


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("labs.grade", "grading"),
        ("submissions.record_report", "results"),
        ("submissions.resend_lost", "site"),
    ],
)
def test_it_routes_each_task_to_its_queue(task: str, queue: str) -> None:
    route = app.amqp.router.route({}, task)

    assert route["queue"].name == queue


def test_it_does_not_pile_up_ticks_of_the_sweeper() -> None:
    (tick,) = app.conf.beat_schedule.values()

    assert tick["task"] == "submissions.resend_lost"
    assert tick["options"]["expires"] <= RESEND_EVERY_SECONDS


def test_it_is_the_current_app_in_every_thread() -> None:
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))

    thread.start()
    thread.join()

    assert seen == ["learn"]


@pytest.mark.django_db  # Celery has Django check its models first.
def test_it_knows_the_tasks_that_workers_must_run() -> None:
    app.loader.import_default_modules()

    assert {"submissions.record_report", "submissions.resend_lost"} <= set(app.tasks)
