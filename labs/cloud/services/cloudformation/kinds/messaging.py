"""AWS::SQS::*, AWS::SNS::*, AWS::Events::*, AWS::Scheduler::*, AWS::Pipes::*."""

import json
from typing import Any, override

from labs.cloud.services.cloudformation.intrinsics import text
from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work, changed, remove

QUEUE_ATTRIBUTES = frozenset(
    {
        "ContentBasedDeduplication",
        "DeduplicationScope",
        "DelaySeconds",
        "FifoQueue",
        "FifoThroughputLimit",
        "KmsDataKeyReusePeriodSeconds",
        "KmsMasterKeyId",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "ReceiveMessageWaitTimeSeconds",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
        "VisibilityTimeout",
    }
)
TOPIC_ATTRIBUTES = frozenset(
    {
        "ContentBasedDeduplication",
        "DeliveryStatusLogging",
        "DisplayName",
        "FifoThroughputScope",
        "FifoTopic",
        "KmsMasterKeyId",
        "SignatureVersion",
        "TracingConfig",
    }
)
SUBSCRIPTION_ATTRIBUTES = frozenset(
    {
        "DeliveryPolicy",
        "FilterPolicy",
        "FilterPolicyScope",
        "RawMessageDelivery",
        "RedrivePolicy",
        "SubscriptionRoleArn",
    }
)


def attribute(value: Any) -> str:
    """An attribute's value is text, whatever it means."""
    return json.dumps(value) if isinstance(value, dict) else text(value)


def _attributes(work: Work, names: frozenset[str]) -> dict[str, str]:
    found = {name: work.properties[name] for name in sorted(names & work.properties.keys())}
    return {name: attribute(value) for name, value in found.items()}


def _queue_made(work: Work, parameters: Json) -> Json:
    name = str(parameters["QueueName"])
    if text(work.properties.get("FifoQueue", "")) == "true" and not name.endswith(".fifo"):
        parameters["QueueName"] = work.properties["QueueName"] = f"{name[:75]}.fifo"
    if found := _attributes(work, QUEUE_ATTRIBUTES):
        parameters["Attributes"] = found
    if tags := work.properties.get("Tags"):
        parameters["tags"] = {one["Key"]: one["Value"] for one in tags}
    return parameters


def _queue_settings(work: Work) -> None:
    if not work.before:
        return
    found = _attributes(work, QUEUE_ATTRIBUTES - {"FifoQueue"})
    if found:
        work.call("sqs", "SetQueueAttributes", {"QueueUrl": work.ref, "Attributes": found})


def _topic_made(work: Work, parameters: Json) -> Json:
    name = str(parameters["Name"])
    if text(work.properties.get("FifoTopic", "")) == "true" and not name.endswith(".fifo"):
        parameters["Name"] = work.properties["TopicName"] = f"{name[:251]}.fifo"
    if found := _attributes(work, TOPIC_ATTRIBUTES - {"DeliveryStatusLogging"}):
        parameters["Attributes"] = found
    return parameters


def _topic_settings(work: Work) -> None:
    if changed(work, "Subscription"):
        for one in work.properties.get("Subscription") or ():
            asked = {
                "TopicArn": work.ref,
                "Protocol": one["Protocol"],
                "Endpoint": one["Endpoint"],
            }
            work.call("sns", "Subscribe", asked)
    for name in sorted(TOPIC_ATTRIBUTES) if work.before else ():
        if changed(work, name) and name in work.properties:
            asked = {
                "TopicArn": work.ref,
                "AttributeName": name,
                "AttributeValue": attribute(work.properties[name]),
            }
            work.call("sns", "SetTopicAttributes", asked)


def _subscription_made(work: Work, parameters: Json) -> Json:
    if found := _attributes(work, SUBSCRIPTION_ATTRIBUTES):
        parameters["Attributes"] = found
    return {**parameters, "ReturnSubscriptionArn": True}


def _subscription_settings(work: Work) -> None:
    for name in sorted(SUBSCRIPTION_ATTRIBUTES) if work.before else ():
        if changed(work, name):
            asked = {
                "SubscriptionArn": work.ref,
                "AttributeName": name,
                "AttributeValue": attribute(work.properties.get(name, "")),
            }
            work.call("sns", "SetSubscriptionAttributes", asked)


