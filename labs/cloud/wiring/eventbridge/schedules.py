"""Rules with a schedule, on the account's clock.

They are in the background: nobody waits for the next one.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from labs.cloud.agenda import Entry
from labs.cloud.clock import clock
from labs.cloud.moto_events import EventsBackend, JsonRESTError, Rule
from labs.cloud.simulation import current
from labs.cloud.wiring.cron import BadExpressionError, Expression, read_cron, read_rate
from labs.cloud.wiring.eventbridge import buses
from labs.cloud.wiring.eventbridge.envelope import envelope


class Planned(NamedTuple):
    text: str
    expression: Expression
    entry: Entry | None


class Schedules:
    """Of one account: what is planned, by the rule's ARN."""

    def __init__(self) -> None:
        self.planned: dict[str, Planned] = {}


def check(text: str) -> None:
    """Raises JsonRESTError for what is no schedule of a rule."""
    try:
        _read(text)
    except BadExpressionError:
        message = "Parameter ScheduleExpression is not valid."
        raise JsonRESTError("ValidationException", message) from None


def _read(text: str) -> Expression:
    if text.startswith("rate("):
        return read_rate(text, clock.now())
    return read_cron(text)


def followed(moto: Callable[..., Any], backend: EventsBackend, *given: Any, **more: Any) -> Any:
    """What moto does to a rule, and then to its schedule."""
    answer = moto(backend, *given, **more)
    follow(backend)
    return answer


def follow(backend: EventsBackend) -> None:
    """Plan what the rules of a region want now: they were made, changed, disabled or deleted."""
    planned = current().state(Schedules).planned
    rules = backend.event_buses["default"].rules
    wanted = {
        rule.arn: rule
        for rule in rules.values()
        if rule.scheduled_expression and rule.state != "DISABLED"
    }
    for arn in [arn for arn in planned if f":events:{backend.region_name}:" in arn]:
        if arn not in wanted or wanted[arn].scheduled_expression != planned[arn].text:
            entry = planned.pop(arn).entry
            if entry is not None:
                entry.cancel()
    for arn, rule in wanted.items():
        if arn not in planned:
            text = str(rule.scheduled_expression)
            _plan(backend, rule.name, arn, text, _read(text))


def _plan(backend: EventsBackend, name: str, arn: str, text: str, expression: Expression) -> None:
    due = expression.after(clock.now())
    entry = None
    if due is not None:
        entry = current().agenda.put(
            lambda: _fire(backend, name, arn, text, expression),
            what=f"the schedule of rule {name}",
            at=due.timestamp() * 1000,
            background=True,
        )
    current().state(Schedules).planned[arn] = Planned(text, expression, entry)


def _fire(backend: EventsBackend, name: str, arn: str, text: str, expression: Expression) -> None:
    rule: Rule | None = backend.event_buses["default"].rules.get(name)
    if rule is None:
        return
    _plan(backend, name, arn, text, expression)
    event = envelope(
        "aws.events", "Scheduled Event", {}, region=backend.region_name, resources=[arn]
    )
    buses.deliver(rule, buses.received(event))
