"""Every kind in a real Chromium: by keyboard, without scripts, and looked at by axe-core."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.axe import violations
from tests.learn.questions.samples import SAMPLES
from tests.services.browser import PATIENCE_MS, chromium_program, run_chromium, watched_page

__all__ = ["chromium_program"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.learn.questions.showcase"),
]

RIGHT_ORDER = [
    "The producer calls SendMessage.",
    "The consumer receives it.",
    "The visibility timeout runs, and the message is hidden from every other consumer.",
    "The consumer calls DeleteMessage.",
]


def path_of(name: str) -> str:
    number = next(n for n, sample in enumerate(SAMPLES) if sample.name == name)
    return f"/showcase/{number}/"


@pytest.fixture
def browser(chromium_program: str, live_server: LiveServer) -> Iterator[Browser]:
    """One for each test: its event loop must be gone before the live server is."""
    with run_chromium(chromium_program) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page in which any error of a script or of the policy fails the test."""
    with watched_page(browser, live_server.url) as page:
        page.emulate_media(reduced_motion="reduce")
        yield page


@contextmanager
def page_without_scripts(browser: Browser, url: str) -> Iterator[Page]:
    context = browser.new_context(base_url=url, java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def give(page: Page) -> None:
    page.get_by_role("button", name="Give the answer").press("Enter")


def order(page: Page) -> list[str]:
    """The items from top to bottom."""
    return page.locator(".order-item > :is(.order-text, label)").all_inner_texts()


def press_until_first(page: Page, name: str) -> None:
    """Move an item up by the keyboard, which must stay on its button."""
    button = page.get_by_role("button", name=f"Move up: {name}", exact=True)
    button.focus()
    while order(page)[0] != name:
        page.keyboard.press("Enter")
        expect(button).to_be_focused()


@pytest.mark.slow
def test_it_leaves_nobody_out(page: Page) -> None:
    found = {}
    for sample in SAMPLES:
        for path in (path_of(sample.name), f"{path_of(sample.name)}answers/"):
            page.goto(path)
            if faults := violations(page):
                found[path] = faults
    assert found == {}


@pytest.mark.slow
def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for sample in SAMPLES:
        for path in (path_of(sample.name), f"{path_of(sample.name)}answers/"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_it_orders_by_keyboard(page: Page) -> None:
    page.goto(path_of("ordering"))
    give(page)
    expect(page.locator(".errorlist")).to_have_text(
        "Put the items in order. None has a place yet."
    )
    expect(page.locator("select").first).to_be_hidden()
    for name in reversed(RIGHT_ORDER):
        press_until_first(page, name)
    assert order(page) == RIGHT_ORDER
    status = page.get_by_role("status")
    page.keyboard.press("Enter")
    expect(status).to_have_text("The producer calls SendMessage. is already first.")
    page.get_by_role("button", name="Move down: The consumer receives it.").press("Space")
    expect(status).to_have_text("The consumer receives it. is now at place 3 of 4.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    give(page)
    expect(page.locator(".answer .badge")).to_have_text("Right")


def test_it_orders_by_dragging_and_tells_whoever_saves(page: Page) -> None:
    page.goto(path_of("ordering"))
    page.evaluate(
        """() => {
            window.saved = [];
            document.querySelector("#showcase").addEventListener("change", (event) => {
                window.saved.push([...new FormData(event.currentTarget).values()].slice(1));
            });
        }"""
    )
    before = order(page)
    items = page.locator(".order-item")
    items.nth(3).drag_to(items.nth(0), target_position={"x": 20, "y": 4})
    assert order(page) == [before[3], *before[:3]]
    expect(page.get_by_role("status")).to_have_text(f"{before[3]} is now at place 1 of 4.")
    assert page.evaluate("window.saved") == [["1", "2", "3", "4"]]


def test_it_orders_without_scripts(browser: Browser, live_server: LiveServer) -> None:
    with page_without_scripts(browser, live_server.url) as page:
        page.goto(path_of("ordering"))
        for place, name in enumerate(RIGHT_ORDER, start=1):
            page.get_by_label(name).select_option(str(max(place, 2)))
        give(page)
        error = "Place 2 is given twice. Give each item its own."
        expect(page.locator(".errorlist")).to_have_text(error)
        expect(page.get_by_label(RIGHT_ORDER[3])).to_have_value("4")
        page.get_by_label(RIGHT_ORDER[0]).select_option("1")
        give(page)
        expect(page.locator(".answer .badge")).to_have_text("Right")


def test_it_shows_the_order_that_was_given_before(page: Page) -> None:
    page.goto(path_of("ordering"))
    page.locator("select").evaluate_all(
        "(lists) => lists.forEach((list, index) => (list.value = 4 - index))"
    )
    shown = order(page)
    # As htmx brings a part of a page: equipped anew.
    page.evaluate(
        """() => {
            const list = document.querySelector(".order");
            for (const item of list.children) {
                item.querySelector(".order-buttons").remove();
                const label = document.createElement("label");
                label.append(...item.querySelector(".order-text").childNodes);
                item.querySelector(".order-text").replaceWith(label);
            }
            list.classList.remove("order-moves");
            document.body.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
        }"""
    )
    assert order(page) == shown[::-1]


def test_it_picks_by_keyboard(page: Page) -> None:
    page.goto(path_of("multiple_select, pick 3"))
    group = page.get_by_role("group", name="Pick three.")
    for name in ("arrives twice", "More than 10,000"):
        group.get_by_role("checkbox", name=name).press("Space")
    give(page)
    expect(page.locator(".errorlist")).to_have_text("Pick three. You picked two.")
    expect(group.get_by_role("checkbox", checked=True)).to_have_count(2)
    group.get_by_role("checkbox", name="out of order").press("Space")
    give(page)
    expect(page.locator(".answer .badge")).to_have_text("Partly right")
    expect(page.locator(".choice-missed")).to_contain_text("A batch with a single record")


def test_it_matches_by_keyboard(page: Page) -> None:
    page.goto(path_of("matching"))
    # They are numbered, as one of them is too long for a phone.
    choices = page.locator(".numbered li").all_inner_texts()
    for term, choice in {
        "workers": "SQS",
        "every": "SQS",
        "content": "Ev",
        "buffer": "SQS",
    }.items():
        number = next(n for n, text in enumerate(choices, start=1) if text.startswith(choice))
        page.get_by_label(term).press(str(number))
    give(page)
    expect(page.locator(".answer .badge")).to_have_text("Partly right")
    expect(page.locator(".choice-wrong")).to_contain_text("A queue gives each message to one")


def test_it_takes_a_typed_answer(page: Page) -> None:
    page.goto(path_of("short_text"))
    page.get_by_label("Your answer").press("Enter")
    expect(page.locator(".errorlist")).to_have_text("Write an answer.")
    page.get_by_label("Your answer").fill("<b>batch-item failures</b>")
    give(page)
    expect(page.locator(".typed").first).to_have_text("<b>batch-item failures</b>")
    page.goto(path_of("short_text"))
    page.get_by_label("Your answer").fill("REPORT BATCH ITEM FAILURES")
    page.get_by_label("Your answer").press("Enter")
    expect(page.locator(".answer .badge")).to_have_text("Right")


def test_it_takes_numbers_with_their_units(page: Page) -> None:
    page.goto(path_of("numeric, parts"))
    page.get_by_label("Read capacity").fill("140 read capacity units")
    give(page)
    expect(page.locator(".errorlist")).to_have_text("Write a number into each field.")
    expect(page.get_by_label("Read capacity")).to_have_value("140 read capacity units")
    page.get_by_label("Write capacity").fill("150 WCU")
    page.get_by_label("Write capacity").press("Enter")
    expect(page.locator(".answer .badge")).to_have_text("Partly right")
    expect(page.locator(".answer")).to_contain_text("In a transaction each write is done twice")
    expect(page.locator(".choice-wrong")).to_contain_text("300 WCU")
