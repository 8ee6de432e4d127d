"""Wires the bus: who gets which events."""

import json

import boto3

BUS = "shop"
ACCOUNT, REGION = "123456789012", "us-east-1"

events = boto3.client("events")
lambda_client = boto3.client("lambda")
sqs = boto3.client("sqs")


def rule_to_function(name, pattern):
    events.put_rule(Name=name, EventBusName=BUS, EventPattern=json.dumps(pattern))
    lambda_client.add_permission(
        FunctionName=name,
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    events.put_targets(Rule=name, EventBusName=BUS, Targets=[{"Id": name, "Arn": arn}])


def rule_to_queue(name, pattern):
    events.put_rule(Name=name, EventBusName=BUS, EventPattern=json.dumps(pattern))
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events.put_targets(Rule=name, EventBusName=BUS, Targets=[{"Id": name, "Arn": arn}])


everything_of_the_shop = {"source": [{"prefix": "shop"}]}
rule_to_function("stock", everything_of_the_shop)
rule_to_function("parcels", everything_of_the_shop)
rule_to_queue("mail", everything_of_the_shop)
rule_to_queue("books", everything_of_the_shop)
