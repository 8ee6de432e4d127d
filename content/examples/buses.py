"""Buses for the examples: a rule sends what matches to a queue, which lets in that rule alone."""

import json

import boto3

REGION, ACCOUNT = "us-east-1", "123456789012"


def rule_to_queue(bus, name, pattern, **target):
    """Make a rule and a queue, both of that name; returns the queue's URL.

    What else the target shall have is given by name, such as RetryPolicy.
    """
    events = boto3.client("events")
    rule = events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))
    url, arn = queue_for(rule["RuleArn"], name)
    events.put_targets(
        Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn, **target}]
    )
    return url


def queue_for(rule_arn, name):
    """Make a queue into which this rule may send; returns its URL and its ARN."""
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = boto3.client("sqs").create_queue(QueueName=name, Attributes={"Policy": policy})
    return made["QueueUrl"], arn


def take(url):
    """Take what waits in a queue, at most ten messages; returns their bodies."""
    sqs = boto3.client("sqs")
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    messages = answer.get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]
