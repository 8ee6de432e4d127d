"""Attempts begun, saved and closed at the same moment: a program for `tests.services.races`."""

import json
import sys
from functools import partial
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from learn.accounts.models import User  # noqa: E402
from learn.catalog.catalogue import get_course  # noqa: E402
from learn.quizzes import actions  # noqa: E402
from learn.quizzes.models import Answer, Attempt  # noqa: E402
from learn.quizzes.signals import answer_marked  # noqa: E402
from tests.learn.course_files import write_course  # noqa: E402
from tests.learn.quizzes.conftest import right_sheet, wrong_fields  # noqa: E402
from tests.services.races import at_once  # noqa: E402

AT_ONCE = 8
ROUNDS = 5

marked: list[object] = []


def main(folder: Path) -> None:
    settings.CONTENT_DIRS = (write_course(folder),)
    call_command("migrate", verbosity=0)
    answer_marked.connect(note, weak=False)
    found = [one_round(f"learner{number}@example.com") for number in range(ROUNDS)]
    sys.stdout.write(json.dumps(found))


def note(sender: object, answer: Answer, **_: object) -> None:
    marked.append(answer.pk)


def one_round(email: str) -> dict[str, object]:
    user = User.objects.create_user(email)
    quiz = get_course().quizzes[0]
    at_once([lambda: actions.start(user, quiz)] * AT_ONCE)
    [attempt] = Attempt.objects.filter(user=user)
    sheets = [right_sheet(attempt), {n: wrong_fields(attempt, n) for n in (1, 2)}]
    marked.clear()
    tasks = [partial(save_and_submit, attempt.pk, sheet) for sheet in sheets]
    outcomes = at_once(tasks * (AT_ONCE // 2))
    attempt.refresh_from_db()
    return {
        "attempts": Attempt.objects.filter(user=user).count(),
        "answers": Answer.objects.filter(user=user).count(),
        "submitted": outcomes.count("submitted"),
        "marks": len(marked),
        "first": Answer.objects.filter(user=user, is_first=True).count(),
        # Never one answer of the one tab and one of the other.
        "whole": attempt.score in (0, 2),
        **saved_while_closed(user),
    }


def save_and_submit(pk: int, sheet: dict[int, dict[str, list[str]]]) -> str:
    attempt = Attempt.objects.get(pk=pk)
    try:
        actions.save(attempt, sheet)
        actions.submit(attempt)
    except actions.EndedError:
        return "ended"
    return "submitted"


def saved_while_closed(user: User) -> dict[str, bool]:
    """An answer is saved while the sweeper closes the attempt: it counts, or it was refused."""
    attempt = actions.start(user, get_course().quizzes[0])
    sheet = right_sheet(attempt)
    due = timezone.now()
    saved = at_once([lambda: save_late(attempt.pk, sheet), lambda: close(attempt.pk, due)])
    attempt.refresh_from_db()
    return {"told the truth": (attempt.score == 2) is ("saved" in saved)}


def save_late(pk: int, sheet: dict[int, dict[str, list[str]]]) -> str:
    try:
        actions.save(Attempt.objects.get(pk=pk), sheet)
    except actions.EndedError:
        return "refused"
    return "saved"


def close(pk: int, due: object) -> str:
    Attempt.objects.filter(pk=pk).update(due_at=due)
    actions.close_overdue()
    return "closed"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
