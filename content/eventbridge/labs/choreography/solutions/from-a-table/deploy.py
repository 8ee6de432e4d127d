"""The wiring as a table of rules. It may be run again."""

import json
from dataclasses import dataclass, field

import boto3

events, functions = boto3.client("events"), boto3.client("lambda")
sqs = boto3.resource("sqs")
shop = events.describe_event_bus(Name="shop")["Arn"]
any_rule_of_the_shop = shop.replace(":event-bus/", ":rule/") + "/*"
undelivered = sqs.get_queue_by_name(QueueName="undelivered").attributes["QueueArn"]


@dataclass
class Route:
    pattern: dict
    function: str = ""
    queue: str = ""
    target: dict = field(default_factory=dict)

    @property
    def arn(self):
        if self.function:
            answer = functions.get_function(FunctionName=self.function)
            return answer["Configuration"]["FunctionArn"]
        return sqs.get_queue_by_name(QueueName=self.queue).attributes["QueueArn"]


def mail(source, detail_type):
    pattern = {"source": [source], "detail-type": [detail_type]}
    template = '{"order": "<id>", "to": "<address>", "what": "' + detail_type + '"}'
    paths = {"id": "$.detail.order_id", "address": "$.detail.email"}
    transformer = {"InputPathsMap": paths, "InputTemplate": template}
    return Route(pattern, queue="mail", target={"InputTransformer": transformer})


ROUTES = {
    "reserve": Route(
        {"source": ["shop.orders"], "detail-type": ["OrderPlaced"]}, function="stock"
    ),
    "pack": Route(
        {"source": ["shop.stock"], "detail-type": ["StockReserved"]}, function="parcels"
    ),
    "tell-short": mail("shop.stock", "StockShort"),
    "tell-sent": mail("shop.parcels", "ParcelSent"),
    **{
        f"book-{part}": Route(
            {"source": [f"shop.{part}"], "replay-name": [{"exists": False}]}, queue="books"
        )
        for part in ("orders", "stock", "parcels")
    },
}


def allow_bus(queue_name):
    queue = sqs.get_queue_by_name(QueueName=queue_name)
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.attributes["QueueArn"],
            "Condition": {"ArnLike": {"aws:SourceArn": any_rule_of_the_shop}},
        },
    }
    queue.set_attributes(Attributes={"Policy": json.dumps(policy)})


def allow_function(name):
    try:
        functions.add_permission(
            FunctionName=name,
            StatementId="bus-shop",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=any_rule_of_the_shop,
        )
    except functions.exceptions.ResourceConflictException:
        pass
    functions.update_function_configuration(
        FunctionName=name, DeadLetterConfig={"TargetArn": undelivered}
    )


def main():
    for queue in ("mail", "books", "undelivered"):
        allow_bus(queue)
    for function in ("stock", "parcels"):
        allow_function(function)
    for name, route in ROUTES.items():
        events.put_rule(Name=name, EventBusName="shop", EventPattern=json.dumps(route.pattern))
        target = {
            "Id": "1",
            "Arn": route.arn,
            "RetryPolicy": {"MaximumEventAgeInSeconds": 600},
            "DeadLetterConfig": {"Arn": undelivered},
        } | route.target
        events.put_targets(Rule=name, EventBusName="shop", Targets=[target])
    try:
        events.create_archive(
            ArchiveName="placed-orders",
            EventSourceArn=shop,
            EventPattern=json.dumps(ROUTES["reserve"].pattern),
            RetentionDays=30,
        )
    except events.exceptions.ResourceAlreadyExistsException:
        pass


if __name__ == "__main__":
    main()
