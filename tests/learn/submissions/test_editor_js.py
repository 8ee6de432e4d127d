"""The lab page's code editor in a real Chromium: typing, completion, the keyboard's way out."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from learn.submissions import actions
from learn.submissions.models import Submission
from learn.submissions.reports import parse_report
from tests.e2e.axe import violations
from tests.learn.course_files import STARTER
from tests.learn.submissions.conftest import Broker, report_json
from tests.services.browser import (
    chromium_program,
    outside_the_event_loop,
    run_chromium,
    watched_page,
    write_code,
)

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)

LAB_PATH = "/modules/queues/labs/worker/"
TEXT = "textarea[data-file]"


@pytest.fixture
def page(chromium_program: str, live_server: LiveServer, as_alice: Client) -> Iterator[Page]:
    """Alice's lab page, with its editor; no violation of the policy, no error, no other host."""
    session = as_alice.cookies["sessionid"].value
    with (
        run_chromium(chromium_program) as browser,
        watched_page(browser, live_server.url) as page,
    ):
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(LAB_PATH)
        page.locator("#lab_editor.has-editor").wait_for()
        yield page


def test_it_writes_into_the_forms_field(page: Page) -> None:
    expect(page.locator(TEXT)).to_be_hidden()
    write_code(page, "x = 1\n")
    expect(page.locator(TEXT)).to_have_value("x = 1\n")


def test_it_completes_boto3(page: Page) -> None:
    write_code(page, 'import boto3\nsqs = boto3.client("sqs")\nsqs.')
    page.keyboard.type("send_message_b")
    page.get_by_role("option", name="send_message_batch").click()
    page.keyboard.type("(Ent", delay=20)
    page.get_by_role("option", name="Entries=").click()
    expect(page.locator(TEXT)).to_have_value(
        'import boto3\nsqs = boto3.client("sqs")\nsqs.send_message_batch(Entries=)'
    )


def test_it_completes_resources(page: Page) -> None:
    write_code(page, 'import boto3\ntable = boto3.resource("dynamodb").Table("orders")\ntable.')
    page.keyboard.type("put_")
    expect(page.get_by_role("option", name="put_item")).to_be_visible()


def test_escape_and_tab_leave_it(page: Page) -> None:
    write_code(page, "x = 1")
    page.keyboard.press("Tab")
    expect(page.locator(TEXT)).to_have_value("    x = 1")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()


def test_it_finds_and_replaces(page: Page) -> None:
    write_code(page, "one = 1\ntwo = one\n")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("textbox", name="Find").fill("one")
    page.get_by_role("textbox", name="Replace with").fill("uno")
    page.get_by_role("button", name="replace all").click()
    expect(page.locator(TEXT)).to_have_value("uno = 1\ntwo = uno\n")


def test_plain_text_is_remembered(page: Page) -> None:
    page.get_by_role("button", name="Plain text").click()
    expect(page.locator(TEXT)).to_be_visible()
    page.reload()
    expect(page.locator(TEXT)).to_be_visible()
    page.get_by_role("button", name="Plain text").click()
    expect(page.locator(TEXT)).to_be_hidden()


def test_it_marks_the_line_of_an_error(page: Page, broker: Broker) -> None:
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#lab_results")).to_contain_text("Your code is being graded")
    error = {"source": "handler.py:1", "message": "KeyError: 'nope'"}
    with outside_the_event_loop():
        row = Submission.with_runs.get()
        assert actions.record_report(row.pk, parse_report(report_json("failed", errors=[error])))
    expect(page.locator(".cm-mark-sentence")).to_have_text("KeyError: 'nope'")
    expect(page.locator(".cm-mark-line")).to_have_count(1)
    expect(page.locator(TEXT)).to_have_value(STARTER)


def test_it_is_accessible(page: Page, broker: Broker) -> None:
    write_code(page, "x = 1  # long\n" * 200)
    expect(page.locator("#lab_saved")).to_contain_text("Saved at")
    page.get_by_role("link", name="History").click()
    expect(page.locator("#lab_history")).to_be_visible()
    page.get_by_role("button", name="Find").click()
    assert violations(page) == []
