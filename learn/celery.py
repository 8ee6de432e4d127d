"""The site's Celery app: sends grading jobs, records reports, sends lost jobs again."""

import os

from celery import Celery

from labs import (
    GRADE_TASK,
    GRADING_QUEUE,
    PLAY_TASK,
    RECORD_EVALUATION_TASK,
    RECORD_RUN_TASK,
    RECORD_START_TASK,
    RECORD_TASK,
    RESULTS_QUEUE,
    celery_settings,
    data_folder,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learn.settings")

SITE_QUEUE = "site"
RESEND_EVERY_SECONDS = 5

app = Celery("learn")
# Otherwise celery.current_app is this app in the importing thread alone; the web server has many.
app.set_default()
app.conf.update(celery_settings())
app.conf.update(
    # Reports have their own queue, so that housekeeping never delays a verdict.
    task_routes={
        GRADE_TASK: {"queue": GRADING_QUEUE},
        PLAY_TASK: {"queue": GRADING_QUEUE},
        RECORD_TASK: {"queue": RESULTS_QUEUE},
        RECORD_START_TASK: {"queue": RESULTS_QUEUE},
        RECORD_EVALUATION_TASK: {"queue": RESULTS_QUEUE},
        RECORD_RUN_TASK: {"queue": RESULTS_QUEUE},
        "submissions.*": {"queue": SITE_QUEUE},
        "quizzes.*": {"queue": SITE_QUEUE},
        "playground.*": {"queue": SITE_QUEUE},
    },
    task_default_queue=SITE_QUEUE,
    beat_schedule_filename=str(data_folder() / "celerybeat-schedule"),
    beat_schedule={
        "resend lost submissions": {
            "task": "submissions.resend_lost",
            "schedule": RESEND_EVERY_SECONDS,
            # While no worker runs, the ticks must not pile up.
            "options": {"expires": RESEND_EVERY_SECONDS},
        },
        "resend lost answers": {
            "task": "quizzes.resend_lost",
            "schedule": RESEND_EVERY_SECONDS,
            "options": {"expires": RESEND_EVERY_SECONDS},
        },
        "resend lost runs": {
            "task": "playground.resend_lost",
            "schedule": RESEND_EVERY_SECONDS,
            "options": {"expires": RESEND_EVERY_SECONDS},
        },
        "close attempts": {
            "task": "quizzes.close_overdue",
            "schedule": RESEND_EVERY_SECONDS,
            "options": {"expires": RESEND_EVERY_SECONDS},
        },
    },
)
app.autodiscover_tasks()
