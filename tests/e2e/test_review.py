"""A failed lab puts questions into the review, which is done by keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import lab_code
from tests.services.browser import PATIENCE_MS, watched_page, write_code
from tests.services.site import Site, run_site
from tests.services.visitor import LAB

pytestmark = pytest.mark.slow  # it starts the whole site

QUESTION = re.compile(r"Question (\d) of 5 · Review")


@pytest.fixture(scope="module")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    expect.set_options(timeout=PATIENCE_MS)
    with run_site(tmp_path_factory.mktemp("review") / "data") as site:
        yield site


def test_a_learner_reviews_what_a_lab_has_shown_to_be_missing(
    chromium: Browser, site: Site
) -> None:
    with watched_page(chromium, site.url) as page:
        sign_up(page)
        fail_the_lab(page)
        page.get_by_role("link", name="your review").click()
        expect(page.get_by_role("heading", name="5 questions are due")).to_be_visible()
        assert violations(page) == []

        page.get_by_role("button", name="Start").focus()
        page.keyboard.press("Enter")
        for number in range(1, 6):
            answer(page, number)
            go_on(page)
        expect(page.get_by_role("heading", name="All done")).to_be_visible()
        expect(page.get_by_text("You answered 5 questions today")).to_be_visible()
        expect(page.get_by_text("Nothing is due")).to_be_visible()
        assert violations(page) == []


def sign_up(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.get_by_label("Name").fill("Nora Novak")
    page.get_by_label("Email").fill("nora@example.com")
    page.get_by_label("Password").fill("a very long word")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Review")).to_be_visible()


def fail_the_lab(page: Page) -> None:
    page.goto(LAB)
    write_code(page, lab_code("mistakes/order-id"))
    page.get_by_role("button", name="Submit").click()
    put = page.locator("[data-reviews]")
    told = re.compile(r"\d questions on partial batch response, .* into your review")
    expect(put).to_have_text(told)


def answer(page: Page, number: int) -> None:
    """Anything that can be taken, without a mouse."""
    expect(page).to_have_title(QUESTION)
    expect(page.get_by_text(f"Question {number} of 5 today")).to_be_visible()
    expect(page.locator(".question :focus")).to_be_visible()
    if number == 1:
        assert violations(page) == []
    texts = page.locator(".question :is([type=text], textarea)")
    if page.locator(".question :is([type=text], textarea):focus").count():
        for _ in range(texts.count()):
            page.keyboard.type("540")
            page.keyboard.press("Tab")
        texts.last.focus()
    elif page.locator(".order-moves").count():
        page.keyboard.press("Tab")  # From "up", which the first item cannot go, to "down".
        page.keyboard.press("Space")
    else:
        page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")


def go_on(page: Page) -> None:
    expect(page).to_have_title(re.compile("Answered"))
    expect(page.locator("#review_result")).to_be_focused()
    page.keyboard.press("Enter")
