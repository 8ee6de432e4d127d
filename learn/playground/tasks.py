"""What the site's worker does: records reports of runs, sends lost runs again."""

import logging
import uuid

from celery import shared_task

from labs import RECORD_RUN_TASK
from learn.playground import actions
from learn.playground.reports import ReportError, parse_report

logger = logging.getLogger(__name__)


@shared_task(name=RECORD_RUN_TASK)
def record_run(run: str, report: object) -> None:
    """Record a worker's report. What is late, doubled or broken changes nothing.

    A run whose report was broken stays queued, and is sent to a worker again.
    """
    try:
        parsed = parse_report(report)
        run_id = uuid.UUID(run)
    except (ReportError, ValueError, AttributeError, TypeError) as error:
        logger.error("no report for run %.100r: %s", run, error)
        return
    if not actions.record_report(run_id, parsed):
        logger.info("report for run %s came too late, or twice", run)


@shared_task(name="playground.resend_lost")
def resend_lost() -> None:
    """Send again what seems to be lost."""
    if sent := actions.resend_lost():
        logger.warning("%d runs were sent again", sent)
