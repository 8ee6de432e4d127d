"""A class that peels: a stack of events to look at, and the messages that were found."""

import json
from base64 import b64decode
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote_plus

from boto3.dynamodb.types import TypeDeserializer


@dataclass(frozen=True, slots=True)
class Message:
    source: str
    name: str
    content: Any


class Journal:
    def __init__(self):
        self.lines = []

    def add(self, source, name, content):
        self.lines.append(Message(source, name, content))

    def read(self, event):
        if isinstance(event.get("Records"), list):
            for record in event["Records"]:
                self.record(record)
            return
        if event.get("Event") == "s3:TestEvent":
            return
        if "detail-type" in event:
            self.add("eventbridge", event["detail-type"], event["detail"])
            return
        context = event["requestContext"]
        if "http" in context:
            self.request(event, context["http"]["method"] + " " + event["rawPath"])
        else:
            self.request(event, event["httpMethod"] + " " + event["path"])

    def record(self, record):
        if "s3" in record:
            self.add("s3", record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"]))
        elif "Sns" in record:
            self.notification(record["Sns"])
        elif "dynamodb" in record:
            self.change(record)
        elif record["eventSource"] == "aws:sqs":
            content = self.text(record["body"])
            if isinstance(content, dict) and {"Type", "TopicArn", "Message"} <= content.keys():
                self.notification(content)
            else:
                self.inner("sqs", record["eventSourceARN"], content)
        else:
            raise NotImplementedError(record["eventSource"])

    def notification(self, sns):
        self.inner("sns", sns["TopicArn"], self.text(sns["Message"]))

    def inner(self, source, arn, content):
        if self.is_of_s3(content):
            self.read(content)
        else:
            self.add(source, arn.split(":")[5], content)

    def is_of_s3(self, content):
        if not isinstance(content, dict):
            return False
        if content.get("Event") == "s3:TestEvent":
            return True
        return "Records" in content

    def change(self, record):
        image = record["dynamodb"]
        decode = TypeDeserializer().deserialize
        new = decode({"M": image["NewImage"]}) if image.get("NewImage") else None
        content = {"event": record["eventName"], "keys": decode({"M": image["Keys"]}), "new": new}
        self.add("dynamodb", record["eventSourceARN"].split("/")[1], content)

    def request(self, event, name):
        body = event.get("body")
        if body is not None and event["isBase64Encoded"]:
            body = b64decode(body)
        query = dict(event.get("queryStringParameters") or ())
        self.add("api", name, {"query": query, "body": body and self.text(body)})

    def text(self, text):
        try:
            return json.loads(text)
        except ValueError:
            return text.decode() if isinstance(text, bytes) else text


def handler(event, context):
    journal = Journal()
    journal.read(event)
    return [asdict(line) for line in journal.lines]
