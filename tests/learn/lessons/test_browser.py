"""Questions in a lesson in a real Chromium: by keyboard, without scripts, seen by axe-core."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from learn.accounts.models import User
from tests.e2e.axe import violations
from tests.learn.lessons.conftest import LESSON_URL
from tests.services.browser import PATIENCE_MS, chromium_program, run_chromium, watched_page

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)

WHO = "#question_who-deletes"


@pytest.fixture
def browser(chromium_program: str, live_server: LiveServer) -> Iterator[Browser]:
    """One for each test: its event loop must be gone before the live server is."""
    with run_chromium(chromium_program) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    with watched_page(browser, live_server.url) as page:
        yield page


@pytest.fixture
def session(alice: User) -> str:
    """Alice's cookie. Made before a browser's event loop forbids queries."""
    client = Client()
    client.force_login(alice)
    return str(client.cookies["sessionid"].value)


def choose(page: Page, text: str) -> None:
    """By keyboard: to the first option, then down to this one."""
    first = page.locator(f"{WHO} input[type=radio]").first
    focused = "document.activeElement.closest('label')?.innerText.trim() ?? ''"
    for _ in range(10):
        found = page.evaluate(focused)
        if found == text:
            break
        # A card that has just been swapped has lost the focus with what it replaced.
        page.keyboard.press("ArrowDown") if found else first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_label(text)).to_be_checked()


def test_a_guest_answers_by_keyboard(page: Page) -> None:
    page.goto(LESSON_URL)
    card = page.locator(WHO)
    choose(page, "The producer")
    for _ in range(2):  # over "Check my answer" to the hint
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card.get_by_text("Hint 1")).to_be_visible()
    expect(card).to_be_focused()
    expect(page.get_by_label("The producer")).to_be_checked()
    page.get_by_label("The producer").press("Enter")
    expect(card.locator(".badge")).to_have_text("Wrong")
    expect(card).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # "Try again", after the link to the section
    expect(card.get_by_role("button", name="Check my answer")).to_be_visible()
    choose(page, "The consumer")
    page.keyboard.press("Enter")
    expect(card.locator(".badge")).to_have_text("Right")
    assert page.url.endswith(LESSON_URL)


def test_a_learner_answers_without_scripts(
    session: str, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(LESSON_URL)
    card = page.locator(WHO)
    card.get_by_role("button", name="Check my answer").click()
    expect(card.locator(".errorlist")).to_have_text("Choose an answer.")
    assert page.url.endswith("questions/who-deletes/#question_who-deletes")
    card.get_by_label("The consumer").check()
    card.get_by_role("button", name="Check my answer").click()
    expect(card.locator(".badge")).to_have_text("Right")
    assert page.url.endswith(f"{LESSON_URL}#question_who-deletes")
    card.get_by_role("link", name="Try again").click()
    expect(card.get_by_label("The consumer")).not_to_be_checked()
    context.close()


def test_it_leaves_nobody_out(page: Page, settings: Settings) -> None:
    settings.CONTENT_DIRS = (Path(__file__).resolve().parents[3] / "content",)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/modules/sqs/lessons/partial-batches/")
    assert violations(page) == []
    ordering = page.locator("#question_life-of-a-message")
    for item in ordering.locator("select").all():
        expect(item).to_be_hidden()
    ordering.get_by_role("button", name="Show a hint").click()
    expect(ordering.get_by_text("Hint 1")).to_be_visible()
    # What came by htmx is as usable as what came with the page.
    expect(ordering.get_by_role("button", name="Move down").first).to_be_visible()
    several = page.locator("#question_answers-that-delete-all")
    several.get_by_role("checkbox").first.check()
    several.get_by_role("button", name="Check my answer").click()
    expect(several.locator(".badge")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_it_is_read_by_keys_in_the_chosen_colours(page: Page) -> None:
    page.goto(LESSON_URL)
    root = page.locator("html")
    page.get_by_role("button", name="Dark").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("n")
    page.wait_for_url("**/lessons/retries/")
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single letters are shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("/lessons/retries/$"))
    page.get_by_role("button", name="System").click()
    assert violations(page) == []


def test_a_note_is_saved_while_one_types(
    session: str, page: Page, live_server: LiveServer
) -> None:
    cookie = {"name": "sessionid", "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(LESSON_URL)
    page.get_by_label("Note for yourself").fill("Mind duplicates.")
    expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    page.get_by_role("button", name="Bookmark").click()
    expect(page.get_by_role("button", name="Bookmark")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Note for yourself")).to_have_value("Mind duplicates.")
    assert violations(page) == []
