"""One ticket sent several times at the same moment: a program for `tests.services.races`."""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from learn.accounts.models import User  # noqa: E402
from learn.catalog.catalogue import get_course  # noqa: E402
from learn.lessons import actions  # noqa: E402
from learn.lessons.tickets import Ticket  # noqa: E402
from learn.questions.kinds.multiple_choice import MultipleChoice  # noqa: E402
from learn.questions.variants import variant_of  # noqa: E402
from learn.quizzes.models import Answer  # noqa: E402
from tests.learn.course_files import write_course  # noqa: E402
from tests.services.races import at_once  # noqa: E402

AT_ONCE = 8


def main(folder: Path) -> None:
    settings.CONTENT_DIRS = (write_course(folder),)
    call_command("migrate", verbosity=0)
    zoe = User.objects.create_user("zoe@example.com")
    question = get_course().question("queues/who-deletes")
    assert question is not None
    ticket = Ticket.fresh(question)
    variant = variant_of(question, ticket.seed)
    assert isinstance(variant, MultipleChoice)
    fields = {"": [variant.correct_option.id]}
    taken = at_once([lambda: actions.answer(zoe, question, ticket, fields).pk] * AT_ONCE)
    found = {"answers": Answer.objects.count(), "taken": len(set(taken))}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
