"""The pages about questions in a real Chromium: by the keyboard, on a phone, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from learn.catalog.catalogue import get_course
from learn.cohorts.models import Cohort
from tests.e2e.axe import violations
from tests.learn.course_files import write_course
from tests.learn.quizzes.answer_rows import CHANGES, NAMES, attempt, make_learners
from tests.services.browser import chromium_program, run_chromium, watched_page

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def page(
    chromium_program: str,
    live_server: LiveServer,
    as_ines: Client,
    cohort: Cohort,
    tmp_path: Path,
    settings: Settings,
) -> Iterator[Page]:
    """The instructor's phone. Forty learners have finished the quiz; a page may load no wider
    than the screen and with no error of a script."""
    settings.CONTENT_DIRS = (write_course(tmp_path / "content", CHANGES),)
    quiz = get_course().quiz("queues/five")
    assert quiz is not None
    for n, learner in enumerate(make_learners(cohort, 40)):
        attempt(learner, quiz, {name: float(m < n // 7) for m, name in enumerate(NAMES)})
    session = as_ines.cookies["sessionid"].value
    with run_chromium(chromium_program) as browser, watched_page(browser, live_server.url) as page:
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        yield page


def follow(page: Page, name: str) -> None:
    """Open a link by the keyboard, and look at the page that it leads to."""
    link = page.get_by_role("main").get_by_role("link", name=name, exact=True).first
    for _ in range(60):
        if link.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def check(page: Page) -> None:
    """Nothing stands in anybody's way, and nothing is wider than the screen."""
    assert violations(page) == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


def test_it_leads_from_the_cohort_to_a_question_and_to_a_quiz(page: Page, cohort: Cohort) -> None:
    page.goto(f"/dashboard/cohorts/{cohort.pk}/")
    follow(page, "Which questions work, and which do not")
    expect(page.get_by_role("heading", name="Questions", exact=True)).to_be_visible()
    check(page)
    follow(page, "Queues")
    check(page)
    follow(page, "a1")
    expect(page.get_by_text("Question a1")).to_be_visible()
    expect(page.locator("fieldset[disabled]")).to_be_visible()
    check(page)

    page.goto(f"/dashboard/cohorts/{cohort.pk}/questions/")
    follow(page, "Five")
    expect(page.get_by_text("The scores tell learners apart well.")).to_be_visible()
    page.get_by_text("The same as a table").press("Enter")
    expect(page.get_by_role("region", name="Scores as a table").get_by_role("row")).to_have_count(
        7
    )
    check(page)
