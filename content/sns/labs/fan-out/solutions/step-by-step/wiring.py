"""Subscribes first, then sets what differs, attribute by attribute."""

import json

import boto3

sns = boto3.client("sns")
sqs = boto3.client("sqs")


def connect(topic_arn, queue_urls):
    arn = {}
    for name in queue_urls:
        attributes = sqs.get_queue_attributes(
            QueueUrl=queue_urls[name], AttributeNames=["All"]
        )["Attributes"]
        arn[name] = attributes["QueueArn"]
        policy = json.loads(attributes.get("Policy", "{}"))
        policy.setdefault("Version", "2012-10-17")
        statements = policy.setdefault("Statement", [])
        wanted = {
            "Sid": "topic",
            "Effect": "Allow",
            "Principal": "*",
            "Action": ["sqs:SendMessage"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceArn": [topic_arn]}},
        }
        if wanted not in statements:
            statements.append(wanted)
            sqs.set_queue_attributes(
                QueueUrl=queue_urls[name], Attributes={"Policy": json.dumps(policy)}
            )

    existing = {}
    for page in sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn):
        for one in page["Subscriptions"]:
            existing[one["Endpoint"]] = one["SubscriptionArn"]

    def subscribe(name, **settings):
        subscription = existing.get(arn[name]) or sns.subscribe(
            TopicArn=topic_arn, Protocol="sqs", Endpoint=arn[name], ReturnSubscriptionArn=True
        )["SubscriptionArn"]
        for key, value in settings.items():
            sns.set_subscription_attributes(
                SubscriptionArn=subscription,
                AttributeName=key,
                AttributeValue=value if isinstance(value, str) else json.dumps(value),
            )

    kept = {"RedrivePolicy": {"deadLetterTargetArn": arn["undelivered"]}}
    subscribe("archive", **kept)
    subscribe(
        "shipping",
        RawMessageDelivery="true",
        FilterPolicy={"country": ["BE", "LU", "NL"], "event": ["paid"]},
        **kept,
    )
    subscribe(
        "fraud",
        FilterPolicy={
            "total_cents": [{"numeric": [">", 99_999.99]}],
            "event": ["paid", "placed"],
        },
        **kept,
    )
    subscribe(
        "loyalty",
        RawMessageDelivery="true",
        FilterPolicyScope="MessageBody",
        FilterPolicy={"tier": ["platinum", "gold"]},
        **kept,
    )
