"""How long the site's main pages take on the server, and how many queries they cost.

    uv run python -m tests.bench.pages

It prints a table of the whole course's pages for a learner: queries, and the medians in
milliseconds of a request through all of Django, without a network. On a machine that is busy with
other things, look at the processor's.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

REQUESTS = 60
WARM_UP = 5


def main() -> None:
    """Makes a database of its own, with one learner who has begun."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "learn.settings"
    os.environ["SECRET_KEY"] = "only for benchmarks"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COLDSTART_DATA"] = folder
        os.environ["ALLOWED_HOSTS"] = "testserver"
        import django

        django.setup()
        prepare()
        measure()


def prepare() -> None:
    """The tables, and static files as names that are looked up as in production."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def measure() -> None:
    """Prints the table."""
    from django.test import Client

    from learn.accounts.models import User

    learner = User.objects.create_user("bench@example.com", "not used here", name="Bench")
    client = Client()
    client.force_login(learner)
    print(f"{'page':<14}{'queries':>8}{'median ms':>11}{'CPU ms':>9}{'KB':>7}")
    for name, path in pages().items():
        print_row(client, name, path)


def pages() -> dict[str, str]:
    """`{name: path}`."""
    from learn.catalog.catalogue import get_course

    course = get_course()
    lab, lesson = course.demo_lab, course.modules[1].lessons[0]
    assert lab
    return {
        "home": "/",
        "module": course.modules[1].url,
        "lesson": lesson.url,
        "notes": f"{lesson.url}notes/",
        "quiz": course.quizzes[0].url,
        "lab": lab.url,
        "review": "/review/",
        "search": "/search/?q=visibility",
        "glossary": "/glossary/",
        "bookmarks": "/bookmarks/",
    }


def print_row(client: Client, name: str, path: str) -> None:
    """One page, asked for again and again."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UP):
        response = client.get(path)
        assert response.status_code == 200, (path, response.status_code)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
        queries = len(captured)
    times = [seconds(client, path) for _ in range(REQUESTS)]
    median = statistics.median(wall for wall, _ in times) * 1000
    cpu = statistics.median(cpu for _, cpu in times) * 1000
    size = len(response.content) / 1024
    print(f"{name:<14}{queries:>8}{median:>11.1f}{cpu:>9.1f}{size:>7.0f}")


def seconds(client: Client, path: str) -> tuple[float, float]:
    """One request: by the clock on the wall, and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    client.get(path)
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
