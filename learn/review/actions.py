"""Writes cards: after answers, after failed labs, and as a review goes on."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from fsrs import Rating

from labs import GradeReport
from learn.accounts.locking import lock_user
from learn.accounts.models import User
from learn.catalog.catalogue import get_course
from learn.quizzes import answering
from learn.quizzes.models import Answer
from learn.review import badge, queries
from learn.review.failures import failed_concepts, share_out
from learn.review.mixing import next_of
from learn.review.models import DAILY_REVIEWS, Card, StudyDay
from learn.review.scheduling import DAY, Memory, rating_of, remember
from learn.submissions.models import Submission


def record_answer(answer: Answer) -> None:
    """Give the question of a marked answer its next date. In the transaction that marks it."""
    card = _locked_card(answer)
    memory = card.memory
    answered_at = (answer.answered_at or timezone.now()).astimezone(dt.UTC)
    if memory:
        # A worker may mark the earlier of two answers last.
        answered_at = max(answered_at, memory.answered_at)
    rating = rating_of(
        answer.score or 0,
        hints=answer.hints_shown,
        seconds=_review_seconds(answer),
        never_wrong=memory is not None and not card.lapses,
    )
    _write(card, remember(memory, rating, answered_at))
    _count(answer, answered_at.date())


def _locked_card(answer: Answer) -> Card:
    card, _ = Card.objects.select_for_update().get_or_create(
        user_id=answer.user_id,
        module=answer.module,
        question=answer.question,
        defaults={"due_on": queries.current_day()},
    )
    return card


def _review_seconds(answer: Answer) -> float | None:
    if answer.source != Answer.Source.REVIEW or answer.answered_at is None:
        return None
    return (answer.answered_at - answer.asked_at).total_seconds()


def _write(card: Card, memory: Memory) -> None:
    card.state = memory.state
    card.stability = memory.stability
    card.difficulty = memory.difficulty
    card.rating = memory.rating
    card.answered_at = memory.answered_at
    card.due_on = memory.due_on
    card.lapses += memory.rating == Rating.Again
    card.lab = card.concept = ""
    card.asked = None
    card.save()


def _count(answer: Answer, day: dt.date) -> None:
    row, _ = StudyDay.objects.get_or_create(user_id=answer.user_id, day=day)
    changes: dict[str, object] = {"answers": F("answers") + 1}
    if answer.source == Answer.Source.REVIEW:
        changes |= {
            "reviews": F("reviews") + 1,
            "right_reviews": F("right_reviews") + int(answer.score == 1),
            "last_module": answer.module,
        }
    StudyDay.objects.filter(pk=row.pk).update(**changes)


def schedule_failed(submission: Submission, report: GradeReport) -> None:
    """Make questions on what failed due now, also those that were never answered.

    Each concept once a day, however often it fails. In the transaction that records the report,
    which has locked the user.
    """
    lab = get_course().lab(submission.lab)
    if lab is None:
        return
    done = queries.concepts_put_today(submission.user_id)
    concepts = [one for one in failed_concepts(report, lab.spec.concepts) if one not in done]
    shared = share_out(queries.candidates(submission.user_id, concepts, lab.module))
    for concept, questions in shared.items():
        for question in questions:
            Card.objects.update_or_create(
                user_id=submission.user_id,
                module=question.module,
                question=question.slug,
                defaults={
                    "due_on": queries.current_day(),
                    "lab": submission.lab,
                    "concept": concept,
                },
            )
    if shared:
        submission.reviews = [[concept, len(questions)] for concept, questions in shared.items()]
        submission.save(update_fields=["reviews"])


def ask_next(user: User, *, more: bool = False) -> Answer | None:
    """Put the next question to the user, or the one again that waits; None when all are done.

    `more` raises today's limit first, if it is reached.
    """
    with transaction.atomic():
        lock_user(user.pk)  # Two tabs that go on at once are asked the same question.
        if more:
            _raise_limit(user)
        today = queries.today_of(user)
        seed = f"{user.pk} {today.day.day}"
        found = next_of(today.cards, after=today.day.last_module, seed=seed)
        return _ask(user, Card.objects.get(pk=found.pk)) if found else None


def _ask(user: User, card: Card) -> Answer | None:
    if card.asked and card.asked.status == Answer.Status.OPEN:
        return card.asked
    question = get_course().question(card.path)
    if question is None:
        return None
    card.asked = answering.ask(user, question, Answer.Source.REVIEW)
    card.save(update_fields=["asked"])
    return card.asked


def _raise_limit(user: User) -> None:
    day, _ = StudyDay.objects.get_or_create(user=user, day=queries.current_day())
    if day.reviews >= day.review_limit:
        day.review_limit = day.reviews + DAILY_REVIEWS
        day.save(update_fields=["review_limit"])


def skip_today(answer: Answer) -> None:
    """Ask the question tomorrow. What was given meanwhile has its date already."""
    today = queries.current_day()
    Card.objects.filter(asked=answer, due_on__lte=today).update(due_on=today + DAY)
    badge.forget(answer.user_id)


def stop_asking(answer: Answer) -> None:
    """Never ask the question in a review again; the card stays, and goes on to be kept."""
    Card.objects.filter(
        user=answer.user_id, module=answer.module, question=answer.question
    ).update(is_stopped=True)
    badge.forget(answer.user_id)


def ask_again(user: User) -> int:
    """Ask all questions again that the user had stopped; how many they are."""
    count = Card.objects.filter(user=user, is_stopped=True).update(is_stopped=False)
    badge.forget(user.pk)
    return count
