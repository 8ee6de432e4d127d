"""What a page asks for while an answer is being marked: of one's own answers alone."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from learn.accounts.models import User
from learn.celery import app
from learn.quizzes import answering, tasks
from learn.quizzes.models import Answer
from tests.conftest import logged_in
from tests.learn.quizzes.evaluated import (
    WRONG,
    Broker,
    asked,
    attempt_of,
    fields,
    found_by_worker,
    pattern_question,
    verdict,
)

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()
    monkeypatch.setattr(app, "send_task", broker.send_task)
    monkeypatch.setattr("learn.core.polling.STEPS", ((60, 150),))
    return broker


@pytest.fixture
def answer(alice: User, tmp_path: Path) -> Answer:
    """Waits for its mark."""
    return answering.give(asked(alice, pattern_question(tmp_path)), fields(WRONG))


def url(answer: Answer) -> str:
    return f"/answers/{answer.pk}/"


def record(broker: Broker, **changes: Any) -> None:
    tasks.record_evaluation(**{**found_by_worker(broker.messages[0]), **changes})


def test_it_asks_again_while_nothing_is_found(as_alice: Client, answer: Answer) -> None:
    page = as_alice.get(url(answer), headers=HTMX).content.decode()
    assert "Being marked" in page
    assert f'hx-get="{url(answer)}?seen=150"' in page
    assert "Fields are joined by and" not in page
    assert as_alice.get(f"{url(answer)}?seen=150", headers=HTMX).status_code == 204


def test_it_shows_the_mark(as_alice: Client, answer: Answer, broker: Broker) -> None:
    record(broker)
    page = as_alice.get(f"{url(answer)}?seen=150", headers=HTMX).content.decode()
    assert "Wrong" in page
    assert "hx-get" not in page
    assert "Fields are joined by and" in page
    assert "An order of 20" in page
    assert "does not match" in page
    assert "A right answer" in page


def test_it_is_a_page_of_its_own_without_scripts(as_alice: Client, answer: Answer) -> None:
    page = as_alice.get(url(answer)).content.decode()
    assert '<meta http-equiv="refresh" content="2">' in page
    assert "<html" in page


def test_it_says_that_it_is_our_fault(as_alice: Client, answer: Answer, broker: Broker) -> None:
    record(broker, evaluation=verdict("engine_error"))
    headers = {**HTMX, "HX-Current-URL": "http://testserver/modules/queues/lessons/retries/"}
    page = as_alice.get(url(answer), headers=headers).content.decode()
    assert "This is our fault, and costs nothing" in page
    assert 'href="/modules/queues/lessons/retries/"' in page


def test_it_leaves_it_to_the_attempt_what_is_shown(
    alice: User, as_alice: Client, tmp_path: Path, broker: Broker
) -> None:
    answer = asked(alice, pattern_question(tmp_path), attempt_of(alice))
    answering.give(answer, fields(WRONG))
    waiting = as_alice.get(url(answer), headers=HTMX)
    assert waiting.status_code == 200
    record(broker)
    response = as_alice.get(url(answer), headers=HTMX)
    assert response.headers["HX-Refresh"] == "true"
    assert response.content == b""
    page = as_alice.get(url(answer)).content.decode()
    assert "Wrong" not in page
    assert "A right answer" not in page
    assert "An order of 20 does" not in page


def test_it_is_nobody_elses(
    answer: Answer, as_ines: Client, as_mallory: Client, anonymous: Client
) -> None:
    for headers in (HTMX, {}):
        assert as_ines.get(url(answer), headers=headers).status_code == 404
        assert as_mallory.get(url(answer), headers=headers).status_code == 404
    assert anonymous.get(url(answer)).status_code == 302
    page = anonymous.get(url(answer), headers=HTMX).content.decode()
    assert f"next={url(answer)}" in page
    assert "shop" not in page


def test_it_is_no_answer_that_is_not_there(alice: User) -> None:
    assert logged_in(alice).get("/answers/999999/").status_code == 404
    assert logged_in(alice).get(f"/answers/{10**40}/").status_code == 404
    assert logged_in(alice).post("/answers/1/").status_code == 405
