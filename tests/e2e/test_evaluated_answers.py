"""Answers that a real worker evaluates in the sandbox: each is marked once, whatever gets lost."""

import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.axe import violations
from tests.learn.course_files import QUIZ, SECOND_LESSON, write_course
from tests.learn.questions.kinds.artefact_samples import PATTERN, RIGHT
from tests.services.browser import PATIENCE_MS, Watch, open_page, watched_page
from tests.services.processes import suspended
from tests.services.programs import wait_until
from tests.services.site import Site, run_site
from tests.services.visitor import DEMO_PASSWORD, Visitor

pytestmark = pytest.mark.slow  # it starts the whole site

LESSON = "/modules/queues/lessons/retries/"
CHECK = f"{LESSON}questions/pattern/"
MARKED_SECONDS = 60
WRONG = '{"source": ["shop"]}'
# Counts what the database really did, whatever the site believes.
COUNT_MARKS = (
    "CREATE TABLE marking (answer INTEGER)",
    """
    CREATE TRIGGER count_marks AFTER UPDATE OF score ON quizzes_answer
    WHEN NEW.score IS NOT NULL BEGIN INSERT INTO marking VALUES (NEW.id); END
    """,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """With a question about an event pattern in a lesson."""
    folder = tmp_path_factory.mktemp("evaluated")
    changes = {
        "queues/questions/pattern.yaml": PATTERN,
        "queues/quizzes/check.toml": QUIZ.replace('"how-often"', '"how-often", "pattern"'),
        "queues/lessons/02-retries.md": f"{SECOND_LESSON}\n[[check: pattern]]\n",
    }
    content = write_course(folder / "content", changes)
    environment = {"CONTENT_DIRS": str(content), "SUBMISSION_RESEND_SECONDS": "1"}
    with run_site(folder / "data", **environment) as site:
        for statement in COUNT_MARKS:
            site.rows(statement)
        yield site


@pytest.fixture
def alice(site: Site) -> Visitor:
    visitor = Visitor(site.url)
    visitor.log_in("alice@example.com")
    return visitor


def answer(site: Site, visitor: Visitor, text: str) -> int:
    """The number of the answer, which waits for its mark."""
    ticket = re.search(r'name="ticket" value="([^"]+)"', visitor.get(CHECK))
    assert ticket
    visitor.post(CHECK, ticket=ticket[1], check_pattern=text)
    ((number,),) = site.rows("SELECT max(id) FROM quizzes_answer")
    return int(number)


def column(site: Site, name: str, number: int) -> Any:
    sql = f"SELECT {name} FROM quizzes_answer WHERE id = ?"  # noqa: S608 (our own names)
    ((found,),) = site.rows(sql, number)
    return found


def wait_for_mark(site: Site, number: int) -> float:
    """The score, once it is there, and after all messages are worked off."""
    wait_until(
        lambda: (
            column(site, "status", number) == "marked"
            and not site.messages("grading")
            and not site.messages("results")
        ),
        MARKED_SECONDS,
        "it is marked, and no message is left",
    )
    assert site.rows("SELECT count(*) FROM marking WHERE answer = ?", number) == [(1,)]
    return float(column(site, "score", number))


def test_it_marks_what_the_evaluator_finds(site: Site, alice: Visitor) -> None:
    right = answer(site, alice, RIGHT)
    assert wait_for_mark(site, right) == 1
    assert "All 4 cases come out right" in alice.get(f"/answers/{right}/")

    wrong = answer(site, alice, WRONG)
    assert wait_for_mark(site, wrong) == 0
    page = alice.get(f"/answers/{wrong}/")
    assert "An order of 20" in page
    assert "does not match" in page

    refused = answer(site, alice, '{"source": "shop"}')
    assert wait_for_mark(site, refused) == 0
    assert "Event pattern is not valid" in alice.get(f"/answers/{refused}/")


def test_an_answer_outlives_its_message(site: Site, alice: Visitor) -> None:
    with suspended(site.grading_worker):
        number = answer(site, alice, RIGHT)
        assert site.messages("grading")
        for message in site.messages("grading"):
            message.unlink()
    assert column(site, "status", number) == "marking"
    assert "Being marked" in alice.get(f"/answers/{number}/")

    assert wait_for_mark(site, number) == 1
    assert column(site, "send_count", number) > 1


def test_an_evaluation_that_comes_twice_marks_once(site: Site, alice: Visitor) -> None:
    with suspended(site.site_worker):
        number = answer(site, alice, WRONG)
        wait_until(lambda: bool(site.messages("results")), MARKED_SECONDS, "it is evaluated")
        (message,) = site.messages("results")
        shutil.copy(message, message.with_name(f"{message.name[:20]}_again.results.msg"))

    assert wait_for_mark(site, number) == 0

    late = f"evaluation of answer {number}-"
    wait_until(
        lambda: late in site.log("site-worker"), MARKED_SECONDS, "the second one came too late"
    )


def test_a_learner_answers_by_keyboard_and_sees_the_mark_come(
    chromium: Browser, site: Site
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    watch = Watch(site.url)
    with open_page(chromium, site.url, watch) as page:
        log_in(page, "bob@example.com")
        page.goto(LESSON)
        half = '{"source": ["shop"'
        answer_by_keyboard(page, half)
        expect(page.get_by_text("line 1, column 19")).to_be_visible()
        expect(box(page)).to_have_value(half)

        answer_by_keyboard(page, WRONG)
        given = page.locator(".answer")
        expect(given).to_contain_text("An order of 20 does not come out right")
        expect(given).to_contain_text("A right answer")
        assert violations(page) == []
    [complaint] = watch.complaints
    assert "422" in complaint  # of the half that was refused, by the browser


def test_an_attempt_is_scored_when_its_last_answer_is(chromium: Browser, site: Site) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    with watched_page(chromium, site.url) as page:
        log_in(page, "bob@example.com")
        page.goto("/modules/queues/quizzes/check/")
        page.get_by_role("button", name="Begin").click()
        page.get_by_label("The consumer").check()
        page.get_by_label("At least once").check()
        box(page).fill(RIGHT)
        expect(page.get_by_text("Saved", exact=True)).to_be_visible()
        page.get_by_role("button", name="Submit my answers").click()
        expect(page.get_by_role("heading", name="3 of 3 points")).to_be_visible()
        expect(page.get_by_text("All 4 cases come out right.")).to_be_visible()
        assert violations(page) == []


def log_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Account of")).to_be_attached()


def box(page: Page) -> Locator:
    return page.get_by_label("Your event pattern (JSON)")


def answer_by_keyboard(page: Page, text: str) -> None:
    """Type over what is there, leave the box by Tab, and press the button that comes next."""
    box(page).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Check my answer")).to_be_focused()
    page.keyboard.press("Enter")
