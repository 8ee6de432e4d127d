"""The same with boto3's resources, and a small class for a queue."""

import json

import boto3


class Reader:
    def __init__(self, topic, url):
        self.topic = topic
        self.queue = boto3.resource("sqs").Queue(url)
        self.arn = self.queue.attributes["QueueArn"]

    def admit(self):
        statements = json.loads(self.queue.attributes.get("Policy") or "{}").get("Statement", [])
        statements = [one for one in statements if one.get("Sid") != "FromTheTopic"]
        statements.append(
            {
                "Sid": "FromTheTopic",
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "SQS:SendMessage",
                "Resource": self.arn,
                "Condition": {"ArnLike": {"aws:SourceArn": self.topic.arn}},
            }
        )
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.queue.set_attributes(Attributes={"Policy": document})

    def subscribe(self, undelivered, raw=False, body=False, **rules):
        attributes = {"RedrivePolicy": json.dumps({"deadLetterTargetArn": undelivered.arn})}
        if raw:
            attributes["RawMessageDelivery"] = "true"
        if rules:
            attributes["FilterPolicyScope"] = "MessageBody" if body else "MessageAttributes"
            attributes["FilterPolicy"] = json.dumps(rules)
        self.topic.subscribe(Protocol="sqs", Endpoint=self.arn, Attributes=attributes)


def connect(topic_arn, queue_urls):
    topic = boto3.resource("sns").Topic(topic_arn)
    readers = {name: Reader(topic, url) for name, url in queue_urls.items()}
    for reader in readers.values():
        reader.admit()
    spare = readers["undelivered"]
    readers["archive"].subscribe(spare)
    readers["shipping"].subscribe(spare, raw=True, event=["paid"], country=["NL", "BE", "LU"])
    readers["fraud"].subscribe(
        spare, event=["placed", "paid"], total_cents=[{"numeric": [">=", 100000]}]
    )
    readers["loyalty"].subscribe(spare, raw=True, body=True, tier=["gold", "platinum"])
