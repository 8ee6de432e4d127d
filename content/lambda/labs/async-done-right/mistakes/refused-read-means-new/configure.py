"""Says what Lambda does with events that fail."""

import boto3

functions, sqs = boto3.client("lambda"), boto3.client("sqs")


def arn_of(name):
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return found["Attributes"]["QueueArn"]


functions.put_function_event_invoke_config(
    FunctionName="book-van",
    MaximumRetryAttempts=2,
    MaximumEventAgeInSeconds=3600,
    DestinationConfig={"OnFailure": {"Destination": arn_of("failed-orders")}},
)
