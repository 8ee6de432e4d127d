"""The message that asks a grading worker to run a program."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

from labs import GRADING_QUEUE, PLAY_TASK
from learn.playground.models import PlaygroundRun
from learn.playground.programs import shared_files

logger = logging.getLogger(__name__)


def send(run: PlaygroundRun) -> bool:
    """Hand the run to the broker. False if the broker could not be reached."""
    job = {"run": str(run.pk), "files": {**shared_files(), **run.files}, "seed": run.seed}
    try:
        current_app.send_task(PLAY_TASK, kwargs=job, queue=GRADING_QUEUE)
    except (OperationalError, OSError) as error:
        logger.error("the broker did not take run %s: %s", run.pk, error)
        return False
    return True
