"""Connects the shop's topic with the queues of its teams. So far, everybody gets everything."""

import json

import boto3

sns, sqs = boto3.client("sns"), boto3.client("sqs")


def connect(topic_arn, queue_urls):
    for url in queue_urls.values():
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        queue_arn = answer["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": queue_arn,
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)
