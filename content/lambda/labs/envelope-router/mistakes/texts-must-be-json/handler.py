"""Turns events into messages: each envelope yields what is in it, or another envelope."""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote_plus

from boto3.dynamodb.types import TypeDeserializer

plain = TypeDeserializer().deserialize


@dataclass
class Message:
    source: str
    name: str
    content: Any


def handler(event, context):
    return [asdict(message) for message in messages(event)]


def messages(event: dict) -> Iterator[Message]:
    if "detail-type" in event and "detail" in event:
        yield Message("eventbridge", event["detail-type"], event["detail"])
    elif "rawPath" in event:
        yield request(event, event["requestContext"]["http"]["method"], event["rawPath"])
    elif "httpMethod" in event:
        yield request(event, event["httpMethod"], event["path"])
    elif "Records" in event:
        for record in event["Records"]:
            yield from from_record(record)
    elif not is_test(event):
        raise ValueError(f"an event of nobody known: {sorted(event)}")


def from_record(record: dict) -> Iterator[Message]:
    match record:
        case {"eventSource": "aws:s3", "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}:
            yield Message("s3", bucket, unquote_plus(key))
        case {"eventSource": "aws:sqs", "eventSourceARN": arn, "body": body}:
            yield from opened("sqs", arn, body)
        case {"EventSource": "aws:sns", "Sns": {"TopicArn": arn, "Message": text}}:
            yield from opened("sns", arn, text)
        case {"eventSource": "aws:dynamodb", "eventSourceARN": arn, "dynamodb": change}:
            content = {
                "event": record["eventName"],
                "keys": values(change["Keys"]),
                "new": values(change["NewImage"]) if "NewImage" in change else None,
            }
            yield Message("dynamodb", arn.split("/")[1], content)
        case _:
            raise ValueError(f"a record of nobody known: {record.get('eventSource')}")


def opened(source: str, arn: str, text: str) -> Iterator[Message]:
    """What is in the text: an envelope of SNS or S3, or the content itself."""
    content = decoded(text)
    match content:
        case {"Type": "Notification", "TopicArn": topic, "Message": inner} if source == "sqs":
            yield from opened("sns", topic, inner)
        case {"Records": [{"eventSource": "aws:s3"}, *_]}:
            yield from messages(content)
        case _ if is_test(content):
            return
        case _:
            yield Message(source, arn.split(":")[-1], content)


def request(event: dict, method: str, path: str) -> Message:
    body = event.get("body")
    if body is not None and event.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    content = {"query": event.get("queryStringParameters") or {}, "body": decoded(body)}
    return Message("api", f"{method} {path}", content)


def decoded(text: str | None) -> Any:
    if text is None:
        return None
    return json.loads(text)


def is_test(content: Any) -> bool:
    return isinstance(content, dict) and content.get("Event") == "s3:TestEvent"


def values(image: dict) -> dict:
    return {name: plain(value) for name, value in image.items()}
