"""The watch must see what goes wrong, or no test that relies on it could fail for it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.services.browser import Watch, chromium, chromium_program, open_page

__all__ = ["chromium", "chromium_program"]

SITE = "http://site.test"


@pytest.fixture
def watch() -> Watch:
    return Watch(SITE)


@pytest.fixture
def page(chromium: Browser, watch: Watch) -> Iterator[Page]:
    """An empty page of a site that is played by the browser itself."""
    with open_page(chromium, SITE, watch) as page:
        page.route(f"{SITE}/*", answer)
        page.goto("/")
        yield page


def answer(route: Route) -> None:
    headers = {"Content-Security-Policy": "img-src 'self'", "Content-Type": "text/html"}
    status = 404 if "missing" in route.request.url else 200
    route.fulfill(status=status, headers=headers, body="<body><img></body>")


def test_it_has_no_complaint_about_a_good_page(page: Page, watch: Watch) -> None:
    page.goto("/other")

    assert watch.complaints == []


def test_it_sees_an_exception(page: Page, watch: Watch) -> None:
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('a bug') })")

    assert watch.complaints == ["exception: a bug"]


def test_it_sees_what_the_policy_forbids(page: Page, watch: Watch) -> None:
    with page.expect_console_message():
        page.evaluate("document.images[0].src = 'http://other.test/'")

    assert "request to another host: http://other.test/" in watch.complaints
    (violation,) = (one for one in watch.complaints if "violates" in one)
    assert "http://other.test/" in violation


def test_it_sees_an_answer_with_an_error(page: Page, watch: Watch) -> None:
    with page.expect_console_message():
        page.goto("/missing")

    (complaint,) = watch.complaints
    assert "404" in complaint
