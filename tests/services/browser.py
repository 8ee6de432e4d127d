"""A real Chromium, watched while it visits a site."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebError, sync_playwright

from tests.services.programs import require

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Two cores may be busy with other tests.
PATIENCE_MS = 20_000


@contextmanager
def run_chromium(program: str) -> Iterator[Browser]:
    """Leaves an event loop in this thread as long as it runs: Django then refuses queries."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def chromium_program() -> str:
    """The path of Debian's Chromium."""
    return require("chromium", product="Chromium", package="chromium")


@pytest.fixture(scope="module")
def chromium(chromium_program: str) -> Iterator[Browser]:
    """One running browser for the module."""
    with run_chromium(chromium_program) as browser:
        yield browser


class Watch:
    """Collects what a page of this site must never cause."""

    def __init__(self, url: str) -> None:
        self.complaints: list[str] = []
        self._host = urlsplit(url).netloc

    def on_console(self, message: ConsoleMessage) -> None:
        """Errors and warnings, which also tell of everything that the policy has blocked."""
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text}")

    def on_error(self, error: WebError) -> None:
        """An exception that no script caught."""
        self.complaints.append(f"exception: {error.error}")

    def on_request(self, request: Request) -> None:
        """Only this site may be asked."""
        address = urlsplit(request.url)
        if address.netloc != self._host and address.scheme != "data":
            self.complaints.append(f"request to another host: {request.url}")


@contextmanager
def open_page(browser: Browser, url: str, watch: Watch) -> Iterator[Page]:
    """A page of somebody with no cookies yet, at the site with this URL."""
    context = browser.new_context(base_url=url)
    context.set_default_timeout(PATIENCE_MS)
    context.on("console", watch.on_console)
    context.on("weberror", watch.on_error)
    context.on("request", watch.on_request)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def watched_page(browser: Browser, url: str) -> Iterator[Page]:
    """Fails if the visit caused an error, a violation of the policy or a foreign request."""
    watch = Watch(url)
    with open_page(browser, url, watch) as page:
        yield page
    assert watch.complaints == []


def write_code(page: Page, code: str, file: str = "handler.py") -> None:
    """Types the code into the lab page's editor, in place of what is there."""
    page.locator(".editor-files").scroll_into_view_if_needed()
    page.locator("#lab_editor.has-editor").wait_for()
    page.get_by_role("textbox", name=file).focus()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


@contextmanager
def outside_the_event_loop() -> Iterator[None]:
    """Playwright leaves an event loop running in this thread, in which Django refuses queries."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
