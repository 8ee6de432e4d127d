"""The lab page's ES module in a real Chromium, with plain textareas.

test_editor_js has the editor. The worker's part is played by the tests.
"""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from learn.submissions import actions
from learn.submissions.models import Submission
from learn.submissions.reports import parse_report
from tests.learn.course_files import STARTER
from tests.learn.submissions.conftest import Broker, report_json
from tests.services.browser import (
    Watch,
    chromium_program,
    open_page,
    outside_the_event_loop,
    run_chromium,
)

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)

LAB_PATH = "/modules/queues/labs/worker/"
EDITOR = "textarea"
PLAIN = """localStorage.setItem("coldstart:editor", '{"plain": true}')"""
# Some tests want to be refused, of which the browser and htmx tell in the console.
REFUSALS = ("Failed to load resource", "Response Status Error Code")
AUTOSAVE = "**/draft/"


@pytest.fixture
def page(chromium_program: str, live_server: LiveServer, as_alice: Client) -> Iterator[Page]:
    """Alice's browser, in which any error of a script fails the test."""
    session = as_alice.cookies["sessionid"].value
    watch = Watch(live_server.url)
    with (
        run_chromium(chromium_program) as browser,
        open_page(browser, live_server.url, watch) as page,
    ):
        page.add_init_script(PLAIN)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        yield page
    assert [text for text in watch.complaints if not any(one in text for one in REFUSALS)] == []


def grade(verdict: str) -> None:
    with outside_the_event_loop():
        queued = Submission.with_runs.get(status="queued")
        assert actions.record_report(queued.pk, parse_report(report_json(verdict)))


def test_it_shows_the_verdict_without_a_reload(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "x = 1\n")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#lab_results")).to_contain_text("Your code is being graded")
    grade("failed")
    expect(page.locator("[data-verdict=failed]")).to_contain_text("A <bad> order was lost.")
    expect(page.locator("#lab_status")).to_have_text("Not there yet. 1 of 3 points.")
    elapsed = page.locator("[data-elapsed-ms]")
    expect(elapsed).to_be_visible()
    assert int(elapsed.get_attribute("data-elapsed-ms") or "") > 0


