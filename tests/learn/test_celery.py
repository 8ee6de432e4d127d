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
        ("quizzes.record_evaluation", "results"),
        ("quizzes.resend_lost", "site"),
        ("quizzes.close_overdue", "site"),
        ("labs.play", "grading"),
        ("playground.record_run", "results"),
        ("playground.resend_lost", "site"),
    ],
)
def test_it_routes_each_task_to_its_queue(task: str, queue: str) -> None:
    route = app.amqp.router.route({}, task)

    assert route["queue"].name == queue


SWEEPS = {
    "submissions.resend_lost",
    "quizzes.resend_lost",
    "quizzes.close_overdue",
    "playground.resend_lost",
}


def test_it_does_not_pile_up_ticks_of_the_sweepers() -> None:
    ticks = app.conf.beat_schedule.values()

    assert {tick["task"] for tick in ticks} == SWEEPS
    assert all(tick["options"]["expires"] <= RESEND_EVERY_SECONDS for tick in ticks)


def test_it_is_the_current_app_in_every_thread() -> None:
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))

    thread.start()
    thread.join()

    assert seen == ["learn"]


@pytest.mark.django_db  # Celery has Django check its models first.
def test_it_knows_the_tasks_that_workers_must_run() -> None:
    app.loader.import_default_modules()

    assert {"submissions.record_report", "quizzes.record_evaluation", *SWEEPS} <= set(app.tasks)
