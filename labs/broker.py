"""Where messages go: the Celery settings that the site and the grading workers share.

One laptop needs no server: the default is kombu's filesystem transport in the data folder. Redis
or RabbitMQ take over when CELERY_BROKER_URL names one.
"""

import os
from pathlib import Path

GRADING_QUEUE = "grading"
RESULTS_QUEUE = "results"
GRADE_TASK = "labs.grade"
EVALUATE_TASK = "labs.evaluate"
PLAY_TASK = "labs.play"
RECORD_TASK = "submissions.record_report"
RECORD_START_TASK = "submissions.record_start"
RECORD_EVALUATION_TASK = "quizzes.record_evaluation"
RECORD_RUN_TASK = "playground.record_run"
RECORD_WORKER_TASK = "submissions.record_worker"

# The filesystem has nothing to wait on, so it is polled. 20 ms cost 0.5 % of a core and put 13 ms
# (median) between delay() and the task's start.
POLLING_SECONDS = 0.02


def data_folder() -> Path:
    """COLDSTART_DATA, or .coldstart/ beside the engine."""
    configured = os.environ.get("COLDSTART_DATA")
    return Path(configured or Path(__file__).resolve().parent.parent / ".coldstart").absolute()


def celery_settings() -> dict[str, object]:
    """Celery's configuration (lower-case names), from CELERY_BROKER_URL and COLDSTART_DATA."""
    url = os.environ.get("CELERY_BROKER_URL") or "filesystem://"
    settings: dict[str, object] = {
        "broker_url": url,
        "broker_connection_retry_on_startup": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        # One job at a time, given back if the worker stops in an orderly way. A job that is lost
        # all the same is sent again by the site's sweeper: the row is the truth, not the message.
        "task_acks_late": True,
        "worker_prefetch_multiplier": 1,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "task_create_missing_queues": True,
    }
    if url.startswith("filesystem:"):
        settings["broker_transport"] = "labs.filesystem_broker:Transport"
        settings["broker_transport_options"] = filesystem_options(data_folder())
    return settings


def filesystem_options(data: Path) -> dict[str, object]:
    """Transport options for the message folders under `data`, which are created if missing."""
    messages = data / "messages"
    for name in ("queued", "taken", "control"):
        (messages / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "polling_interval": POLLING_SECONDS,
        "data_folder_in": str(messages / "queued"),
        "data_folder_out": str(messages / "queued"),
        "processed_folder": str(messages / "taken"),
        "control_folder": str(messages / "control"),
    }
