"""The progress page and a certificate in a real Chromium, seen by axe-core on a narrow screen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from learn.accounts.models import User
from learn.catalog.catalogue import Course
from learn.progress.models import Certificate
from tests.e2e.axe import violations
from tests.learn.progress.test_views import finish_first_lesson
from tests.services.browser import chromium_program, run_chromium, watched_page

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)


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
def session(alice: User, course: Course) -> str:
    """Alice's cookie, after her first lesson."""
    finish_first_lesson(alice, course)
    client = Client()
    client.force_login(alice)
    return str(client.cookies["sessionid"].value)


@pytest.fixture
def certificate(alice: User) -> Certificate:
    """Alice's; its files are looked at elsewhere."""
    return Certificate.objects.create(
        user=alice,
        name="Alice",
        course_title="Small course",
        content_hash="",
        steps=3,
        points=5,
        issued_at=timezone.now(),
        badge="",
        pdf=b"",
    )


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_progress_is_readable_on_a_phone_and_for_everyone(
    certificate: Certificate,
    session: str,
    page: Page,
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.DATA_DIR = tmp_path
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto("/progress/")
    page.get_by_text("The numbers as a table").click()
    page.get_by_text("How these figures come about").click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()
    assert fits(page)
    assert violations(page) == []

    page.get_by_role("link", name="The certificate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice")
    assert fits(page)
    assert violations(page) == []
