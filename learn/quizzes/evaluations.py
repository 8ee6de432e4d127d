"""What grading workers find out about answers: recorded once, asked for again when it is lost."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import pydantic
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from labs import Evaluation, EvaluationVerdict
from learn.accounts.locking import lock_user
from learn.core.resending import MAX_SENDS
from learn.core.storable import storable
from learn.questions.fields import AnswerError
from learn.quizzes import answering, turns
from learn.quizzes.messages import reference
from learn.quizzes.models import Answer

logger = logging.getLogger(__name__)

type Json = dict[str, Any]

# A sweep ends early enough for the next one; what is left over is the next one's.
SWEEP_SIZE = 100
MAX_EVALUATION_CHARACTERS = 2_000_000
GIVEN_UP = Evaluation(EvaluationVerdict.ENGINE_ERROR, "The marking did not answer.")
# What says nothing about an answer costs nothing: it is opened again.
NOBODYS_FAULT = (EvaluationVerdict.ENGINE_ERROR, EvaluationVerdict.NOT_SIMULATED)
# The answers of an attempt cannot be given again. They wait for our repair, or get nothing for
# what our evaluator lacks: points for that would soon be had by breaking it.
NOT_COUNTED = gettext_noop(
    "Your answer uses something that the evaluator of this course does not know, so it could not "
    "be counted. That is our gap: tell your instructor."
)

_EVALUATION = pydantic.TypeAdapter(Evaluation)


class EvaluationError(Exception):
    """What a worker sent is no evaluation, or none of the answer that it names."""


def parse_evaluation(sent: object) -> Evaluation:
    """The evaluation in a message.

    Raises:
        EvaluationError: something is missing or of another type, or it is too large.
    """
    if not isinstance(sent, Mapping):
        raise EvaluationError("an evaluation is an object")
    if len(json.dumps(sent)) > MAX_EVALUATION_CHARACTERS:
        raise EvaluationError(f"it has more than {MAX_EVALUATION_CHARACTERS:,} characters")
    try:
        return _EVALUATION.validate_python(storable(sent))
    except pydantic.ValidationError as error:
        raise EvaluationError(str(error)) from None


def record(sent_reference: str, evaluation: Evaluation) -> bool:
    """Mark the answer, or open it again where nobody is to blame. False: too late, or twice.

    The user's next answer is sent then.

    Raises:
        EvaluationError: there is no such answer, or the evaluation is of another job.
    """
    answer = _addressed(sent_reference)
    with transaction.atomic():
        lock_user(answer.user_id)
        answer.refresh_from_db()
        if answer.status != Answer.Status.MARKING:
            return False
        job = _job(answer)
        if job is None or sent_reference != reference(answer.pk, job):
            raise EvaluationError("it is of another job")
        recorded = _record(answer, job, evaluation)
        _send_next(answer.user_id)
    return recorded


def _addressed(sent_reference: str) -> Answer:
    number = sent_reference.partition("-")[0]
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    answer = Answer.objects.filter(pk=pk).first()
    if answer is None:
        raise EvaluationError("there is no such answer")
    return answer


def _record(answer: Answer, job: Json, evaluation: Evaluation) -> bool:
    found = evaluation.to_json()
    if evaluation.verdict in NOBODYS_FAULT and not answer.attempt_id:
        return answering.reopen(answer, found)
    if evaluation.verdict is EvaluationVerdict.ENGINE_ERROR:
        logger.error("answer %s could not be evaluated: %s", answer.pk, evaluation.message)
        return _keep(answer, found)
    if evaluation.verdict is EvaluationVerdict.NOT_SIMULATED:
        found["message"] = NOT_COUNTED
    evaluated = evaluation.verdict is EvaluationVerdict.EVALUATED
    if evaluated and len(evaluation.outcomes) != len(job["cases"]):
        raise EvaluationError(f"it has {len(evaluation.outcomes)} outcomes")
    variant = answering.variant_for(answer)
    mark = variant.mark_evaluated(variant.read(answer.fields), found)
    return _keep(answer, found) and answering.record_mark(answer, mark)


def _keep(answer: Answer, found: Json) -> bool:
    kept = Answer.objects.filter(pk=answer.pk, status=Answer.Status.MARKING)
    return bool(kept.update(evaluation=found))


def _send_next(user_id: int) -> None:
    if (waiting := turns.waiting(user_id).first()) and (job := _job(waiting)):
        turns.send_on_commit(waiting, job)


def _job(answer: Answer) -> Json | None:
    """What a worker is to find out. None: this version cannot read what another one wrote."""
    try:
        variant = answering.variant_for(answer)
        return variant.job(variant.read(answer.fields))
    except (AnswerError, KeyError, pydantic.ValidationError) as error:
        logger.error("answer %s cannot be read any more: %s", answer.pk, error)
        return None


def resend_lost() -> int:
    """Send the messages that seem to be lost, and return how many. Safe to run twice at once."""
    sent = 0
    for answer in turns.overdue(timezone.now())[:SWEEP_SIZE]:
        if answer.send_count >= MAX_SENDS and not answer.attempt_id:
            logger.error("no evaluation of answer %s: giving up", answer.pk)
            answering.reopen(answer, GIVEN_UP.to_json())
        elif job := _job(answer):
            delivered = turns.send_alone(answer, job)
            if delivered is False:
                break  # the others would wait for the same dead broker
            sent += bool(delivered)
    return sent
