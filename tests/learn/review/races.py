"""Answers and tabs at the same moment: a program for `tests.services.races`."""

import json
import sys
from functools import partial
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from learn.accounts.models import User  # noqa: E402
from learn.quizzes import answering  # noqa: E402
from learn.quizzes.models import Answer  # noqa: E402
from learn.review import actions, queries  # noqa: E402
from learn.review.models import Card, StudyDay  # noqa: E402
from tests.learn.course_files import write_course  # noqa: E402
from tests.learn.review.conftest import COURSE_FILES, option_of, question_at  # noqa: E402
from tests.services.races import at_once  # noqa: E402

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
    at_once([partial(answering.give, one, option_of("topics/a")) for one in asked])
    return {"cards": Card.objects.count(), "answers": StudyDay.objects.get().answers}


def tabs_at_once() -> dict[str, int]:
    """One learner goes on in several tabs."""
    max_ = User.objects.create_user("max@example.com")
    day = queries.current_day()
    for slug in "abc":
        Card.objects.create(user=max_, module="topics", question=slug, due_on=day)
    at_once([lambda: actions.ask_next(max_)] * AT_ONCE)
    return {"asked": Answer.objects.filter(user=max_).count()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
