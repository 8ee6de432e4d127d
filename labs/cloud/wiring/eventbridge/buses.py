"""What a bus does with an event: every enabled rule that wants it sends it to its targets."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from labs.cloud import event_patterns, moto_events
from labs.cloud.clock import clock
from labs.cloud.moto_events import EventBus, Rule
from labs.cloud.service_calls import noted
from labs.cloud.simulation import current
from labs.cloud.wiring import input_transformer
from labs.cloud.wiring.eventbridge.deliveries import Attributes, Delivery
from labs.cloud.wiring.eventbridge.destinations import send
from labs.cloud.wiring.eventbridge.envelope import Json, Received, envelope, iso
from labs.cloud.wiring.eventbridge.failures import Failure
from labs.cloud.wiring.targets import Sender, refused

EVENTS = "events.amazonaws.com"
ARCHIVED = "archive-arn"


class Matches:
    """How many events each rule of this account has matched, by its ARN."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()


def put_service_event(
    source: str, detail_type: str, detail: Any, resources: Sequence[str], region: str
) -> None:
    """An event that an AWS service ("aws.s3") sends to the default bus by itself."""
    event = envelope(source, detail_type, detail, region=region, resources=resources)
    publish(moto_events.backend(region).event_buses["default"], received(event))


def received(event: Json, *, is_forwarded: bool = False) -> Received:
    return Received(event, iso(clock.now()), is_forwarded)


def publish(to: EventBus, got: Received, rules: Sequence[str] | None = None) -> None:
    """Put the deliveries of an event on the agenda; `rules` are the ARNs of those alone to ask.

    Rules are asked in the order in which they were made, targets in that of the rule.
    """
    for rule in list(to.rules.values()):
        if rules is not None and rule.arn not in rules:
            continue
        if rule.state != "DISABLED" and wants(rule, got.event):
            current().state(Matches).counts[rule.arn] += 1
            deliver(rule, got)


def wants(rule: Rule, event: Json) -> bool:
    text = rule.event_pattern.dump()
    return bool(text) and event_patterns.compile(text).matches(event)


def deliver(rule: Rule, got: Received) -> None:
    """Send an event to all targets of a rule."""
    for target in list(rule.targets):
        if _is_archive(target):
            _keep(rule, got.event)
        else:
            _delivery(rule, target, got).start()


def sender(rule: Rule, target: Mapping[str, Any]) -> Sender:
    has_role = bool(target.get("RoleArn") or rule.role_arn)
    return Sender(f"rule {rule.name}", EVENTS, rule.arn, has_role=has_role)


def _delivery(rule: Rule, target: Mapping[str, Any], got: Received) -> Delivery:
    name, arn = rule.name, rule.arn
    own = sender(rule, target)

    def act(_attempt: int) -> None:
        if ":event-bus/" in target["Arn"]:
            _forward(own, target["Arn"], got)
            return
        about = input_transformer.Rule(name, arn, got.ingested)
        send(own, target, input_transformer.target_input(target, got.event, about), got.event)

    def attributes(reason: Failure, attempts: int, condition: str) -> Attributes:
        found = {
            "RULE_ARN": arn,
            "TARGET_ARN": target["Arn"],
            "ERROR_CODE": reason.code,
            "ERROR_MESSAGE": reason.message,
            "RETRY_ATTEMPTS": str(attempts - 1),
        }
        return found | ({"EXHAUSTED_RETRY_CONDITION": condition} if condition else {})

    # Whatever role the target has, the queue's own policy is asked.
    burying = replace(own, has_role=False)
    letter = input_transformer.compact(got.event)
    return Delivery(own, target, act, letter, attributes, burying)


def _forward(own: Sender, arn: str, got: Received) -> None:
    """To another bus, unchanged; an event that came from a bus goes to no third one.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
    """
    event = got.event
    entry = {
        "Source": event["source"],
        "DetailType": event["detail-type"],
        "Detail": event["detail"],
        "EventBusName": arn,
    }
    with noted(own.name, "events", "PutEvents", {"Entries": [entry]}):
        to = moto_events.bus(arn, arn.split(":")[3])
        if to is None:
            message = f"Event bus {arn.split('event-bus/')[-1]} does not exist."
            raise refused("PutEvents", "ResourceNotFoundException", message, 400)
        if got.is_forwarded:
            message = "An event from another event bus is not routed to a third event bus."
            raise refused("PutEvents", "ThirdBusHop", message, 400)
    publish(to, received(event, is_forwarded=True))


def _is_archive(target: Mapping[str, Any]) -> bool:
    """Whether it is what an archive's own rule sends to."""
    return ARCHIVED in ((target.get("InputTransformer") or {}).get("InputTemplate") or "")


def _keep(rule: Rule, event: Json) -> None:
    for archive in moto_events.backend(rule.region_name).archives.values():
        if archive.rule is not None and archive.rule.arn == rule.arn:
            # moto's type of an event has no field for what is not always there.
            archive.events.append(event)
