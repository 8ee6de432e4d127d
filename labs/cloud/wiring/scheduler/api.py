"""What Scheduler's API checks, around moto's methods, and what then is planned.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from labs.cloud import moto_iam
from labs.cloud.iam import resource_policies
from labs.cloud.missing import MissingError
from labs.cloud.moto_scheduler import JsonRESTError, Schedule, error
from labs.cloud.simulation import current
from labs.cloud.wiring.cron import BadExpressionError
from labs.cloud.wiring.scheduler import plans, universal

PRINCIPAL = "scheduler.amazonaws.com"

type Moto = Callable[..., Any]


def _invalid(message: str) -> JsonRESTError:
    return error(400, "ValidationException", message)


def _missing(message: str) -> JsonRESTError:
    return error(404, "ResourceNotFoundException", message)


def _conflict(message: str) -> JsonRESTError:
    return error(409, "ConflictException", message)


def create_schedule(moto: Moto, self: Any, **given: Any) -> Schedule:
    _check(given)
    group = given.get("group_name") or "default"
    if group not in self.schedule_groups:
        raise _missing(f"Schedule group {group} does not exist.")
    if given["name"] in self.schedule_groups[group].schedules:
        raise _conflict(f"Schedule {given['name']} already exists.")
    schedule: Schedule = moto(self, **given)
    schedule.action_after_completion = given.get("action_after_completion") or "NONE"
    plans.plan(schedule, self.region_name)
    return schedule


def update_schedule(moto: Moto, self: Any, **given: Any) -> Schedule:
    """All is replaced: what is not given has its default again."""
    _check(given)
    schedule: Schedule = moto(self, **{**given, "state": given.get("state") or "ENABLED"})
    plans.plan(schedule, self.region_name)
    return schedule


def update_action(moto: Moto, self: Any) -> str:
    """UpdateSchedule's response; moto leaves ActionAfterCompletion as it was."""
    answer: str = moto(self)
    group, name = self._get_param("GroupName"), self.uri.split("?")[0].split("/")[-1]
    schedule = self.scheduler_backend.get_schedule(group, name)
    schedule.action_after_completion = self._get_param("ActionAfterCompletion") or "NONE"
    return answer


def delete_schedule(moto: Moto, self: Any, group_name: str | None, name: str) -> None:
    schedule = self.get_schedule(group_name, name)
    moto(self, group_name, name)
    plans.cancel(schedule.arn)


def create_group(moto: Moto, self: Any, name: str, tags: Any) -> Any:
    if name in self.schedule_groups:
        raise _conflict(f"Schedule group {name} already exists.")
    return moto(self, name=name, tags=tags or [])


def delete_group(moto: Moto, self: Any, name: str | None) -> None:
    """With its schedules."""
    if name == "default":
        raise _invalid("The default schedule group cannot be deleted.")
    if name not in self.schedule_groups:
        raise _missing(f"Schedule group {name} does not exist.")
    for schedule in self.schedule_groups[name].schedules.values():
        plans.cancel(schedule.arn)
    moto(self, name)


def _check(given: Mapping[str, Any]) -> None:
    expression = given["schedule_expression"]
    zone = given.get("schedule_expression_timezone")
    try:
        plans.read(expression, zone, None)
    except BadExpressionError:
        raise _invalid(f"Invalid Schedule Expression {expression}.") from None
    except plans.BadZoneError:
        raise _invalid(f"Invalid ScheduleExpressionTimezone {zone}.") from None
    _check_window(given["flexible_time_window"])
    start, end = given.get("start_date"), given.get("end_date")
    if start and end and plans.moment(end) <= plans.moment(start):
        raise _invalid("The EndDate you specify must come after the StartDate.")
    _check_target(given["target"])
    if current().enforces_iam:
        _check_trust(given["target"]["RoleArn"])


def _check_trust(arn: str) -> None:
    role = moto_iam.find_role(arn)
    trust = role.assume_role_policy_document if role else None
    if not resource_policies.allows(
        trust, service=PRINCIPAL, action="sts:AssumeRole", resource=arn, source_arn=arn
    ):
        raise _invalid(
            "The execution role you provide must allow AWS EventBridge Scheduler to assume "
            "the role."
        )


def _check_window(window: Mapping[str, Any]) -> None:
    minutes = window.get("MaximumWindowInMinutes")
    if window["Mode"] == "FLEXIBLE" and minutes is None:
        raise _invalid("MaximumWindowInMinutes is required when Mode is FLEXIBLE.")
    if window["Mode"] == "OFF" and minutes is not None:
        raise _invalid("MaximumWindowInMinutes is only allowed when Mode is FLEXIBLE.")


def _check_target(target: Mapping[str, Any]) -> None:
    arn = target["Arn"]
    if universal.is_universal(arn):
        if reason := universal.why_refused(arn):
            raise _invalid(f"Provided Arn {arn} is not valid: {reason}.")
    elif len(arn.split(":")) < 6:
        raise _invalid(f"Provided Arn is not in correct format. {arn}")
    elif arn.split(":")[2] not in plans.TEMPLATED:
        raise MissingError(f"with the target {arn}")
    if ":sqs:" in arn and arn.endswith(".fifo") and not target.get("SqsParameters"):
        raise _invalid("MessageGroupId is required for a FIFO queue.")
    if ":event-bus/" in arn and not target.get("EventBridgeParameters"):
        raise _invalid("EventBridgeParameters are required for an event bus.")
