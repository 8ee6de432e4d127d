"""The message that asks a grading worker to evaluate an answer."""

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

from labs import EVALUATE_TASK, GRADING_QUEUE
from learn.core.digests import digest_of_json
from learn.quizzes.models import Answer

logger = logging.getLogger(__name__)

type Json = dict[str, Any]


def send(answer: Answer, job: Json) -> bool:
    """Hand the job to the broker. False if the broker could not be reached."""
    message = {"answer": reference(answer.pk, job), "job": job}
    try:
        current_app.send_task(EVALUATE_TASK, kwargs=message, queue=GRADING_QUEUE)
    except (OperationalError, OSError) as error:
        logger.error("the broker did not take answer %s: %s", answer.pk, error)
        return False
    return True


def reference(pk: int, job: Json) -> str:
    """What a worker sends back with its findings: they are on this answer as it was then.

    An answer may be opened again after a fault of ours, and be given anew with another text.
    """
    return f"{pk}-{digest_of_json(job)}"
