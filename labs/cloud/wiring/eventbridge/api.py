"""What EventBridge's API answers, in place of moto's backend methods.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from labs.cloud import event_patterns, moto_events
from labs.cloud.missing import MissingError
from labs.cloud.moto_events import Archive, EventsBackend, JsonRESTError, Rule
from labs.cloud.simulation import current
from labs.cloud.wiring.eventbridge import buses, entries, schedules
from labs.cloud.wiring.eventbridge.envelope import Received, envelope
from labs.cloud.wiring.eventbridge.target_checks import check_target, invalid

NAME = re.compile(r"[.\-_A-Za-z0-9]{1,64}")
MAX_TARGETS = 5
MAX_PATTERN_CHARS = 4096
STATES = ("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")

type Json = dict[str, Any]


def answer_put_events(moto: Callable[..., Any], self: Any) -> Any:
    if self._get_param("EndpointId"):
        raise MissingError("with global endpoints")
    return moto(self)


def put_events(self: EventsBackend, events: list[Json]) -> list[Json]:
    """The answers to the entries; what they set in motion is on the agenda afterwards."""
    if len(events) > entries.MAX_ENTRIES:
        shown = ", ".join("PutEventsRequestEntry" for _ in events)
        raise invalid(
            f"1 validation error detected: Value '[{shown}]' at 'entries' failed to satisfy "
            f"constraint: Member must have length less than or equal to {entries.MAX_ENTRIES}"
        )
    if sum(map(entries.size, events)) >= entries.MAX_BYTES:
        raise invalid("Total size of the entries in the request is over the limit.")
    return [_put_entry(self.region_name, entry) for entry in events]


def _put_entry(region: str, entry: Json) -> Json:
    if why := current().failed_entry("events", "PutEvents"):
        return {"ErrorCode": why["Code"], "ErrorMessage": why["Message"]}
    try:
        detail = entries.read_detail(entry)
    except entries.RefusedEntryError as error:
        return error.answer
    name = entry.get("EventBusName") or "default"
    to = moto_events.bus(name, region)
    event = envelope(
        entry["Source"],
        entry["DetailType"],
        detail,
        region=to.region if to else region,
        resources=entry.get("Resources") or [],
        at=entries.moment(entry),
    )
    # An event for a bus that is not there is taken all the same, and lost.
    if to is not None:
        buses.publish(to, buses.received(event))
    return {"EventId": event["id"]}


def put_rule(self: EventsBackend, name: str, **given: Any) -> Rule:
    _check_name(name)
    pattern, schedule = given.get("event_pattern"), given.get("scheduled_expression")
    if pattern:
        _check_length(pattern)
        check_pattern(pattern)
    if schedule:
        schedules.check(schedule)
    state = given.get("state")
    if state and state not in STATES:
        raise invalid(
            f"1 validation error detected: Value '{state}' at 'state' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(STATES)}]"
        )
    rule: Rule = moto_events.put_rule(self, name, **given)
    schedules.follow(self)
    return rule


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name or ""):
        rule = "satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
        if len(name) > 64:
            rule = "have length less than or equal to 64"
        raise invalid(
            f"1 validation error detected: Value '{name}' at 'name' failed to satisfy "
            f"constraint: Member must {rule}"
        )


def _check_length(pattern: str) -> None:
    if len(pattern) > MAX_PATTERN_CHARS:
        raise invalid(
            f"1 validation error detected: Value '{pattern}' at 'eventPattern' failed to satisfy "
            f"constraint: Member must have length less than or equal to {MAX_PATTERN_CHARS}"
        )


def check_pattern(pattern: str) -> None:
    """Raises JsonRESTError with EventBridge's words for a pattern that is none."""
    try:
        event_patterns.compile(pattern)
    except event_patterns.InvalidPatternError as error:
        raise JsonRESTError("InvalidEventPatternException", error.message) from None


def create_archive(
    self: EventsBackend,
    name: str,
    source_arn: str,
    description: str,
    event_pattern: str,
    retention: str,
) -> Archive:
    if event_pattern:
        check_pattern(event_pattern)
    made: Archive = moto_events.create_archive(
        self, name, source_arn, description, event_pattern, retention
    )
    return made


def test_event_pattern(self: Any) -> str:
    """TestEventPattern, of which moto knows the name alone."""
    pattern, event = self._get_param("EventPattern"), self._get_param("Event")
    check_pattern(pattern)
    try:
        found = event_patterns.compile(pattern).matches(event)
    except ValueError:
        raise invalid("Parameter Event is not valid.") from None
    return json.dumps({"Result": found})


def find_rule(self: EventsBackend, name: str, event_bus_arn: str | None) -> Rule:
    """A rule, or the error that says which is missing."""
    bus_name = self._normalize_event_bus_arn(event_bus_arn)
    found = self._get_event_bus(bus_name).rules.get(name)
    if found is None:
        message = f"Rule {name} does not exist on EventBus {bus_name}."
        raise JsonRESTError("ResourceNotFoundException", message)
    return found


def describe_rule(self: EventsBackend, name: str, event_bus_arn: str | None) -> Rule:
    return find_rule(self, name, event_bus_arn)


def list_targets(
    self: EventsBackend,
    rule_id: str,
    event_bus_arn: str | None,
    next_token: str | None = None,
    limit: int | None = None,
) -> tuple[Sequence[Json], str | None]:
    """One page of a rule's targets, of which there are five at most."""
    targets = find_rule(self, rule_id, event_bus_arn).targets
    start = int(next_token) if next_token and next_token.isdigit() else 0
    count = int(limit or 100)
    end = start + count
    return targets[start:end], str(end) if end < len(targets) else None


def put_targets(
    self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[Json]
) -> None:
    rule = find_rule(self, name, event_bus_arn)
    for target in targets:
        check_target(target)
    known = {target["Id"] for target in rule.targets} | {target["Id"] for target in targets}
    if len(known) > MAX_TARGETS:
        message = "The requested resource exceeds the maximum number allowed."
        raise JsonRESTError("LimitExceededException", message)
    moto_events.put_targets(self, name, event_bus_arn, targets)


def send_to_targets(self: Rule, original_event: Json, transform_input: bool = True) -> None:
    """How other parts of moto send their events; the rule's own pattern is asked."""
    event = {name: value for name, value in original_event.items() if name != "ingestion-time"}
    if not isinstance(event.get("time"), str):
        moment = entries.moment({"Time": event.get("time")})
        event["time"] = envelope("", "", {}, region="", at=moment)["time"]
    if self.state != "DISABLED" and buses.wants(self, event):
        got: Received = buses.received(event)
        buses.deliver(self, got)
