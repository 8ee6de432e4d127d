from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from celery import Celery, current_app

from labs import LabSpec, celery_settings
from learn.accounts.models import User
from learn.celery import app
from learn.submissions import messages
from learn.submissions.actions import submit
from tests.learn.submissions.conftest import FILES, LAB, MakeSubmission


@pytest.fixture
def sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """An app that sends through the real filesystem transport, under `tmp_path`."""
    monkeypatch.setenv("COLDSTART_DATA", str(tmp_path))
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    own = Celery("tests", set_as_current=False)
    own.conf.update(celery_settings())
    monkeypatch.setattr(messages, "current_app", own)
    yield own
    own.close()


@pytest.mark.django_db(transaction=True)
def test_it_puts_one_job_into_the_real_queue(alice: User, spec: LabSpec, sender: Celery) -> None:
    submission = submit(alice, spec, FILES)
    with sender.connection() as connection:
        queue = connection.SimpleQueue("grading")
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.headers["task"] == "labs.grade"
    [_, kwargs, _] = message.payload
    assert kwargs == {
        "submission": str(submission.pk),
        "lab": LAB,
        "files": FILES,
        "seed": submission.seed,
        "content_hash": spec.content_hash,
    }


def test_it_finds_the_sites_app_in_every_thread() -> None:
    apps: list[object] = []
    thread = Thread(target=lambda: apps.append(current_app.main))
    thread.start()
    thread.join()
    assert apps == ["learn"] == [app.main]


@pytest.mark.django_db
def test_it_says_that_the_broker_cannot_be_reached(
    make_submission: MakeSubmission,
    sender: Celery,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "messages" / "queued"
    folder.rmdir()
    folder.write_text("a file where the folder should be")
    submission = make_submission()
    assert not messages.send(submission)
    assert str(submission.pk) in caplog.text