def _rule_made(work: Work, parameters: Json) -> Json:
    if isinstance(pattern := work.properties.get("EventPattern"), dict):
        parameters["EventPattern"] = json.dumps(pattern)
    return parameters


def _rule_targets(work: Work) -> None:
    if not changed(work, "Targets"):
        return
    rule = _rule(work)
    wanted = [_target(one) for one in work.properties.get("Targets") or ()]
    there = {one["Id"] for one in work.before.get("Targets") or ()}
    if gone := sorted(there - {one["Id"] for one in wanted}):
        work.call("events", "RemoveTargets", {**rule, "Ids": gone})
    if wanted:
        work.call("events", "PutTargets", {**rule, "Targets": wanted})


def _target(one: Json) -> Json:
    """Numbers may be text in a template."""
    found = dict(one)
    if policy := one.get("RetryPolicy"):
        found["RetryPolicy"] = {name: int(value) for name, value in policy.items()}
    if isinstance(one.get("Input"), dict):
        found["Input"] = json.dumps(one["Input"])
    return found


def _rule(work: Work) -> Json:
    bus = work.properties.get("EventBusName")
    name = work.properties["Name"]
    return {"Rule": name, "EventBusName": bus} if bus else {"Rule": name}


def _rule_removed(work: Work) -> None:
    rule = _rule(work)
    if ids := [one["Id"] for one in work.properties.get("Targets") or ()]:
        remove(work, "events", "RemoveTargets", {**rule, "Ids": ids})
    bus = {"EventBusName": rule["EventBusName"]} if "EventBusName" in rule else {}
    remove(work, "events", "DeleteRule", {"Name": rule["Rule"], **bus})


def _rule_known(work: Work) -> None:
    bus = str(work.properties.get("EventBusName") or "").rpartition("/")[2]
    name = work.properties["Name"]
    work.kept["named"] = f"{bus}/{name}" if bus and bus != "default" else name
    _rule_targets(work)


def _archive(_work: Work, parameters: Json) -> Json:
    if isinstance(parameters.get("EventPattern"), dict):
        parameters["EventPattern"] = json.dumps(parameters["EventPattern"])
    return parameters


