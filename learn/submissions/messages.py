"""The message that asks a grading worker for a report."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

from labs import GRADE_TASK, GRADING_QUEUE
from learn.submissions.models import Submission

logger = logging.getLogger(__name__)


def send(submission: Submission) -> bool:
    """Hand the submission to the broker. False if the broker could not be reached."""
    job = {
        "submission": str(submission.pk),
        "lab": submission.lab,
        "files": submission.files,
        "seed": submission.seed,
        "content_hash": submission.content_hash,
    }
    if submission.is_run:
        job["only_visible"] = True
    try:
        current_app.send_task(GRADE_TASK, kwargs=job, queue=GRADING_QUEUE)
    except (OperationalError, OSError) as error:
        logger.error("the broker did not take submission %s: %s", submission.pk, error)
        return False
    return True
