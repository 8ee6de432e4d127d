"""What people do with the site, in a real browser against a real `manage.py up`."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import lab_code
from tests.services.browser import PATIENCE_MS, watched_page, write_code
from tests.services.site import Site, run_site
from tests.services.visitor import DEMO_PASSWORD, LAB

type Visit = Callable[[], AbstractContextManager[Page]]

LESSON = "Partial batches: one bad message among ten"
ANSWERS = (
    "All ten messages, when their visibility timeout has ended.",
    "The mapping was made without ReportBatchItemFailures.",
    "It deletes none of them, so all ten messages will come back.",
    "Treat the record as done, so that its message is deleted as usual.",
)
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                "Resource": "arn:aws:sqs:us-east-1:123456789012:orders",
            }
        ],
    }
)
WRONG_ANSWER = "Message 7 alone, because it is the one that has failed."
ITS_FEEDBACK = "Lambda sees one failed invocation for ten messages."


@pytest.fixture(scope="module")
def site(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One run of `up` for the module; after the browser, which may be missing."""
    expect.set_options(timeout=PATIENCE_MS)
    with run_site(tmp_path_factory.mktemp("walk") / "data") as site:
        yield site


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Visit:
    """Opens a page in a browser without cookies, in which nothing may go wrong."""
    return lambda: watched_page(chromium, site.url)


def test_a_learner_walks_the_course_and_the_instructor_sees_it(visit: Visit) -> None:
    with visit() as page:
        log_in(page, "alice@example.com")
        read_the_lesson(page)
        answer_the_quiz(page)
        fail_the_lab(page)
        pass_the_lab(page)
    with visit() as page:
        log_in(page, "ines@example.com")
        find_alice_in_the_table(page)
        open_her_work(page)


def test_staff_see_what_the_grading_worker_stands_on(visit: Visit) -> None:
    with visit() as page:
        log_in(page, "ines@example.com")
        page.locator("summary", has_text="Ines").click()
        page.get_by_role("link", name="Grading workers").click()
        worker = page.get_by_role("listitem").filter(has_text="grading1@")
        expect(worker.get_by_text("strict", exact=True)).to_be_visible()


def test_somebody_new_signs_up_joins_and_passes(visit: Visit, site: Site) -> None:
    with visit() as page:
        page.goto("/")
        page.get_by_role("banner").get_by_role("link", name="Sign up").click()
        page.get_by_label("Name").fill("Nora Novak")
        page.get_by_label("Email").fill("nora@example.com")
        page.get_by_label("Password").fill("a very long word")
        page.get_by_role("button", name="Sign up").click()
        page.get_by_role("link", name="Cohorts").click()
        page.get_by_label("Join code").fill(site.join_code)
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_text("You learn")).to_be_visible()

        open_module(page)
        page.get_by_role("link", name=re.compile("Partial-batch worker")).click()
        submit(page, lab_code("solutions/outcomes"))

        expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    with visit() as page:
        log_in(page, "ines@example.com")
        open_demo_cohort(page)
        expect(page.get_by_role("row", name="Nora Novak")).to_contain_text("Passed")


def test_code_survives_a_session_that_ends_while_submitting(visit: Visit, site: Site) -> None:
    code = "# written for an hour\n" + lab_code("solutions/loop")
    with visit() as page:
        log_in(page, "bob@example.com")
        page.goto(LAB)
        end_session(page, site)

        submit(page, code)

        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        fill_log_in(page, "bob@example.com")
        expect(page.get_by_text("Your code was kept and is back in the editor")).to_be_visible()
        expect(page.locator("textarea[data-file]")).to_have_value(code)
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    bobs = "SELECT count(*) FROM submissions_submission WHERE files LIKE '%for an hour%'"
    assert site.rows(bobs) == [(1,)]


def log_in(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Log in").click()
    fill_log_in(page, email)
    expect(page.get_by_text("Account of")).to_be_attached()


def fill_log_in(page: Page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()


def end_session(page: Page, site: Site) -> None:
    """On the server, as when it has expired there."""
    (key,) = (
        cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid"
    )
    assert site.rows("DELETE FROM django_session WHERE session_key = ? RETURNING 1", key)


def open_module(page: Page) -> None:
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Course").click()
    page.locator("#module_sqs").get_by_role("link", name="SQS", exact=True).click()


def read_the_lesson(page: Page) -> None:
    open_module(page)
    page.get_by_role("link", name=re.compile(r"Lesson\s+Partial batches")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("navigation", name="On this page").get_by_role("link").first.click()
    expect(page.locator(".prose pre").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^Next quiz")).click()
    page.get_by_role("button", name="Begin").click()


def answer_the_quiz(page: Page) -> None:
    for answer in (WRONG_ANSWER, *ANSWERS[1:]):
        page.get_by_label(answer).check()
    page.get_by_label("Your answer").fill("1 s")  # of drawn numbers, and never right
    page.get_by_label("JSON").fill(POLICY)  # a worker runs it
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_role("heading", name="4 of 6 points")).to_be_visible()
    expect(page.get_by_text(ITS_FEEDBACK)).to_be_visible()
    expect(page.locator(".answer").first).to_contain_text(f"Right answer {ANSWERS[0]}")
    page.get_by_role("link", name=re.compile("^Go to the lesson: Order and FIFO")).click()
    open_module(page)
    page.get_by_role("link", name=re.compile("Partial-batch worker")).click()


def fail_the_lab(page: Page) -> None:
    submit(page, lab_code("mistakes/raise-on-first-error"))
    expect(page.get_by_role("heading", name="Not there yet")).to_be_visible()
    failed = page.locator(".check", has_text="A recorded order is not delivered again")
    expect(failed).to_contain_text("Failed")
    expect(failed.locator(".check-feedback")).to_contain_text("delivered")
    expect(page.locator("[data-elapsed-ms]")).to_have_text(re.compile(r"^\d+$"))
    assert page.evaluate("window.stillTheSamePage")


def pass_the_lab(page: Page) -> None:
    submit(page, lab_code("solutions/loop"))
    expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    expect(page.locator(".verdict-score")).to_have_text("12 of 12 points")
    assert page.evaluate("window.stillTheSamePage")


def submit(page: Page, code: str) -> None:
    page.evaluate("window.stillTheSamePage = true")
    write_code(page, code)
    page.get_by_role("button", name="Submit").click()


def open_demo_cohort(page: Page) -> None:
    page.get_by_role("link", name="Cohorts").click()
    page.get_by_role("link", name="Demo cohort").click()


def find_alice_in_the_table(page: Page) -> None:
    open_demo_cohort(page)
    row = page.get_by_role("row", name="Alice Adeyemi")
    expect(row).to_contain_text("4 of 6")
    expect(row).to_contain_text("Passed")
    expect(row).to_contain_text("2 tries")
    row.get_by_role("link", name="Alice Adeyemi").click()


def open_her_work(page: Page) -> None:
    expect(page.get_by_role("heading", name="Alice Adeyemi")).to_be_visible()
    works = page.locator("details.work")
    expect(works).to_have_count(2)
    newest, older = works.all()
    expect(newest).to_contain_text("12 of 12 points")
    expect(newest).to_contain_text("class AlreadyRecorded")
    older.locator("> summary").click()
    expect(older.get_by_role("heading", name="Not there yet")).to_be_visible()
    page.get_by_role("link", name="Attempt 1").click()
    expect(page.get_by_text("Attempt of Alice Adeyemi")).to_be_visible()
    expect(page.get_by_text(ITS_FEEDBACK)).to_be_visible()
