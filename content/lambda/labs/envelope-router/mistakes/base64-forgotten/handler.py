"""One reader for each sender, in a table; envelopes are taken off before a reader is chosen."""

import json
import urllib.parse


def handler(event, context):
    result = []
    if "Records" in event:
        for record in event["Records"]:
            source = record.get("eventSource") or record.get("EventSource")
            result.extend(READERS[source](record))
    elif "httpMethod" in event:
        result.append(http(event, event["httpMethod"], event["path"]))
    elif "http" in event.get("requestContext", {}):
        result.append(http(event, event["requestContext"]["http"]["method"], event["rawPath"]))
    elif "detail-type" in event:
        result.append(dict(source="eventbridge", name=event["detail-type"], content=event["detail"]))
    elif event.get("Event") != "s3:TestEvent":
        raise LookupError("unknown event")
    return result


def message(source, name, content):
    return {"source": source, "name": name, "content": content}


def read_s3(record):
    key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
    return [message("s3", record["s3"]["bucket"]["name"], key)]


def read_sqs(record):
    content = loads(record["body"])
    if isinstance(content, dict) and content.get("Type") == "Notification" and "TopicArn" in content:
        return read_topic(content)
    uploads = s3_inside(content)
    if uploads is not None:
        return uploads
    return [message("sqs", record["eventSourceARN"].rsplit(":", 1)[1], content)]


def read_sns(record):
    return read_topic(record["Sns"])


def read_topic(notification):
    content = loads(notification["Message"])
    uploads = s3_inside(content)
    if uploads is not None:
        return uploads
    return [message("sns", notification["TopicArn"].rsplit(":", 1)[1], content)]


def s3_inside(content):
    """The messages of an S3 event, or None where it is something else."""
    if not isinstance(content, dict):
        return None
    if content.get("Event") == "s3:TestEvent":
        return []
    records = content.get("Records")
    if not isinstance(records, list) or not records:
        return None
    if not all(isinstance(one, dict) and one.get("eventSource") == "aws:s3" for one in records):
        return None
    return [one for record in records for one in read_s3(record)]


def read_dynamodb(record):
    table = record["eventSourceARN"].split(":table/")[1].split("/")[0]
    change = record["dynamodb"]
    new = change.get("NewImage")
    content = {
        "event": record["eventName"],
        "keys": python({"M": change["Keys"]}),
        "new": python({"M": new}) if new is not None else None,
    }
    return [message("dynamodb", table, content)]


def python(typed):
    ((kind, value),) = typed.items()
    if kind == "N":
        return float(value)
    if kind == "NULL":
        return None
    if kind == "L":
        return [python(item) for item in value]
    if kind == "M":
        return {name: python(item) for name, item in value.items()}
    return value


def http(event, method, path):
    body = event.get("body")
    query = event.get("queryStringParameters")
    if query is None:
        query = {}
    return message("api", method + " " + path, {"query": query, "body": loads(body)})


def loads(text):
    try:
        return json.loads(text)
    except (TypeError, json.JSONDecodeError):
        return text


READERS = {
    "aws:s3": read_s3,
    "aws:sqs": read_sqs,
    "aws:sns": read_sns,
    "aws:dynamodb": read_dynamodb,
}
