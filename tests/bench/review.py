"""How long the server takes for the pages of a review, with many cards.

    uv run python -m tests.bench.review [--cards N] [--count N]

Every third card is due, and every question was answered five times.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from learn.accounts.models import User

MODULES = 20
ANSWERS = 5
WARM_UP = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cards", type=int, default=2000)
    parser.add_argument("--count", type=int, default=30)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, site(Path(folder)):
        measure(Path(folder), arguments.cards, arguments.count)
    return 0


@contextmanager
def site(folder: Path) -> Iterator[None]:
    """Django, on an SQLite file of its own unless DATABASE_URL says otherwise."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "learn.settings"
    os.environ["COLDSTART_DATA"] = str(folder)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/db.sqlite3")
    os.environ.update(SECRET_KEY="only for this run", ALLOWED_HOSTS="testserver")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import override_settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0)
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": static}):
        yield


def measure(folder: Path, cards: int, count: int) -> None:
    """Prints a line for each page: the median and the slowest of `count` loads, in CPU time.

    The server's work is all in this process, and others on the machine do not count.
    """
    from django.conf import settings
    from django.test import Client

    from learn.catalog.catalogue import get_course
    from learn.review.actions import ask_next

    settings.CONTENT_DIRS = (write(folder / "content", cards),)
    get_course()
    user = fill(cards)
    client = Client()
    client.force_login(user)
    sys.stdout.write(f"{cards} cards, {cards * ANSWERS} answers, {count} loads\n")
    asked = ask_next(user)
    assert asked
    pages: dict[str, Callable[[], object]] = {
        "/review/": lambda: client.get("/review/"),
        "a question": lambda: client.get(f"/review/answers/{asked.pk}/"),
        "to the next question": lambda: client.post("/review/next/"),
        "the course, with the badge": lambda: client.get("/"),
    }
    for name, load in pages.items():
        # The first loads read templates, which a running site has done.
        times = sorted([milliseconds(load) for _ in range(WARM_UP + count)][WARM_UP:])
        median, slowest = times[len(times) // 2], times[-1]
        sys.stdout.write(f"{name:<30} {median:6.1f} ms {slowest:6.1f} ms\n")


def milliseconds(load: Callable[[], object]) -> float:
    start = time.process_time()
    load()
    return (time.process_time() - start) * 1000


def write(folder: Path, cards: int) -> Path:
    """A course with as many questions as cards, in MODULES modules."""
    from tests.learn.course_files import COURSE, HOW_OFTEN, write_course

    names = [f"m{number}" for number in range(MODULES)]
    slugs = [f"q{number}" for number in range(cards // MODULES)]
    listed = ", ".join(f'"{slug}"' for slug in slugs)
    files = {
        "course.toml": COURSE.replace('"queues"', ", ".join(f'"{n}"' for n in ("queues", *names)))
    }
    for name in names:
        files[f"{name}/module.toml"] = f'title = "{name}"\nsummary = "More."\nquizzes = ["all"]\n'
        files[f"{name}/quizzes/all.toml"] = f'title = "All"\nquestions = [{listed}]\n'
        files |= {f"{name}/questions/{slug}.yaml": HOW_OFTEN for slug in slugs}
    return write_course(folder, files)


def fill(cards: int) -> User:
    """A learner with cards and answers."""
    from django.utils import timezone

    from learn.accounts.models import User
    from learn.catalog.catalogue import get_course
    from learn.quizzes.answering import keep_version
    from learn.quizzes.models import Answer
    from learn.review.models import Card, StudyDay

    now = timezone.now()
    user = User.objects.create_user("zoe@example.com", name="Zoe")
    questions = [q for m in get_course().modules for q in m.questions if m.slug != "queues"]
    version = keep_version(questions[0])
    Card.objects.bulk_create(
        Card(
            user=user,
            module=question.module,
            question=question.slug,
            due_on=now.date() + dt.timedelta(days=number % 30 - 9),
            state=2,
            stability=1 + number % 90,
            difficulty=5,
            rating=3,
            answered_at=now - dt.timedelta(days=1 + number % 40),
        )
        for number, question in enumerate(questions)
    )
    Answer.objects.bulk_create(
        Answer(
            user=user,
            source=Answer.Source.LESSON,
            module=question.module,
            question=question.slug,
            version=version,
            seed=number,
            status=Answer.Status.MARKED,
            score=1,
            asked_at=now,
            answered_at=now,
            marked_at=now,
        )
        for question in questions
        for number in range(ANSWERS)
    )
    days = [now.date() - dt.timedelta(days=number) for number in range(365)]
    StudyDay.objects.bulk_create(StudyDay(user=user, day=day, answers=3) for day in days)
    return user


if __name__ == "__main__":
    sys.exit(main())