KINDS: dict[str, Any] = {
    "AWS::SQS::Queue": Kind(
        service="sqs",
        create="CreateQueue",
        delete="DeleteQueue",
        name="QueueName",
        name_length=80,
        ref="{QueueUrl}",
        keys={"QueueUrl": "{ref}"},
        attributes={
            "Arn": "arn:aws:sqs:{region}:{account}:{QueueName}",
            "QueueName": "{QueueName}",
            "QueueUrl": "{ref}",
        },
        apart=QUEUE_ATTRIBUTES | {"Tags"},
        immutable=frozenset({"FifoQueue"}),
        shape_create=_queue_made,
        after=_queue_settings,
    ),
    "AWS::SNS::Topic": Kind(
        service="sns",
        create="CreateTopic",
        delete="DeleteTopic",
        name="TopicName",
        name_length=256,
        renamed={"TopicName": "Name"},
        ref="{TopicArn}",
        keys={"TopicArn": "{ref}"},
        attributes={"TopicArn": "{ref}", "TopicName": "{TopicName}"},
        apart=TOPIC_ATTRIBUTES | {"Subscription"},
        immutable=frozenset({"FifoTopic"}),
        shape_create=_topic_made,
        after=_topic_settings,
    ),
    "AWS::SNS::Subscription": Kind(
        service="sns",
        create="Subscribe",
        delete="Unsubscribe",
        ref="{SubscriptionArn}",
        keys={"SubscriptionArn": "{ref}"},
        attributes={"Arn": "{ref}"},
        apart=SUBSCRIPTION_ATTRIBUTES | {"Region"},
        shape_create=_subscription_made,
        after=_subscription_settings,
    ),
    "AWS::Events::EventBus": Kind(
        service="events",
        create="CreateEventBus",
        delete="DeleteEventBus",
        ref="{Name}",
        keys={"Name": "{ref}"},
        attributes={"Arn": "{EventBusArn}", "Name": "{ref}"},
        apart=frozenset({"Policy"}),
    ),
    "AWS::Events::EventBusPolicy": Kind(
        service="events",
        create="PutPermission",
        update="PutPermission",
        delete="RemovePermission",
        renamed={"Statement": "Policy"},
        ref="{StatementId}",
        keys={"StatementId": "{ref}", "EventBusName": "{EventBusName}"},
        shape_create=lambda work, parameters: _bus_policy(work, parameters),
        shape_update=lambda work, parameters: _bus_policy(work, parameters),
    ),
    "AWS::Events::Rule": Kind(
        service="events",
        create="PutRule",
        update="PutRule",
        name="Name",
        ref="{Name}",
        attributes={"Arn": "arn:aws:events:{region}:{account}:rule/{named}"},
        apart=frozenset({"EventPattern", "Targets"}),
        immutable=frozenset({"EventBusName"}),
        shape_create=_rule_made,
        shape_update=_rule_made,
        after=_rule_known,
        before_delete=_rule_removed,
    ),
    "AWS::Events::Archive": Kind(
        service="events",
        create="CreateArchive",
        update="UpdateArchive",
        delete="DeleteArchive",
        name="ArchiveName",
        name_length=48,
        renamed={"SourceArn": "EventSourceArn"},
        ref="{ArchiveName}",
        keys={"ArchiveName": "{ref}"},
        attributes={"Arn": "{ArchiveArn}", "ArchiveName": "{ref}"},
        shape_create=_archive,
        shape_update=_archive,
    ),
    "AWS::Scheduler::Schedule": Kind(
        service="scheduler",
        create="CreateSchedule",
        update="UpdateSchedule",
        delete="DeleteSchedule",
        name="Name",
        ref="{Name}",
        keys={"Name": "{ref}", "GroupName": "{GroupName}"},
        attributes={"Arn": "{ScheduleArn}"},
        immutable=frozenset({"GroupName"}),
        shape_update=lambda _work, parameters: _without_empty(parameters),
    ),
    "AWS::Scheduler::ScheduleGroup": Kind(
        service="scheduler",
        create="CreateScheduleGroup",
        delete="DeleteScheduleGroup",
        name="Name",
        ref="{Name}",
        keys={"Name": "{ref}"},
        attributes={"Arn": "{ScheduleGroupArn}"},
    ),
    "AWS::Pipes::Pipe": Kind(
        service="pipes",
        create="CreatePipe",
        update="UpdatePipe",
        delete="DeletePipe",
        name="Name",
        ref="{Name}",
        keys={"Name": "{ref}"},
        attributes={
            "Arn": "{Arn}",
            "CurrentState": "{CurrentState}",
            "CreationTime": "{CreationTime}",
        },
        immutable=frozenset({"Source"}),
    ),
}


def _bus_policy(work: Work, parameters: Json) -> Json:
    """A statement of its own, or Action and Principal."""
    statement = work.properties.get("Statement")
    if not isinstance(statement, dict):
        return parameters
    bus = str(work.properties.get("EventBusName", "default"))
    own = {"Sid": work.properties.get("StatementId", work.name), **statement}
    document = {"Version": "2012-10-17", "Statement": [own]}
    return {"EventBusName": bus, "Policy": json.dumps(document)}


def _without_empty(parameters: Json) -> Json:
    return {name: value for name, value in parameters.items() if value != ""}


def _queue_policy(work: Work, policy: str) -> None:
    for url in work.properties.get("Queues") or ():
        attributes = {"Policy": policy}
        work.call("sqs", "SetQueueAttributes", {"QueueUrl": url, "Attributes": attributes})


def _topic_policy(work: Work, policy: str) -> None:
    for arn in work.properties.get("Topics") or ():
        asked = {"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy}
        work.call("sns", "SetTopicAttributes", asked)


class PolicyOf(Kind):
    """AWS::SQS::QueuePolicy and AWS::SNS::TopicPolicy: an attribute of several resources."""

    @override
    def make(self, work: Work) -> None:
        work.ref = work.new_name(80)
        self.change(work)
        work.attributes["Id"] = work.ref

    @override
    def change(self, work: Work) -> None:
        document = json.dumps(work.properties.get("PolicyDocument") or {})
        put = _queue_policy if "SQS" in work.type else _topic_policy
        put(work, document)

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return False

    @override
    def remove(self, work: Work) -> None:
        """Its queues and topics may be gone by now, or go with it."""


KINDS |= {
    "AWS::SQS::QueuePolicy": PolicyOf(),
    "AWS::SNS::TopicPolicy": PolicyOf(),
}
