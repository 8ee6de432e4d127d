"""Lets the queue hear of the folder, beside what the bucket tells others."""

import boto3


def arn_of(name):
    queue = boto3.resource("sqs").get_queue_by_name(QueueName=name)
    return queue.attributes["QueueArn"]


def wanted(arn):
    rule = {"Name": "Prefix", "Value": "in/"}
    for events in (["s3:ObjectCreated:*"], ["s3:ObjectRemoved:*"]):
        yield {"QueueArn": arn, "Events": events, "Filter": {"Key": {"FilterRules": [rule]}}}


notification = boto3.resource("s3").BucketNotification("stations")
notification.load()
arn = arn_of("ingest")
others = [one for one in notification.queue_configurations or [] if one["QueueArn"] != arn]
configuration = {"QueueConfigurations": [*others, *wanted(arn)]}
for name, found in (
    ("TopicConfigurations", notification.topic_configurations),
    ("LambdaFunctionConfigurations", notification.lambda_function_configurations),
):
    if found:
        configuration[name] = found
notification.put(NotificationConfiguration=configuration)
