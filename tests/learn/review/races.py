"""Things that happen at the same moment, on a database of their own: `DATABASE_URL` names it.

Threads of the test process would share its database in memory, where nothing is concurrent.
Prints JSON: how many rows there are of what there should be one.
"""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from learn.accounts.models import User  # noqa: E402
from learn.quizzes import answering  # noqa: E402
from learn.quizzes.models import Answer  # noqa: E402
from learn.review import actions, queries  # noqa: E402
from learn.review.models import Card, StudyDay  # noqa: E402
from tests.learn.course_files import write_course  # noqa: E402
from tests.learn.review.conftest import COURSE_FILES, option_of, question_at  # noqa: E402

AT_ONCE = 8


def main(folder: Path) -> None:
    settings.CONTENT_DIRS = (write_course(folder, COURSE_FILES),)
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps({**answers_at_once(), **tabs_at_once()}))


def answers_at_once() -> dict[str, int]:
    """One learner gives several answers to one question."""
    zoe = User.objects.create_user("zoe@example.com")
    asked = [
        answering.ask(zoe, question_at("topics/a"), Answer.Source.LESSON) for _ in range(AT_ONCE)
    ]
    at_once([lambda one=one: answering.give(one, option_of("topics/a")) for one in asked])  # type: ignore[misc]
    return {"cards": Card.objects.count(), "answers": StudyDay.objects.get().answers}


def tabs_at_once() -> dict[str, int]:
    """One learner goes on in several tabs."""
    max_ = User.objects.create_user("max@example.com")
    day = queries.current_day()
    for slug in "abc":
        Card.objects.create(user=max_, module="topics", question=slug, due_on=day)
    at_once([lambda: actions.ask_next(max_)] * AT_ONCE)
    return {"asked": Answer.objects.filter(user=max_).count()}


def at_once(tasks: list[Callable[[], object]]) -> None:
    """Does all of them, each in a thread of its own; fails if one does."""
    together = threading.Barrier(len(tasks))
    done: list[object] = []

    def do(task: Callable[[], object]) -> None:
        together.wait()
        try:
            done.append(task())
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(tasks)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
