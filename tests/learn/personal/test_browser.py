"""The settings in a real Chromium, from a second factor to the page on data, seen by axe-core."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from learn.accounts.models import User
from tests.conftest import PASSWORD
from tests.e2e.axe import violations
from tests.learn.accounts.test_second_factor import code_for
from tests.services.browser import chromium_program, run_chromium, watched_page

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(chromium_program: str, live_server: LiveServer) -> Iterator[Browser]:
    """One for each test: its event loop must be gone before the live server is."""
    with run_chromium(chromium_program) as browser:
        yield browser


@pytest.fixture
def page(alice: User, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Somebody's browser, after the log-in of Alice."""
    with watched_page(browser, live_server.url) as page:
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(alice.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Log in").click()
        expect(page.locator(".menu")).to_be_visible()
        yield page


def test_the_settings_leave_nobody_out(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/settings/")
    for name in ("Profile", "Security", "Preferences", "Data"):
        page.get_by_role("navigation", name="Settings").get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.goto("/accounts/email/")
    assert violations(page) == []


def test_somebody_turns_the_second_factor_on(page: Page) -> None:
    page.goto("/settings/security/")
    page.get_by_role("link", name="Turn it on").click()
    page.get_by_label("Password").fill(PASSWORD)
    assert violations(page) == []
    page.get_by_role("button", name="Confirm").click()
    code = page.get_by_role("img", name=re.compile("QR code"))
    assert code.evaluate("image => image.naturalWidth") > 0
    assert violations(page) == []
    page.get_by_label("code").fill(code_for(page.locator(".secret").inner_text()))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert violations(page) == []
    page.goto("/settings/data/close/")
    assert violations(page) == []


def test_the_theme_that_was_saved_holds_in_a_browser_that_remembers_another(page: Page) -> None:
    page.goto("/settings/preferences/")
    page.evaluate("localStorage.setItem('coldstart:editor', '{\"plain\": true}')")
    page.evaluate("localStorage.setItem('coldstart:theme', 'light')")
    page.locator("main").get_by_label("Dark").check()
    page.get_by_role("button", name="Save the preferences").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    assert page.evaluate("localStorage.getItem('coldstart:editor')") is None


def test_the_switch_of_the_colours_is_kept_in_the_account(page: Page, alice: User) -> None:
    with page.expect_response("**/settings/preferences/theme/") as response:
        page.get_by_role("button", name="Dark").click()
    assert response.value.status == 204
    page.wait_for_function("localStorage.getItem('coldstart:theme') === null")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
