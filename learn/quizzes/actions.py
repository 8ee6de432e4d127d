"""Writes attempts. The server's clock alone decides, and the row is the truth.

Every change begins with `lock_user`: of two tabs, or of a learner and the sweeper, one is first.
"""

import datetime as dt
import logging
import random
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.catalog.quiz import Quiz
from learn.catalog.rules import Rules
from learn.questions.fields import (
    AnswerError,
    BlankAnswerError,
    Fields,
    UnfinishedAnswerError,
    check_size,
)
from learn.questions.question import Variant
from learn.quizzes import answering, queries
from learn.quizzes.drawing import draw_slots
from learn.quizzes.models import Answer, Attempt
from learn.quizzes.scoring import after_penalties, points_of
from learn.quizzes.standing import is_over

logger = logging.getLogger(__name__)

type Sheet = Mapping[int, Fields]
"""What a browser sent for the questions at these positions of an attempt."""

SWEEP_SIZE = 100
FOREIGN = gettext_noop(
    "This page shows a question that the attempt does not have. Load the page again."
)


class RefusedError(Exception):
    """It cannot be done now; the text is a sentence for the learner, and nothing changed."""


class EndedError(RefusedError):
    """The attempt takes nothing any more: it was submitted, or its time is over."""


class AnswersError(RefusedError):
    """Answers that cannot be taken: `{position: sentence}`."""

    def __init__(self, faults: Mapping[int, str]) -> None:
        is_foreign = FOREIGN in faults.values()
        reason = _(FOREIGN) if is_foreign else _("Look at the questions that say why.")
        super().__init__(_("Nothing was submitted, and nothing saved.") + f" {reason}")
        self.faults = {position: _(fault) for position, fault in faults.items()}


class BlanksError(RefusedError):
    """Nothing is answered at these positions, and the learner has not said that this is meant."""

    def __init__(self, positions: list[int]) -> None:
        count = len(positions)
        names = ", ".join(map(str, positions))
        sentence = ngettext(
            "Question %(names)s is not answered. Nothing was submitted yet.",
            "Questions %(names)s are not answered. Nothing was submitted yet.",
            count,
        )
        super().__init__(sentence % {"names": names})
        self.positions = positions


def start(user: User, quiz: Quiz) -> Attempt:
    """The user's open attempt at the quiz, or else a new one.

    Raises:
        RefusedError: no attempt may begin now.
    """
    close_if_over(*queries.open_attempts(user, quiz.slug))
    with transaction.atomic():
        lock_user(user.pk)
        standing = queries.standing(user, quiz)
        if standing.open_attempt:
            return standing.open_attempt
        if standing.refusal:
            raise RefusedError(standing.refusal)
        attempt = _create(user, quiz, standing.rules, standing.now)
        asked = _asked_counts(user, quiz)
        answering.ask_all(attempt, draw_slots(quiz, random.SystemRandom(), asked))
    return attempt


def _create(user: User, quiz: Quiz, rules: Rules, now: dt.datetime) -> Attempt:
    last = queries.attempts_of(user, quiz.slug).aggregate(last=Max("number"))["last"]
    limit = rules.time_limit_minutes
    ends = [rules.ends, now + dt.timedelta(minutes=limit) if limit else None]
    return Attempt.objects.create(
        user=user,
        quiz=quiz.slug,
        content_hash=quiz.content_hash,
        number=(last or 0) + 1,
        rules=rules.to_json(),
        started_at=now,
        due_at=min((end for end in ends if end), default=None),
        max_score=quiz.max_score,
    )


def _asked_counts(user: User, quiz: Quiz) -> dict[str, int]:
    rows = Answer.objects.filter(attempt__user=user, attempt__quiz=quiz.slug).order_by()
    return dict(rows.values_list("question").annotate(Count("pk")))


def save(attempt: Attempt, sheet: Sheet, *, erases: bool = True) -> None:
    """Keep what is typed so far. All of it is kept, or nothing.

    A whole page may be older than what another tab has saved. `erases=False`: what is blank in it
    leaves a saved answer alone.

    Raises:
        EndedError: the attempt takes nothing any more.
        AnswersError: some of it is no answer to its question, such as an option not offered.
    """
    now = timezone.now()
    with transaction.atomic():
        answers = _open_answers(attempt, now)
        faults = {place: _fault(answers.get(place), fields) for place, fields in sheet.items()}
        if found := {place: fault for place, fault in faults.items() if fault}:
            raise AnswersError(found)
        for place, fields in sheet.items():
            if erases or not _would_erase(answers[place], fields):
                answering.save(answers[place], fields, now)


def show_hint(attempt: Attempt, position: int) -> None:
    """One hint more. The same without effect where there is none.

    Raises:
        EndedError: the attempt takes nothing any more.
        RefusedError: the quiz shows no hints.
    """
    if not Rules.from_json(attempt.rules).hints:
        raise RefusedError(_("This quiz shows no hints."))
    with transaction.atomic():
        answers = _open_answers(attempt, timezone.now())
        if position not in answers:
            raise RefusedError(_(FOREIGN))
        answering.show_hint(answers[position], answers[position].fields)


