"""The helper must see what is wrong, or no test that relies on it could fail for it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.e2e.axe import violations

GOOD = """<!DOCTYPE html><html lang="en"><title>Page</title>
<meta name="color-scheme" content="light dark">
<style>
  html { color-scheme: light dark; background: light-dark(#fff, #000) }
  body { color: light-dark(#000, #fff) }
  .faint { color: light-dark(#000, #333) }
</style>
<main><h1>Page</h1><p>Text</p></main></html>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page of a site that is played by the browser itself."""
    page = chromium.new_page()
    page.route("http://site.test/", answer)
    page.goto("http://site.test/")
    yield page
    page.close()


def answer(route: Route) -> None:
    # As the site's own: no inline script, from which axe-core needs no exception.
    policy = {"Content-Security-Policy": "script-src 'self'"}
    route.fulfill(headers={**policy, "Content-Type": "text/html"}, body="")


def test_it_finds_nothing_in_a_good_page(page: Page) -> None:
    page.set_content(GOOD)

    assert violations(page) == []


def test_it_finds_a_field_without_a_name(page: Page) -> None:
    page.set_content(GOOD.replace("<p>", "<input><p>"))

    light, dark = violations(page)

    assert light.startswith("light: label (critical): ['input']")
    assert dark.startswith("dark: label (critical): ['input']")


def test_it_finds_what_is_too_faint_in_the_dark_alone(page: Page) -> None:
    page.set_content(GOOD.replace("<p>", '<p class="faint">'))

    (line,) = violations(page)

    assert line.startswith("dark: color-contrast (serious)")
