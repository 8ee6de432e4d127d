"""The three pictures of a real grading, opened in a real Chromium and seen by axe-core."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

import labs
from learn.accounts.models import User
from learn.submissions.models import Submission
from tests.e2e.axe import violations
from tests.services.browser import PATIENCE_MS, chromium_program, run_chromium, watched_page

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)

LAB = "step-functions/saga"
MISTAKE = "mistakes/gives-back-without-retry"


@pytest.fixture
def submission(alice: User) -> Submission:
    """A mistake in the lab on sagas, graded as a worker grades it."""
    spec = labs.find_lab(LAB)
    assert spec is not None
    folder = Path(__file__).resolve().parents[3] / "content/step-functions/labs/saga" / MISTAKE
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    report = labs.grade(spec, files, seed=7)
    now = timezone.now()
    return Submission.objects.create(
        user=alice,
        lab=LAB,
        content_hash=report.content_hash,
        files={name: text.decode() for name, text in files.items()},
        seed=7,
        created_at=now,
        status="graded",
        graded_at=now,
        verdict=report.verdict,
        report=report.to_json(),
    )


@pytest.fixture
def session(alice: User, submission: Submission) -> str:
    """Alice's cookie. Made before a browser's event loop forbids queries."""
    client = Client()
    client.force_login(alice)
    return str(client.cookies["sessionid"].value)


@pytest.fixture
def browser(chromium_program: str, live_server: LiveServer, session: str) -> Iterator[Browser]:
    """One for each test: its event loop must be gone before the live server is."""
    with run_chromium(chromium_program) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, session: str) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE_MS)
    with watched_page(browser, live_server.url) as page:
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        yield page


def test_the_pictures_open_in_the_report(page: Page, submission: Submission) -> None:
    page.goto(f"/submissions/{submission.pk}/")
    assert page.locator("[data-graph]").count() == 0

    page.get_by_role("link", name="Call trace").press("Enter")
    calls = page.locator(".aws-call")
    expect(calls.first).to_contain_text("CreateStateMachine")
    expect(page.get_by_role("link", name="Call trace")).to_be_focused()
    in_all = calls.count()
    page.get_by_label("Resource").select_option("table vans")
    expect(page.get_by_role("status").filter(has_text="were made in all")).to_be_visible()
    assert 0 < calls.count() < in_all
    calls.first.locator("summary").press("Enter")
    expect(calls.first.locator("pre").first).to_contain_text('"TableName": "vans"')
    assert violations(page) == []

    page.get_by_role("link", name="Service map").press("Enter")
    expect(page.locator(".graph-node", has_text="wallets")).to_be_visible()
    expect(page.locator(".graph-edge-failed").first).to_be_attached()
    assert violations(page) == []

    page.get_by_role("link", name="Account").press("Enter")
    expect(page.locator(".graph-node-failed, .graph-node-caught").first).to_be_visible()
    expect(page.locator(".graph-edge-taken").first).to_be_attached()
    page.get_by_label("The account after").select_option("done")
    expect(page.get_by_label("The account after")).to_have_value("done")
    expect(page.locator(".row-added").first).to_be_visible()
    assert violations(page) == []
