"""What the site's worker does: records reports and workers, sends lost submissions again."""

import datetime as dt
import logging
import uuid

from celery import shared_task

from labs import RECORD_START_TASK, RECORD_TASK, RECORD_WORKER_TASK
from learn.submissions import actions
from learn.submissions.introductions import IntroductionError, parse_introduction
from learn.submissions.reports import ReportError, parse_report

logger = logging.getLogger(__name__)


@shared_task(name=RECORD_TASK)
def record_report(submission: str, report: object) -> None:
    """Record a worker's report. What is late, doubled or broken changes nothing.

    A submission whose report was broken stays queued, and is sent to a worker again.
    """
    try:
        parsed = parse_report(report)
        submission_id = uuid.UUID(submission)
    except (ReportError, ValueError, AttributeError, TypeError) as error:
        logger.error("no report for submission %r: %s", submission, error)
        return
    if not actions.record_report(submission_id, parsed):
        logger.info("report for %s came too late, or twice", submission)


@shared_task(name=RECORD_START_TASK)
def record_start(submission: str, started_at: str) -> None:
    """Note that a worker has begun; the page shows it."""
    try:
        actions.record_start(uuid.UUID(submission), dt.datetime.fromisoformat(started_at))
    except (ValueError, AttributeError, TypeError) as error:
        logger.error("no start for submission %r: %s", submission, error)


@shared_task(name=RECORD_WORKER_TASK)
def record_worker(worker: object) -> None:
    """Record a grading worker that has started."""
    try:
        actions.record_worker(parse_introduction(worker))
    except IntroductionError as error:
        logger.error("a worker did not say who it is: %s", error)


@shared_task(name="submissions.resend_lost")
def resend_lost() -> None:
    """Send again what seems to be lost."""
    if sent := actions.resend_lost():
        logger.warning("%d submissions were sent again", sent)