def test_it_submits_again_on_the_same_page(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    for verdict in ("failed", "passed"):
        page.get_by_role("button", name="Submit").click()
        expect(page.locator("#lab_results")).to_contain_text("Your code is being graded")
        grade(verdict)
        expect(page.locator(f"[data-verdict={verdict}] [data-elapsed-ms]")).to_be_visible()


def test_it_says_what_is_wrong_and_keeps_the_text(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "x" * 70_000)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#lab_message")).to_contain_text("handler.py is larger than 64 KiB")
    expect(page.locator(EDITOR)).to_have_value("x" * 70_000)
    assert broker.jobs == []
    page.fill(EDITOR, "x = 1\n")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#lab_message")).not_to_contain_text("larger")


def test_it_brings_back_what_the_site_did_not_get(page: Page, broker: Broker) -> None:
    page.route(AUTOSAVE, lambda route: route.abort())
    page.goto(LAB_PATH)
    page.fill(EDITOR, "half = 'done'\n")
    page.reload()
    expect(page.locator(EDITOR)).to_have_value("half = 'done'\n")
    page.click("text=Drop them")
    expect(page.locator(EDITOR)).to_have_value(STARTER)
    page.reload()
    expect(page.locator(EDITOR)).to_have_value(STARTER)


def test_it_saves_at_a_pause(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "half = 'done'\n")
    expect(page.locator("#lab_saved")).to_contain_text("Saved at")
    page.evaluate("localStorage.clear(); indexedDB.deleteDatabase('coldstart')")
    page.reload()
    expect(page.locator(EDITOR)).to_have_value("half = 'done'\n")


def test_it_says_when_the_site_cannot_be_reached(page: Page, broker: Broker) -> None:
    page.route(AUTOSAVE, lambda route: route.abort())
    page.goto(LAB_PATH)
    page.fill(EDITOR, "half = 'done'\n")
    expect(page.locator("#lab_saved")).to_contain_text("This browser keeps your code")


def test_it_brings_back_a_version(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "first = 1\n")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#lab_results")).to_contain_text("Your code is being graded")
    page.fill(EDITOR, "second = 2\n")
    expect(page.locator("#lab_saved")).to_contain_text("Saved at")
    page.get_by_role("link", name="History").click()
    history = page.locator("#lab_history")
    expect(history.locator(".history-row")).to_have_count(2)
    history.locator(".history-row", has_text="Submission").get_by_role("button").click()
    expect(page.locator(EDITOR)).to_have_value("first = 1\n")
    page.click("text=Undo")
    expect(page.locator(EDITOR)).to_have_value("second = 2\n")


def test_it_saves_what_is_typed_while_code_is_sent(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "sent = 1\n")
    page.evaluate(
        """() => {
          document.querySelector("[value=run]").click();
          const field = document.querySelector("textarea[data-file]");
          field.value = "later = 1\\n";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    expect(page.locator("#lab_results")).to_contain_text("Your code is being graded")
    expect(page.locator("#lab_saved")).to_contain_text("Saved at")
    page.evaluate("localStorage.clear(); indexedDB.deleteDatabase('coldstart')")
    page.reload()
    expect(page.locator(EDITOR)).to_have_value("later = 1\n")


def test_it_runs_the_visible_checks(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "x = 1\n")
    page.press(EDITOR, "Control+Enter")
    expect(page.locator("#lab_results")).to_contain_text("Your code is being graded")
    assert broker.jobs[0]["only_visible"] is True
    grade("failed")
    expect(page.locator("[data-verdict=failed]")).to_contain_text("1 of 2 visible checks")
    expect(page.locator("#lab_status")).to_have_text("Not there yet. 1 of 2 visible checks pass.")


def test_it_hides_no_newer_code_behind_an_old_draft(page: Page, broker: Broker) -> None:
    page.route(AUTOSAVE, lambda route: route.abort())
    page.goto(LAB_PATH)
    page.fill(EDITOR, "old = 'draft'\n")
    newer = {"handler.py": "newer = 'elsewhere'\n"}
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    form: dict[str, str | float | bool] = {
        "file-handler.py": newer["handler.py"],
        "csrfmiddlewaretoken": token,
    }
    page.request.post(f"{LAB_PATH}submit/", form=form)
    page.reload()
    expect(page.locator(EDITOR)).to_have_value(newer["handler.py"])
    page.click("text=Bring it back")
    expect(page.locator(EDITOR)).to_have_value("old = 'draft'\n")


def test_it_resets_to_the_starter_and_back(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "mine = 1\n")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(EDITOR)).to_have_value(STARTER)
    page.click("text=Undo")
    expect(page.locator(EDITOR)).to_have_value("mine = 1\n")


def test_it_loses_no_text_to_a_stale_token(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "precious = 1\n")
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#notices")).to_contain_text("Reload it and try again")
    page.reload()
    expect(page.locator(EDITOR)).to_have_value("precious = 1\n")


def test_it_brings_the_code_back_after_a_log_in(page: Page, broker: Broker) -> None:
    page.goto(LAB_PATH)
    page.fill(EDITOR, "precious = 1\n")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Submit").click()
    page.fill("[name=login]", "alice@example.com")
    page.fill("[name=password]", "correct horse battery staple")
    page.press("[name=password]", "Enter")
    expect(page.locator("#lab_message")).to_contain_text("Your code was kept")
    expect(page.locator(EDITOR)).to_have_value("precious = 1\n")


def test_it_leaves_the_tab_key_alone(page: Page) -> None:
    page.goto(LAB_PATH)
    page.focus(EDITOR)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
