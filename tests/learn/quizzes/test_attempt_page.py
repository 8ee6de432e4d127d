"""The page of an attempt in a real Chromium, by the keyboard alone; a worker's part is played."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from learn.questions.fields import Fields
from learn.quizzes import answering
from learn.quizzes.models import Answer, Attempt
from tests.e2e.axe import violations
from tests.learn.quizzes.kinds_course import BY_KIND, URL, write_kinds_course
from tests.services.browser import (
    Watch,
    chromium_program,
    open_page,
    outside_the_event_loop,
    run_chromium,
)

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = list(BY_KIND)
# Some tests want to be refused or to lose the connection, of which the browser tells.
WANTED = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")
LETTERS = "§ 🦆 <script>alert(1)</script> ' OR 1=1; 10^999"
ABSURD: dict[str, Fields] = {
    "numeric": {"": ["9e29 parsecs"]},
    "short_text": {"": [LETTERS]},
    "output": {"": [LETTERS * 3]},
    "artefact": {"": ["[[[[]]]]"]},
}


@pytest.fixture
def page(
    chromium_program: str,
    live_server: LiveServer,
    as_alice: Client,
    tmp_path: Path,
    settings: Settings,
) -> Iterator[Page]:
    """Alice's browser, in which any error of a script fails the test."""
    settings.CONTENT_DIRS = (write_kinds_course(tmp_path / "content", "time_limit_minutes = 60"),)
    session = as_alice.cookies["sessionid"].value
    watch = Watch(live_server.url)
    with (
        run_chromium(chromium_program) as browser,
        open_page(browser, live_server.url, watch) as page,
    ):
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.emulate_media(reduced_motion="reduce")
        yield page
    assert [text for text in watch.complaints if not any(one in text for one in WANTED)] == []


def begin(page: Page) -> dict[str, Answer]:
    """Begin by the keyboard; `{kind: open answer}`."""
    page.goto(URL)
    press(page, page.get_by_role("button", name="Begin"))
    expect(page.locator("#attempt")).to_be_visible()
    with outside_the_event_loop():
        rows = Answer.objects.filter(attempt__status="open").select_related("version")
        return {answer.version.kind: answer for answer in rows}


def attempt() -> Attempt:
    """The newest."""
    with outside_the_event_loop():
        return Attempt.objects.latest("number")


