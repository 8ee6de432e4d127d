"""The browser is killed in the middle of typing, and nothing is lost."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from learn.submissions.models import Draft
from tests.services.browser import (
    ARGUMENTS,
    PATIENCE_MS,
    chromium_program,
    outside_the_event_loop,
    write_code,
)
from tests.services.processes import alive, descendants
from tests.services.programs import wait_until

__all__ = ["chromium_program"]

pytestmark = pytest.mark.django_db(transaction=True)

LAB_PATH = "/modules/queues/labs/worker/"
TEXT = "textarea[data-file]"
CODE = "orders = ['o-1', 'o-2']  # typed for an hour"
# Between two keys; so the last one may be on its way when the browser dies.
KEY_MS = 30


@contextmanager
def alices_page(program: str, profile: Path, url: str, alice: Client) -> Iterator[Page]:
    """The lab page in a browser with this profile, which may die meanwhile."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=program, args=ARGUMENTS, base_url=url
        )
        context.set_default_timeout(PATIENCE_MS)
        session = alice.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        page.goto(LAB_PATH)
        page.locator("#lab_editor.has-editor").wait_for()
        yield page


def kill_browser(profile: Path) -> None:
    """All its processes at once, without a chance to write anything."""
    mark = f"--user-data-dir={profile}".encode()
    browsers = [one for one in descendants(os.getpid()) if mark in command(one.pid)]
    assert browsers
    below = [process for one in browsers for process in descendants(one.pid)]
    for process in {*browsers, *below}:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not alive({*browsers, *below}), 10, "the browser is dead")


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_nothing_is_lost_without_a_connection(
    chromium_program: str, live_server: LiveServer, as_alice: Client, tmp_path: Path
) -> None:
    """The browser's own memory is enough."""
    profile = tmp_path / "profile"
    with alices_page(chromium_program, profile, live_server.url, as_alice) as page:
        page.context.route("**/draft/", lambda route: route.abort())
        write_code(page, "")
        page.keyboard.type(CODE, delay=KEY_MS)
        kill_browser(profile)

    with alices_page(chromium_program, profile, live_server.url, as_alice) as page:
        expect(page.locator("#lab_message")).to_contain_text("Your unsaved changes are back.")
        found = page.locator(TEXT).input_value()
    assert CODE.startswith(found)
    assert len(CODE) - len(found) <= 1
    with outside_the_event_loop():
        assert all(CODE.startswith(draft.files["handler.py"]) for draft in Draft.objects.all())


def test_nothing_is_lost_with_the_profile(
    chromium_program: str, live_server: LiveServer, as_alice: Client, tmp_path: Path
) -> None:
    """The site's memory is enough, as far as the last pause."""
    profile = tmp_path / "profile"
    with alices_page(chromium_program, profile, live_server.url, as_alice) as page:
        write_code(page, CODE)
        expect(page.locator("#lab_saved")).to_contain_text("Saved at")
        kill_browser(profile)

    with alices_page(chromium_program, tmp_path / "new", live_server.url, as_alice) as page:
        expect(page.locator(TEXT)).to_have_value(CODE)
