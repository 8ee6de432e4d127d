"""Queues, topics, event buses and rules."""

import json
from collections.abc import Iterator
from typing import Any

from moto.events.models import events_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from labs.cloud.simulation import current
from labs.cloud.snapshot.backends import existing
from labs.cloud.snapshot.texts import cell, facts, last_part, seconds_until, table
from labs.cloud.wiring.eventbridge.buses import Matches
from labs.resources import Resource

_MESSAGES = ("Message", "State", "Receives", "Group")
_SUBSCRIPTIONS = ("Protocol", "Endpoint", "Filter policy", "Dead-letter queue")
_TARGETS = ("Target", "Id", "Dead-letter queue")


def queues() -> Iterator[Resource]:
    for backend in existing(sqs_backends):
        for queue in backend.queues.values():
            yield _queue(queue)


def _queue(queue: Any) -> Resource:
    messages = queue._messages
    redrive = queue.redrive_policy or {}
    return Resource(
        "sqs",
        "queue",
        queue.name,
        facts(
            {
                "Messages": len(messages),
                "Visibility timeout": f"{queue.visibility_timeout} s",
                "Dead-letter queue": last_part(redrive.get("deadLetterTargetArn", "")),
                "Receives before that": redrive.get("maxReceiveCount"),
            }
        ),
        (table("Messages", _MESSAGES, messages, _message, count=len(messages)),),
    )


def _message(message: Any) -> tuple[Any, ...]:
    receives = message.approximate_receive_count
    return message.body, _state(message), receives, message.group_id or ""


def _state(message: Any) -> str:
    if left := seconds_until(message.delayed_until):
        return f"delayed, {left} left"
    if left := seconds_until(message.visible_at):
        return f"in flight, {left} left"
    return "visible"


def topics() -> Iterator[Resource]:
    for backend in existing(sns_backends):
        for topic in backend.topics.values():
            found = [one for one in backend.subscriptions.values() if one.topic is topic]
            rows = table("Subscriptions", _SUBSCRIPTIONS, found, _subscription, count=len(found))
            yield Resource(
                "sns", "topic", topic.name, facts({"Subscriptions": len(found)}), (rows,)
            )


def _subscription(subscription: Any) -> tuple[Any, ...]:
    attributes = subscription.attributes
    redrive = _parsed(attributes.get("RedrivePolicy"))
    return (
        subscription.protocol,
        last_part(subscription.endpoint),
        attributes.get("FilterPolicy") or "",
        last_part(redrive.get("deadLetterTargetArn", "")),
    )


def _parsed(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def rules() -> Iterator[Resource]:
    """Event buses other than the default one, all rules, and archives."""
    matches = current().state(Matches)
    for backend in existing(events_backends):
        for bus in backend.event_buses.values():
            if bus.name != "default":
                yield Resource("events", "bus", bus.name, facts({"Rules": len(bus.rules)}))
            for rule in bus.rules.values():
                yield _rule(rule, matches.counts[rule.arn])
        for archive in backend.archives.values():
            yield Resource(
                "events", "archive", archive.name, facts({"Events": len(archive.events)})
            )


def _rule(rule: Any, matched: int) -> Resource:
    targets = table("Targets", _TARGETS, rule.targets, _target, count=len(rule.targets))
    return Resource(
        "events",
        "rule",
        rule.name,
        facts(
            {
                "Bus": rule.event_bus_name,
                "State": rule.state,
                "Event pattern": rule.event_pattern.dump(),
                "Schedule": rule.scheduled_expression,
                "Matched events": matched,
            }
        ),
        (targets,),
    )


def _target(target: dict[str, Any]) -> tuple[Any, ...]:
    letters = (target.get("DeadLetterConfig") or {}).get("Arn", "")
    return cell(last_part(target["Arn"])), target["Id"], last_part(letters)