def saved(answer: Answer) -> object:
    """The fields that the database has now."""
    with outside_the_event_loop():
        return Answer.objects.get(pk=answer.pk).fields


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, as who has no mouse must."""
    for _ in range(200):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page: Page, button: Locator) -> None:
    """Go there and press Enter."""
    tab_to(page, button)
    page.keyboard.press("Enter")


def answer_by_keyboard(page: Page, answer: Answer, fields: Mapping[str, Sequence[str]]) -> None:
    """Give the answer that these fields are, whatever controls the kind has."""
    place = page.locator(f"#q{answer.position}")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    if answer.version.kind == "ordering":
        put_in_order(page, place, fields)
        return
    for part, values in fields.items():
        name = f"q{answer.position}-{part}" if part else f"q{answer.position}"
        controls = place.locator(f"[name='{name}']")
        match controls.first.evaluate("element => element.type"):
            case "radio":
                choose_radio(page, controls, values[0])
            case "checkbox":
                check_boxes(page, controls, values)
            case "select-one":
                tab_to(page, controls)
                choose_option(page, controls, values[0])
            case _:
                tab_to(page, controls)
                page.keyboard.press("ControlOrMeta+a")
                page.keyboard.insert_text(values[0])


def choose_radio(page: Page, controls: Locator, value: str) -> None:
    focused = controls.locator("xpath=self::*[@checked]")
    tab_to(page, focused if focused.count() else controls.first)
    page.keyboard.press("Space")
    while not controls.and_(page.locator(f"[value='{value}']")).is_checked():
        page.keyboard.press("ArrowDown")


def check_boxes(page: Page, controls: Locator, values: Sequence[str]) -> None:
    for control in controls.all():
        if (control.get_attribute("value") in values) != control.is_checked():
            tab_to(page, control)
            page.keyboard.press("Space")


def choose_option(page: Page, control: Locator, value: str) -> None:
    for _ in range(control.locator("option").count()):
        if control.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    assert control.input_value() == value


def put_in_order(page: Page, place: Locator, fields: Mapping[str, Sequence[str]]) -> None:
    """Move each item up to its place, from the first place to the last."""
    wanted = sorted(fields, key=lambda part: int(fields[part][0]))
    for index, part in enumerate(wanted):
        item = place.locator(f".order-item:has([name$='-{part}'])")
        up = item.get_by_role("button", name="Move up")
        if position_of(item) > index:
            tab_to(page, up)
        while position_of(item) > index:
            page.keyboard.press("Enter")
    # An order that happens to stand there already is given by moving there and back.
    if not place.locator(".order-given").count():
        first = place.locator(".order-item").first
        for name in ("Move down", "Move up"):
            button = first.get_by_role("button", name=name)
            tab_to(page, button)
            page.keyboard.press("Enter")


def position_of(item: Locator) -> int:
    return int(item.evaluate("element => [...element.parentElement.children].indexOf(element)"))


def play_the_worker() -> None:
    """Mark what waits with the real evaluators; the page finds out by itself."""
    with outside_the_event_loop():
        for answer in Answer.objects.filter(status="marking").select_related("version"):
            sample, variant = BY_KIND[answer.version.kind], answering.variant_for(answer)
            job = variant.job(variant.read(answer.fields))
            assert job is not None
            assert sample.evaluate is not None
            found = sample.evaluate(job)
            Answer.objects.filter(pk=answer.pk).update(evaluation=found)
            answering.record_mark(answer, sample.mark(variant, answer.fields))


def ladder(answer: Answer) -> Sequence[Fields]:
    """Answers to this variant, from the worst to the right one."""
    return BY_KIND[answer.version.kind].ladder(answering.variant_for(answer))


def submit(page: Page) -> None:
    press(page, page.get_by_role("button", name="Submit my answers"))


def test_every_kind_is_answered_rightly(page: Page) -> None:
    answers = begin(page)
    for answer in answers.values():
        answer_by_keyboard(page, answer, ladder(answer)[-1])
    expect(page.get_by_text(f"{len(KINDS)} of {len(KINDS)} answered")).to_be_visible()
    assert violations(page) == []

    submit(page)

    expect(page.get_by_role("heading", name="Being marked")).to_be_visible()
    play_the_worker()
    expect(
        page.get_by_role("heading", name=f"{len(KINDS)} of {len(KINDS)} points")
    ).to_be_visible()
    expect(page.locator(".answer .badge", has_text="Right")).to_have_count(len(KINDS))
    assert violations(page) == []


@pytest.mark.slow
def test_every_kind_is_answered_wrongly(page: Page) -> None:
    for answer in begin(page).values():
        answer_by_keyboard(page, answer, ladder(answer)[0])
    submit(page)
    expect(page.get_by_role("heading", name="Being marked")).to_be_visible()
    play_the_worker()

    expect(page.get_by_role("heading", name=f"0 of {len(KINDS)} points")).to_be_visible()
    expect(page.locator(".answer .badge", has_text="Wrong")).to_have_count(len(KINDS))
    assert violations(page) == []


@pytest.mark.slow
def test_every_kind_is_answered_absurdly(page: Page) -> None:
    """Nonsense where one can type, and nothing where one can only choose."""
    for kind, answer in begin(page).items():
        if kind in ABSURD:
            answer_by_keyboard(page, answer, ABSURD[kind])
    blanks = [kind for kind in KINDS if kind not in ABSURD]
    submit(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("are not answered. Nothing was submitted yet.")
    assert violations(page) == []

    press(page, page.get_by_role("button", name=f"Submit with {len(blanks)} unanswered"))
    expect(page.get_by_role("heading", name="Being marked")).to_be_visible()
    play_the_worker()

    expect(page.get_by_role("heading", name=f"0 of {len(KINDS)} points")).to_be_visible()
    expect(page.locator(".answer .badge", has_text="Not answered")).to_have_count(len(blanks))
    assert violations(page) == []


def test_what_is_typed_without_a_connection_is_saved_when_it_is_back(page: Page) -> None:
    short = begin(page)["short_text"]
    page.context.set_offline(True)
    answer_by_keyboard(page, short, {"": ["typed offline"]})
    expect(page.get_by_text("Not saved: the site cannot be reached.")).to_be_visible()
    assert saved(short) == {}

    page.context.set_offline(False)

    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert saved(short) == {"": ["typed offline"]}
    page.reload()
    expect(page.locator(f"[name='q{short.position}']")).to_have_value("typed offline")


@pytest.mark.slow
def test_a_refused_answer_stays_in_the_page_with_the_reason(page: Page) -> None:
    number = begin(page)["numeric"]

    answer_by_keyboard(page, number, {"": ["many"]})

    expect(page.get_by_text("Not saved. Write one number in digits")).to_be_visible()
    assert saved(number) == {}
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("Nothing was submitted, and nothing saved.")
    expect(page.locator(f"[name='q{number.position}']")).to_have_value("many")
    assert attempt().status == "open"


def test_the_page_ends_with_the_time_and_what_was_saved_counts(page: Page) -> None:
    page.clock.install()
    choice = begin(page)["multiple_choice"]
    answer_by_keyboard(page, choice, ladder(choice)[-1])
    page.clock.run_for(1000)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    expect(page.locator("[data-clock]")).to_contain_text("left")
    with outside_the_event_loop():
        Attempt.objects.update(due_at=timezone.now() - dt.timedelta(seconds=1))

    page.clock.run_for("01:00:00")

    expect(page.get_by_role("heading", name=f"1 of {len(KINDS)} points")).to_be_visible()
    expect(page.get_by_text("when its time was over")).to_be_visible()


def test_a_second_tab_learns_that_the_attempt_is_over(page: Page) -> None:
    short = begin(page)["short_text"]
    with page.context.expect_page() as opened:
        page.evaluate("window.open(location.href)")
    other = opened.value
    expect(other.locator("#attempt")).to_be_visible()
    submit(page)
    press(page, page.get_by_role("button", name="Submit with"))
    expect(page.get_by_role("heading", name="points")).to_be_visible()

    answer_by_keyboard(other, short, {"": ["too late"]})

    expect(other.get_by_role("alert")).to_contain_text("This attempt was submitted already.")
    assert saved(short) != {"": ["too late"]}