def submit(attempt: Attempt, *, with_blanks: bool = False) -> None:
    """Mark what was saved. Grading workers may have to look at some of it first.

    Raises:
        EndedError: the attempt takes nothing any more.
        AnswersError: an answer cannot be read.
        BlanksError: answers are missing, and `with_blanks` does not say that this is meant.
    """
    now = timezone.now()
    with transaction.atomic():
        answers = _open_answers(attempt, now)
        blanks, faults = _unfit(answers)
        if faults:
            raise AnswersError(faults)
        if blanks and not with_blanks:
            raise BlanksError(blanks)
        _close(attempt, answers, now)


def close_if_over(*attempts: Attempt) -> None:
    """Close those whose time is over, with what was saved. The rows are read again."""
    for attempt in attempts:
        if attempt.status == Attempt.Status.OPEN and is_over(attempt, timezone.now()):
            _close_at_its_end(attempt)
            attempt.refresh_from_db()


def close_overdue() -> int:
    """Close what nobody has looked at since its time was over, and return how many."""
    closed = 0
    for attempt in queries.overdue(timezone.now())[:SWEEP_SIZE]:
        try:
            closed += _close_at_its_end(attempt)
        except Exception:
            # One that cannot be marked, whatever the reason, must not hold up all others.
            logger.exception("attempt %s could not be closed", attempt.pk)
    return closed


def _close_at_its_end(attempt: Attempt) -> bool:
    with transaction.atomic():
        lock_user(attempt.user_id)
        attempt.refresh_from_db()
        if attempt.status != Attempt.Status.OPEN or attempt.due_at is None:
            return False
        _close(attempt, _answers(attempt), attempt.due_at)
    return True


def _close(attempt: Attempt, answers: Mapping[int, Answer], at: dt.datetime) -> None:
    """Give all answers as they are saved. The mark of the last one calls `finish`."""
    due = Rules.from_json(attempt.rules).due
    Attempt.objects.filter(pk=attempt.pk).update(
        status=Attempt.Status.MARKING,
        submitted_at=at,
        is_late=due is not None and at > due,
    )
    for answer in answers.values():
        try:
            answering.give(answer, answer.fields)
        except AnswerError:
            answering.give_nothing(answer)


def finish(attempt_id: int) -> None:
    """Score the attempt once all its answers are marked. In a transaction, the user locked."""
    attempt = Attempt.objects.filter(pk=attempt_id, status=Attempt.Status.MARKING).first()
    if attempt is None:
        return
    rows = list(attempt.answers.order_by().values_list("score", "points"))
    marks = [(score, points) for score, points in rows if score is not None]
    if len(marks) < len(rows):
        return
    rules = Rules.from_json(attempt.rules)
    score = after_penalties(
        points_of(marks),
        number=attempt.number,
        penalty_percent=rules.penalty_percent,
        late_percent=rules.late_penalty_percent if attempt.is_late else 0,
    )
    Attempt.objects.filter(pk=attempt.pk, status=Attempt.Status.MARKING).update(
        status=Attempt.Status.MARKED, score=score
    )


def _open_answers(attempt: Attempt, now: dt.datetime) -> dict[int, Answer]:
    """The answers of an attempt that still takes some; raises EndedError. The user is locked."""
    lock_user(attempt.user_id)
    attempt.refresh_from_db()
    if is_over(attempt, now):
        raise EndedError(_ending(attempt))
    return _answers(attempt)


def _ending(attempt: Attempt) -> str:
    if attempt.status != Attempt.Status.OPEN and attempt.submitted_at != attempt.due_at:
        return _("This attempt was submitted already. What you sent now changed nothing.")
    return _(
        "The time of this attempt is over. What was saved by then counts; what you sent now "
        "changed nothing."
    )


def _answers(attempt: Attempt) -> dict[int, Answer]:
    rows = attempt.answers.select_related("version").order_by("position")
    return {answer.position: answer for answer in rows}


def _fault(answer: Answer | None, fields: Fields) -> str:
    """Why the fields cannot be kept as what is typed so far; "" if they can."""
    if answer is None:
        return FOREIGN
    try:
        check_size(fields)
        answering.variant_for(answer).read(fields)
    except (BlankAnswerError, UnfinishedAnswerError):
        return ""
    except AnswerError as error:
        return str(error)
    return ""


def _would_erase(answer: Answer, fields: Fields) -> bool:
    """Whether the fields are one, and what is saved is not."""
    variant = answering.variant_for(answer)
    return _reads_blank(variant, fields) and not _reads_blank(variant, answer.fields)


def _reads_blank(variant: Variant[Any], fields: Fields) -> bool:
    try:
        variant.read(fields)
    except BlankAnswerError:
        return True
    except AnswerError:
        return False
    return False


def _unfit(answers: Mapping[int, Answer]) -> tuple[list[int], dict[int, str]]:
    """The positions of blanks, and what is wrong with answers that cannot be read."""
    blanks, faults = [], {}
    for place, answer in answers.items():
        try:
            answering.variant_for(answer).read(answer.fields)
        except BlankAnswerError:
            blanks.append(place)
        except AnswerError as error:
            faults[place] = str(error)
    return blanks, faults
