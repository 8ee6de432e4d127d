"""Connects the bucket with the worker's queue."""

import boto3

BUCKET = "stations"
ID = "ingest"

s3 = boto3.client("s3")
sqs = boto3.client("sqs")

url = sqs.get_queue_url(QueueName="ingest")["QueueUrl"]
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
queue_arn = attributes["Attributes"]["QueueArn"]

configuration = s3.get_bucket_notification_configuration(Bucket=BUCKET)
configuration.pop("ResponseMetadata")
queues = configuration.get("QueueConfigurations", [])
configuration["QueueConfigurations"] = [one for one in queues if one["Id"] != ID] + [
    {
        "Id": ID,
        "QueueArn": queue_arn,
        "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
    }
]
s3.put_bucket_notification_configuration(
    Bucket=BUCKET, NotificationConfiguration=configuration
)
