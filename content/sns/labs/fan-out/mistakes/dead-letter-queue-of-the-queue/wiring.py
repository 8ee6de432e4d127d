"""Connects the shop's topic with the queues of its teams."""

import json

import boto3

sns, sqs = boto3.client("sns"), boto3.client("sqs")

SID = "OrdersTopic"
RAW = {"RawMessageDelivery": "true"}
SUBSCRIPTIONS = {
    "archive": {},
    "shipping": {
        **RAW,
        "FilterPolicy": json.dumps({"event": ["paid"], "country": ["NL", "BE", "LU"]}),
    },
    "fraud": {
        "FilterPolicy": json.dumps(
            {"event": ["placed", "paid"], "total_cents": [{"numeric": [">=", 100_000]}]}
        ),
    },
    "loyalty": {
        **RAW,
        "FilterPolicyScope": "MessageBody",
        "FilterPolicy": json.dumps({"tier": ["gold", "platinum"]}),
    },
}


def connect(topic_arn, queue_urls):
    arns = {name: let_in(topic_arn, url) for name, url in queue_urls.items()}
    redrive = {"deadLetterTargetArn": arns["undelivered"], "maxReceiveCount": 5}
    for name in SUBSCRIPTIONS:
        sqs.set_queue_attributes(
            QueueUrl=queue_urls[name], Attributes={"RedrivePolicy": json.dumps(redrive)}
        )
    for name, attributes in SUBSCRIPTIONS.items():
        sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=arns[name],
            Attributes=attributes,
        )


def let_in(topic_arn, url):
    """Let the topic send to the queue; returns the queue's ARN."""
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "Policy"])
    found = answer["Attributes"]
    policy = json.loads(found.get("Policy") or '{"Version": "2012-10-17", "Statement": []}')
    others = [one for one in policy["Statement"] if one.get("Sid") != SID]
    mine = {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": found["QueueArn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    policy["Statement"] = [*others, mine]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return found["QueueArn"]
