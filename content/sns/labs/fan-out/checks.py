"""What the teams behind the queues would notice, and what a security review would."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labs.checks import Cloud, check, expect, setup

TOPIC = "orders"
TEAMS = ("archive", "shipping", "fraud", "loyalty")
QUEUES = (*TEAMS, "undelivered")
AUDITORS = "111122223333"
LARGE = 100_000


@dataclass(frozen=True)
class Message:
    """One change of an order; an empty text is an attribute that is missing."""

    order_id: str
    event: str = "placed"
    country: str = "DE"
    total_cents: int = 500
    tier: object = "none"
    tier_attribute: str = ""
    total_is_text: bool = False

    @property
    def body(self) -> str:
        values = {"order_id": self.order_id, "tier": self.tier, "total_cents": self.total_cents}
        return json.dumps({name: value for name, value in values.items() if value != "none"})

    @property
    def attributes(self) -> dict[str, Any]:
        kind = "String" if self.total_is_text else "Number"
        texts = {"event": self.event, "country": self.country, "tier": self.tier_attribute}
        found = {
            name: {"DataType": "String", "StringValue": text}
            for name, text in texts.items()
            if text
        }
        found["total_cents"] = {"DataType": kind, "StringValue": str(self.total_cents)}
        return found

    def is_for(self, team: str) -> bool:
        match team:
            case "shipping":
                return self.event == "paid" and self.country in ("NL", "BE", "LU")
            case "fraud":
                is_large = self.total_cents >= LARGE and not self.total_is_text
                return is_large and self.event in ("placed", "paid")
            case "loyalty":
                return self.tier in ("gold", "platinum")
        return True


@setup(once=True)
def wire(cloud: Cloud) -> None:
    cloud.client("sns").create_topic(Name=TOPIC)
    for name in QUEUES:
        cloud.create_queue(name)
    statement = {
        "Sid": "Auditors",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{AUDITORS}:root"},
        "Action": ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"],
        "Resource": cloud.queue("archive").arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("sqs").set_queue_attributes(
        QueueUrl=cloud.queue("archive").url, Attributes={"Policy": policy}
    )
    connect(cloud)


@check("The archive has every message, in its envelope", points=1, visible=True)
def archive(cloud: Cloud) -> None:
    sent = [message(cloud), message(cloud, event="paid", country="NL"), message(cloud, event="")]
    publish(cloud, sent)
    expect_received(cloud, "archive", sent)


@check("Shipping has what was paid in three countries", points=2, visible=True)
def shipping(cloud: Cloud) -> None:
    sent = [message(cloud, event="paid", country=country) for country in ("NL", "BE", "LU", "DE")]
    sent += [message(cloud, event=event, country="BE") for event in ("placed", "refunded")]
    publish(cloud, sent)
    expect_received(cloud, "shipping", sent)


@check("Fraud has the large orders", points=2, visible=True)
def fraud(cloud: Cloud) -> None:
    sent = [message(cloud, event=event, total_cents=LARGE * 2)
            for event in ("placed", "paid", "cancelled")]  # fmt: skip
    sent.append(message(cloud, total_cents=LARGE // 2))
    publish(cloud, sent)
    expect_received(cloud, "fraud", sent)


@check("Loyalty has its customers by the body", points=2)
def loyalty(cloud: Cloud) -> None:
    sent = [
        message(cloud, tier=tier)
        for tier in ("gold", "platinum", "silver", "Gold", "golden", "platin", None, 7)
    ]
    sent += [message(cloud, tier="silver", tier_attribute="gold"), message(cloud)]
    sent.append(message(cloud, tier="gold", tier_attribute="silver"))
    publish(cloud, cloud.random.sample(sent, len(sent)))
    expect_received(cloud, "loyalty", sent)


@check("Near misses stay away", points=2)
def near_misses(cloud: Cloud) -> None:
    sent = [message(cloud, event=event, country=country)
            for event in ("paid", "Paid", "prepaid", "paid ", "")
            for country in ("NL", "nl", "", "NLD")]  # fmt: skip
    sent += [message(cloud, event=event, total_cents=total)
             for event in ("placed", "paid", "refunded", "prepaid", "")
             for total in (LARGE - 1, LARGE, LARGE + 1, 99, 1_000_000_000)]  # fmt: skip
    sent.append(message(cloud, total_cents=LARGE * 3, total_is_text=True))
    publish(cloud, cloud.random.sample(sent, len(sent)))
    for team in TEAMS:
        expect_received(cloud, team, sent)


@check("No other topic gets in, and nothing but sending is allowed", points=2)
def strangers(cloud: Cloud) -> None:
    sns = cloud.client("sns")
    stranger = sns.create_topic(Name=f"stranger-{cloud.random.randrange(10**6)}")["TopicArn"]
    for name in QUEUES:
        sns.subscribe(TopicArn=stranger, Protocol="sqs", Endpoint=cloud.queue(name).arn)
    text = f"spam {cloud.random.randrange(10**9)}"
    sns.publish(TopicArn=stranger, Message=text)
    cloud.settle()
    sns.delete_topic(TopicArn=stranger)
    for name in QUEUES:
        arrived = any(text in body for body in cloud.queue(name).messages())
        expect(not arrived, f"A topic that has nothing to do with orders filled the queue {name}.")
        allowed = {
            str(action)
            for statement in statements(cloud, name)
            if statement.get("Sid") != "Auditors" and statement.get("Effect") == "Allow"
            for action in as_list(statement.get("Action", "everything"))
        }
        more = sorted(each for each in allowed if each.lower() != "sqs:sendmessage")
        expect(not more, f"The policy of {name} allows more than sending: {', '.join(more)}.")


@check("The auditors can still read the archive", points=1)
def auditors(cloud: Cloud) -> None:
    readers = [
        json.dumps(statement.get("Principal"))
        for statement in statements(cloud, "archive")
        if "sqs:ReceiveMessage" in as_list(statement.get("Action", []))
    ]
    expect(any(AUDITORS in reader for reader in readers), "The auditors may not read the archive "
           "any more.")  # fmt: skip


@check("A second deployment changes nothing", points=1)
def deployed_again(cloud: Cloud) -> None:
    before = {name: len(statements(cloud, name)) for name in QUEUES}
    known = subscriptions(cloud)
    connect(cloud)
    connect(cloud)
    for name in QUEUES:
        count = len(statements(cloud, name))
        expect(count == before[name], f"The policy of {name} had {before[name]} statement(s), and "
               f"has {count} after two more deployments.")  # fmt: skip
    expect(subscriptions(cloud) == known, "After another deployment, the topic has other "
           "subscriptions: what was published while they were made is lost.")  # fmt: skip
    sent = [message(cloud, event="paid", country="NL", total_cents=LARGE, tier="gold")]
    publish(cloud, sent)
    for team in TEAMS:
        expect_received(cloud, team, sent)


@check("What cannot be delivered is kept", points=2)
def undelivered(cloud: Cloud) -> None:
    # The last check: after it, the queues are gone.
    for team in cloud.random.sample(TEAMS, len(TEAMS)):
        cloud.client("sqs").delete_queue(QueueUrl=cloud.queue(team).url)
    sent = message(cloud, event="paid", country="BE", total_cents=LARGE, tier="platinum")
    publish(cloud, [sent])
    found = sum(sent.order_id in body for body in cloud.queue("undelivered").messages())
    expect(found > 0, "The queues of all teams were deleted, and a message for them is nowhere.")
    lost = len(TEAMS) - found
    expect(lost <= 0, f"All four queues were deleted, and of the four copies {lost} were lost.")
    expect(
        found == len(TEAMS), "The queue undelivered has more copies than could not be delivered."
    )


def connect(cloud: Cloud) -> None:
    cloud.call(
        "wiring.connect", topic_arn(cloud), {name: cloud.queue(name).url for name in QUEUES}
    )


def topic_arn(cloud: Cloud) -> str:
    arn: str = cloud.client("sns").create_topic(Name=TOPIC)["TopicArn"]
    return arn


def subscriptions(cloud: Cloud) -> list[str]:
    answer = cloud.client("sns").list_subscriptions_by_topic(TopicArn=topic_arn(cloud))
    return sorted(one["SubscriptionArn"] for one in answer["Subscriptions"])


def message(cloud: Cloud, **more: Any) -> Message:
    return Message(f"o-{cloud.random.randrange(10**9)}", **more)


def publish(cloud: Cloud, messages: Sequence[Message]) -> None:
    sns, topic = cloud.client("sns"), topic_arn(cloud)
    for one in messages:
        sns.publish(TopicArn=topic, Message=one.body, MessageAttributes=one.attributes)
    cloud.settle()


def expect_received(cloud: Cloud, team: str, sent: Sequence[Message]) -> None:
    """The team's queue has those of these messages that it wants, in its form."""
    bodies = cloud.queue(team).messages()
    count = Counter({one: sum(one.order_id in body for body in bodies) for one in sent})
    for one in sent:
        what = shown(one)
        if not one.is_for(team):
            expect(not count[one], f"The queue {team} got a message that is not for it: {what}.")
            continue
        expect(count[one] > 0, f"The queue {team} did not get {what}.")
        expect(count[one] == 1, f"The queue {team} got {what} {count[one]} times.")
        body = next(body for body in bodies if one.order_id in body)
        expect_form(team, body, one)


def expect_form(team: str, body: str, one: Message) -> None:
    if team in ("shipping", "loyalty"):
        expect(body == one.body, f"The queue {team} has something around the message that was "
               "published, and cannot read it.")  # fmt: skip
        return
    content = json.loads(body)
    is_enveloped = content.get("Type") == "Notification" and content.get("Message") == one.body
    expect(is_enveloped, f"The queue {team} has messages without the envelope of SNS: nobody can "
           "tell when and by which topic they were sent.")  # fmt: skip


def shown(one: Message) -> str:
    texts = {name: value["StringValue"] for name, value in one.attributes.items()}
    kind = " as a text" if one.total_is_text else ""
    return f"an order with the attributes {json.dumps(texts)}{kind} and the body {one.body}"


def statements(cloud: Cloud, queue: str) -> list[dict[str, Any]]:
    answer = cloud.client("sqs").get_queue_attributes(
        QueueUrl=cloud.queue(queue).url, AttributeNames=["Policy"]
    )
    policy = json.loads(answer.get("Attributes", {}).get("Policy") or "{}")
    return [one for one in as_list(policy.get("Statement", [])) if isinstance(one, dict)]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
