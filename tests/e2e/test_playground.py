"""The playground in a browser, with a real worker: run, keep, share; and nothing typed is lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.learn.course_files import write_course
from tests.services.browser import PATIENCE_MS, watched_page
from tests.services.site import Site, run_site
from tests.services.visitor import DEMO_PASSWORD

pytestmark = pytest.mark.slow  # it starts the whole site

CODE = """\
import boto3

boto3.client("sqs").create_queue(QueueName="orders")
print("made")
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("playground")
    content = write_course(folder / "content")
    with run_site(folder / "data", CONTENT_DIRS=str(content)) as site:
        yield site


@pytest.fixture
def page(site: Site, chromium: Browser) -> Iterator[Page]:
    """The playground, with Alice before it."""
    with watched_page(chromium, site.url) as page:
        log_in(page, "alice@example.com")
        yield page


def log_in(page: Page, email: str, then: str = "/playground/new/") -> None:
    page.goto(f"/accounts/login/?next={then}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**{then}")


def write(page: Page, code: str) -> None:
    page.locator("#playground.has-editor").wait_for()
    page.get_by_role("textbox", name="main.py").focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def test_it_runs_keeps_and_shares_a_program(site: Site, chromium: Browser, page: Page) -> None:
    write(page, CODE)
    page.keyboard.press("Control+Enter")

    result = page.locator("#playground_results")
    expect(result.locator("[data-verdict=passed]")).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(result.get_by_label("Output")).to_have_text("made\n")
    expect(page.locator("#playground_status")).to_have_text("It ran to its end")
    assert violations(page) == []

    page.get_by_text("Save as a snippet").click()
    page.get_by_label("Name").fill("A queue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/snippets/**")
    # What it did is still there, as it is what was run last.
    expect(result.get_by_label("Output")).to_have_text("made\n")
    link = page.url

    page.get_by_role("link", name="Rename, share or delete", exact=True).first.click()
    page.get_by_role("button", name="Share by link").click()
    expect(page.get_by_text(link, exact=True)).to_be_visible()
    assert violations(page) == []

    with watched_page(chromium, site.url) as other:
        log_in(other, "bob@example.com", then=link.removeprefix(site.url))
        expect(other.get_by_text("shares this snippet with you")).to_be_visible()


def test_what_was_typed_comes_back(page: Page) -> None:
    write(page, "print('half a thou")
    page.reload()

    expect(page.locator("[data-file='main.py']")).to_have_value("print('half a thou")
    page.get_by_role("button", name="Drop them").click()
    expect(page.locator("[data-file='main.py']")).to_have_value("import boto3\n\n")
