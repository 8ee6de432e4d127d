"""Wires the bus: each rule with its target, its permission and its dead-letter queue."""

import json

import boto3

BUS = "shop"
ACCOUNT, REGION = "123456789012", "us-east-1"

events = boto3.client("events")
lambda_client = boto3.client("lambda")
sqs = boto3.client("sqs")


def queue_arn(name):
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def put_rule(name, pattern, target_arn, **target):
    """Make a rule with one target; returns the rule's ARN."""
    answer = events.put_rule(Name=name, EventBusName=BUS, EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule=name,
        EventBusName=BUS,
        Targets=[
            {
                "Id": name,
                "Arn": target_arn,
                "DeadLetterConfig": {"Arn": queue_arn("undelivered")},
                "RetryPolicy": {"MaximumRetryAttempts": 20, "MaximumEventAgeInSeconds": 3600},
                **target,
            }
        ],
    )
    return answer["RuleArn"]


def rule_to_function(name, pattern):
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    rule = put_rule(name, pattern, arn)
    lambda_client.add_permission(
        FunctionName=name,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    lambda_client.put_function_event_invoke_config(
        FunctionName=name,
        DestinationConfig={"OnFailure": {"Destination": queue_arn("undelivered")}},
    )
    return rule


def rule_to_queue(name, pattern, **target):
    rule = put_rule(name, pattern, queue_arn(name), **target)
    let_in(name, [rule])
    return rule


def let_in(queue, rules):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn(queue),
        "Condition": {"ArnEquals": {"aws:SourceArn": rules}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


placed = {"source": ["shop.orders"], "detail-type": ["OrderPlaced"]}
reserved = {"source": ["shop.stock"], "detail-type": ["StockReserved"]}
for_customers = {
    "$or": [
        {"source": ["shop.stock"], "detail-type": ["StockShort"]},
        {"source": ["shop.parcels"], "detail-type": ["ParcelSent"]},
    ]
}
for_the_books = {
    "source": ["shop.orders", "shop.stock", "shop.parcels"],
    "replay-name": [{"exists": False}],
}
as_mail = {
    "InputPathsMap": {
        "order": "$.detail.order_id",
        "to": "$.detail.email",
        "what": "$.detail-type",
    },
    "InputTemplate": '{"order": <order>, "to": <to>, "what": <what>}',
}

rules = [
    rule_to_function("stock", placed),
    rule_to_function("parcels", reserved),
    rule_to_queue("mail", for_customers, InputTransformer=as_mail),
    rule_to_queue("books", for_the_books),
]
let_in("undelivered", rules)

bus_arn = events.describe_event_bus(Name=BUS)["Arn"]
events.create_archive(
    ArchiveName="orders",
    EventSourceArn=bus_arn,
    EventPattern=json.dumps(placed),
    RetentionDays=30,
)
