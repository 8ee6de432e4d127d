"""When schedules are due, and what they do then.

Nobody waits for the next time: they are in the agenda's background.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda, moto_scheduler
from labs.cloud.agenda import Entry
from labs.cloud.clock import clock
from labs.cloud.moto_scheduler import Schedule
from labs.cloud.simulation import current
from labs.cloud.wiring.cron import Expression, Once, Rate, read_at, read_cron, read_rate
from labs.cloud.wiring.eventbridge.deliveries import Attributes, Delivery
from labs.cloud.wiring.eventbridge.destinations import send
from labs.cloud.wiring.eventbridge.envelope import iso
from labs.cloud.wiring.eventbridge.failures import Failure
from labs.cloud.wiring.input_transformer import compact
from labs.cloud.wiring.scheduler import universal
from labs.cloud.wiring.targets import Sender

# Kinds of targets that have an ARN of their own; all other calls are universal.
TEMPLATED = ("lambda", "sqs", "sns", "states", "events", "kinesis", "firehose", "ecs")
MINUTE = timedelta(minutes=1)


class BadZoneError(ValueError):
    """There is no such time zone."""


class Plans:
    """Of one account: what is planned, by the schedule's ARN."""

    def __init__(self) -> None:
        self.entries = dict[str, Entry]()


def read(text: str, zone_name: str | None, start: datetime | None) -> Expression:
    """A schedule's expression; a rate counts from `start`, or else from now.

    Raises:
        BadExpressionError, BadZoneError: it is none.
    """
    try:
        zone = ZoneInfo(zone_name or "UTC")
    except (OSError, ValueError, KeyError):
        raise BadZoneError(zone_name) from None
    if text.startswith("rate("):
        rate = read_rate(text, start or clock.now(), is_strict=False)
        return Rate(rate.seconds, start or clock.now())
    return read_at(text, zone) if text.startswith("at(") else read_cron(text, zone)


def moment(value: Any) -> datetime:
    """A StartDate or EndDate, as the protocol has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        return datetime.fromisoformat(value).astimezone(UTC)
    return datetime.fromtimestamp(float(value), UTC)


def plan(schedule: Schedule, region: str) -> None:
    """Plan a schedule that was made or changed."""
    cancel(schedule.arn)
    if schedule.state == "DISABLED":
        return
    start = moment(schedule.start_date) if schedule.start_date else None
    zone = schedule.schedule_expression_timezone
    expression = read(schedule.schedule_expression, zone, start)
    begin = clock.now() if start is None else max(start, clock.now())
    # What is due at the very beginning is due.
    _next(schedule, region, expression, begin - timedelta(microseconds=1))


def cancel(arn: str) -> None:
    """Forget what was planned for a schedule."""
    entry = current().state(Plans).entries.pop(arn, None)
    if entry is not None:
        entry.cancel()


def _next(schedule: Schedule, region: str, expression: Expression, after: datetime) -> None:
    due = expression.after(after)
    end = moment(schedule.end_date) if schedule.end_date else None
    if due is None or (end is not None and due > end):
        _complete(schedule, region)
        return
    current().state(Plans).entries[schedule.arn] = current().agenda.put(
        lambda: _fire(schedule, region, expression, due),
        what=f"schedule {schedule.name}",
        at=(due.timestamp() + _spread_seconds(schedule, due)) * 1000,
        background=True,
    )


def _spread_seconds(schedule: Schedule, due: datetime) -> int:
    """Where in its flexible window a schedule is invoked: the same in each run."""
    minutes = (schedule.flexible_time_window or {}).get("MaximumWindowInMinutes") or 0
    chance = random.Random(f"{current().seed} {schedule.arn} {due}")  # noqa: S311 - no secret
    return chance.randrange(int(minutes) * 60) if minutes else 0


def _fire(schedule: Schedule, region: str, expression: Expression, due: datetime) -> None:
    deliver(schedule, region, due)
    if isinstance(expression, Once):
        _complete(schedule, region)
    else:
        _next(schedule, region, expression, due)


def _complete(schedule: Schedule, region: str) -> None:
    """It is not due again. If it is to be deleted, then after its last invocation."""
    current().state(Plans).entries.pop(schedule.arn, None)
    if schedule.action_after_completion == "DELETE":
        what = f"the end of schedule {schedule.name}"
        current().agenda.put(lambda: _delete(schedule, region), what=what)


def _delete(schedule: Schedule, region: str) -> None:
    group = moto_scheduler.backend(region).schedule_groups.get(schedule.group_name)
    # Another one may have its name by now.
    if group is not None and group.schedules.get(schedule.name) is schedule:
        del group.schedules[schedule.name]


def deliver(schedule: Schedule, region: str, due: datetime) -> None:
    """Call the target, which a role lets it do; again if that fails."""
    target, execution = dict(schedule.target), moto_lambda.new_id()
    sender = Sender(
        f"schedule {schedule.name}", "scheduler.amazonaws.com", schedule.arn, has_role=True
    )
    text = target.get("Input") or _default_input(schedule, region, due)

    def filled(attempt: int) -> str:
        return _filled(text, schedule, due, execution, attempt)

    def act(attempt: int) -> None:
        if universal.is_universal(target["Arn"]):
            universal.call_api(sender, target["Arn"], filled(attempt), region)
        else:
            send(sender, target, filled(attempt), {"id": execution})

    def about(reason: Failure, attempts: int, condition: str) -> Attributes:
        found = {
            "SCHEDULE_ARN": schedule.arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": reason.aws_code,
            "ERROR_MESSAGE": reason.message,
            "EXECUTION_ID": execution,
            "SCHEDULED_TIME": iso(due),
            "RETRY_ATTEMPTS": str(attempts - 1),
            "IS_PAYLOAD_TRUNCATED": "false",
        }
        return found | ({"EXHAUSTED_RETRY_CONDITION": condition} if condition else {})

    Delivery(sender, target, act, filled(1), about, sender).start()


def _default_input(schedule: Schedule, region: str, due: datetime) -> str:
    """What a target without an input gets."""
    event = {
        "version": "0",
        "id": moto_lambda.new_id(),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": DEFAULT_ACCOUNT_ID,
        "time": iso(due),
        "region": region,
        "resources": [schedule.arn],
        "detail": "{}",
    }
    return compact(event)


def _filled(text: str, schedule: Schedule, due: datetime, execution: str, attempt: int) -> str:
    """https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html"""
    values = {
        "schedule-arn": schedule.arn,
        "scheduled-time": iso(due),
        "execution-id": execution,
        "attempt-number": str(attempt),
    }
    for name, value in values.items():
        text = text.replace(f"<aws.scheduler.{name}>", value)
    return text
