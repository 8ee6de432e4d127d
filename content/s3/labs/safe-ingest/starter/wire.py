"""Connects the bucket with the worker's queue."""

import boto3

BUCKET = "stations"

s3 = boto3.client("s3")
sqs = boto3.client("sqs")

url = sqs.get_queue_url(QueueName="ingest")["QueueUrl"]
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
queue_arn = attributes["Attributes"]["QueueArn"]

print("not connected yet:", queue_arn)
