"""The journal as those who read it see it: what happened, and nothing else."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus

from labs.checks import Cloud, check, expect, setup

ROUTER = "journal"
ACCOUNT = "eu-west-1:123456789012"
STREAM_LABEL = "2026-11-02T08:00:00.000"
KEYS = {"source", "name", "content"}
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "jetty")

type Json = dict[str, Any]


@setup(once=True)
def deploy(cloud: Cloud) -> None:
    cloud.deploy_function(ROUTER, handler="handler.handler")


@check("A simple event of each service is read", points=1, visible=True)
def simple(cloud: Cloud) -> None:
    order, key = new_order(cloud), f"{word(cloud)}.jpg"
    queue, topic, bucket = word(cloud, "orders"), word(cloud, "news"), word(cloud, "in")
    text = json.dumps(order)
    placed = "Order placed"
    for what, event, right in (
        ("an upload", records(s3(bucket, key)), message("s3", bucket, key)),
        ("an order in a queue", records(sqs(queue, text)), message("sqs", queue, order)),
        ("an order from a topic", records(sns(topic, text)), message("sns", topic, order)),
        ("an event of a bus", bus(placed, order), message("eventbridge", placed, order)),
    ):
        expect_messages(cloud, event, [right], what)


@check("A request of each kind of API is read", points=1, visible=True)
def requests(cloud: Cloud) -> None:
    order, path = new_order(cloud), f"/{word(cloud)}"
    query = {"page": str(cloud.random.randrange(99))}
    right = [message("api", f"POST {path}", {"query": query, "body": order})]
    for kind in (rest, http):
        event = kind("POST", path, query=query, body=json.dumps(order))
        expect_messages(cloud, event, right, f"a request of {API_NAMES[kind]}")


@check("No record of an event is lost", points=2)
def every_record(cloud: Cloud) -> None:
    count = cloud.random.randrange(3, 6)
    orders = [new_order(cloud) for _ in range(count)]
    sent = [(word(cloud, "q"), order) for order in orders]
    expect_messages(
        cloud,
        records(*(sqs(queue, json.dumps(order)) for queue, order in sent)),
        [message("sqs", queue, order) for queue, order in sent],
        f"a batch of {count} messages",
    )
    keys = [f"{word(cloud)}.png" for _ in orders]
    expect_messages(
        cloud,
        records(*(s3("in", key) for key in keys)),
        [message("s3", "in", key) for key in keys],
        f"an event of S3 with {count} records",
    )
    expect_messages(
        cloud,
        records(*(sns("news", json.dumps(order)) for order in orders)),
        [message("sns", "news", order) for order in orders],
        f"an event of SNS with {count} records",
    )
    changes = [{"id": order["order_id"]} for order in orders]
    expect_messages(
        cloud,
        records(*(stream("orders", "INSERT", change, change) for change in changes)),
        [change_message("orders", "INSERT", change, change) for change in changes],
        f"a batch of {count} changes",
    )
    expect_messages(cloud, records(), [], "an event without records")


@check("A key is told as the uploader named it", points=1)
def keys_of_uploads(cloud: Cloud) -> None:
    name = word(cloud)
    keys = [
        f"my {name}.jpg",
        f"100% {name}.txt",
        f"{name}+sugar.csv",
        f"in/2026/{name} (1).jpg",
        f"grün/{name} & söhne.pdf",
        f"{name}%20late.jpg",
    ]
    for key in keys:
        expect_messages(
            cloud, records(s3("in", key)), [message("s3", "in", key)], f"the upload of '{key}'"
        )
    # EventBridge tells the key as it is.
    detail = {"bucket": {"name": "in"}, "object": {"key": f"{name}+sugar%20.csv", "size": 5}}
    event = {**bus("Object Created", detail), "source": "aws.s3"}
    right = [message("eventbridge", "Object Created", detail)]
    expect_messages(cloud, event, right, "an upload that a bus tells of")


@check("Envelopes in envelopes are opened", points=2)
def nested(cloud: Cloud) -> None:
    order, topic, key = new_order(cloud), word(cloud, "news"), f"a {word(cloud)}.jpg"
    through = records(
        sqs("fan", notification(topic, json.dumps(order))),
        sqs("fan", notification(topic, "closed on Monday")),
        sqs("fan", json.dumps(order)),
    )
    right = [
        message("sns", topic, order),
        message("sns", topic, "closed on Monday"),
        message("sqs", "fan", order),
    ]
    expect_messages(cloud, through, right, "three messages, of which two came from a topic")
    other = f"b {word(cloud)}.jpg"
    told = json.dumps(records(s3("in", key), s3("in", other)))
    uploads = [message("s3", "in", key), message("s3", "in", other)]
    expect_messages(cloud, records(sqs("q", told)), uploads, "two uploads through a queue")
    expect_messages(cloud, records(sns("t", told)), uploads, "two uploads through a topic")
    event = records(sqs("q", notification("t", told)), sqs("q", json.dumps(order)))
    right = [*uploads, message("sqs", "q", order)]
    expect_messages(cloud, event, right, "two uploads through a topic and a queue, and an order")
    test = json.dumps(test_event("in"))
    for name, event in (
        ("a queue", records(sqs("q", test), sqs("q", json.dumps(order)))),
        (
            "a topic and a queue",
            records(sqs("q", notification("t", test)), sqs("q", json.dumps(order))),
        ),
    ):
        what = f"the test of a new notification through {name}, and an order"
        expect_messages(cloud, event, [message("sqs", "q", order)], what)
    expect_messages(cloud, records(sns("t", test)), [], "the test of a new notification")
    expect_messages(cloud, test_event("in"), [], "the test of a new notification")


@check("Content stays what it is", points=1)
def contents(cloud: Cloud) -> None:
    order = new_order(cloud)
    inner = json.dumps(order)
    texts = [
        ("a text", f"call {word(cloud)} back"),
        ("a broken text", inner[:-1]),
        ("an empty text", ""),
        ("a number", str(cloud.random.randrange(10, 99))),
        ("a list", json.dumps([order, order])),
        ("a text that looks like Base64", base64.b64encode(inner.encode()).decode()),
        ("a JSON text in a JSON text", json.dumps(inner)),
        ("an order that has a Message", json.dumps({"Message": inner, "Type": "order"})),
        ("an order with a note in JSON", json.dumps({**order, "note": inner})),
        ("a shop that sells records", json.dumps({"Records": ["LP", "CD"], "body": "7"})),
        ("a shop that counts records", json.dumps({"Records": 3})),
        ("a fair that is an Event", json.dumps({"Event": "fair", "Bucket": "in"})),
        ("an order with a detail", json.dumps({"detail-type": "x", "detail": {"Event": "y"}})),
    ]
    for what, text in texts:
        right = decoded(text)
        event = records(sqs("q", text))
        expect_messages(cloud, event, [message("sqs", "q", right)], f"{what} in a queue")
        event = records(sqs("q", notification("t", text)))
        expect_messages(
            cloud, event, [message("sns", "t", right)], f"{what} from a topic in a queue"
        )
        event = http("PUT", "/x", body=text)
        right_request = message("api", "PUT /x", {"query": {}, "body": right})
        expect_messages(cloud, event, [right_request], f"{what} as the body of a request")


@check("A change of a table has plain values", points=1)
def changes(cloud: Cloud) -> None:
    table, count = word(cloud, "t"), cloud.random.randrange(2, 1000)
    keys = {"customer": word(cloud), "number": count}
    item = {
        **keys,
        "price": count + 0.5,
        "paid": False,
        "open": True,
        "note": None,
        "lines": [{"S": word(cloud), "amount": 2}, "x", 3],
        "address": {"city": word(cloud), "tags": []},
        "M": {"N": "17"},
    }
    for name, new in (("INSERT", item), ("MODIFY", {**item, "paid": True}), ("REMOVE", None)):
        event = records(stream(table, name, keys, new, old=None if name == "INSERT" else item))
        right = [change_message(table, name, keys, new)]
        expect_messages(cloud, event, right, f"a record of a stream with {name}")


@check("Requests without anything, and in Base64, are read", points=1)
def odd_requests(cloud: Cloud) -> None:
    path = f"/{word(cloud)}/{cloud.random.randrange(100)}"
    text = f"grüße von {word(cloud)}"
    order = new_order(cloud)
    for kind in (rest, rest_of_http, http):
        api = API_NAMES[kind]
        for what, sent, body in (
            ("without a body", None, None),
            ("with a text", text, text),
            ("with JSON", json.dumps(order), order),
        ):
            event = kind("PATCH", path, body=sent)
            right = [message("api", f"PATCH {path}", {"query": {}, "body": body})]
            expect_messages(cloud, event, right, f"a request of {api} {what}")
            if sent is not None:
                coded = base64.b64encode(sent.encode()).decode()
                event = {**kind("PATCH", path, body=coded), "isBase64Encoded": True}
                expect_messages(cloud, event, right, f"a request of {api} {what} in Base64")


@check("What nobody knows does not vanish", points=2)
def unknown(cloud: Cloud) -> None:
    known = sqs("q", json.dumps(new_order(cloud)))
    kinesis = {"eventSource": "aws:kinesis", "eventID": word(cloud), "kinesis": {"data": "e30="}}
    for what, event in (
        ("an event of nobody known", {"ping": word(cloud)}),
        ("an empty event", {}),
        ("a record of Kinesis", records(kinesis)),
        ("a record of Kinesis behind one of a queue", records(known, kinesis)),
    ):
        found, error = invoke(cloud, event)
        expect(error != "", f"Somebody sent {what}, and nobody heard of it: {shown(found)}.")
    # What went before must not be in later answers.
    order = new_order(cloud)
    event = records(sqs("q", json.dumps(order)))
    expect_messages(cloud, event, [message("sqs", "q", order)], "an order after unknown events")


def invoke(cloud: Cloud, event: Json) -> tuple[Any, str]:
    """What the function returned, and how it failed ("" if it did not)."""
    answer = cloud.client("lambda").invoke(FunctionName=ROUTER, Payload=json.dumps(event).encode())
    payload = json.load(answer["Payload"])
    if "FunctionError" not in answer:
        return payload, ""
    return None, f"{payload.get('errorType')}: {payload.get('errorMessage')}"


def expect_messages(cloud: Cloud, event: Json, right: Sequence[Json], what: str) -> None:
    found, error = invoke(cloud, event)
    expect(not error, f"The journal has no line for {what}. The function raised {error[:200]}.")
    is_list = isinstance(found, list) and all(isinstance(one, dict) for one in found)
    expect(is_list, f"For {what}, the function did not return a list of messages: {shown(found)}.")
    for one in found:
        expect(
            set(one) == KEYS, f"For {what}, a message does not have the three keys: {shown(one)}."
        )
    expect(len(found) >= len(right), f"The journal misses something after {what}: {shown(found)}.")
    expect(
        len(found) <= len(right), f"The journal has too many lines after {what}: {shown(found)}."
    )
    for one, wanted in zip(found, right, strict=True):
        for key in ("source", "name", "content"):
            expect(
                is_same(one[key], wanted[key]),
                f"After {what}, the journal has a message with a wrong {key}: {shown(one[key])}.",
            )


def is_same(found: Any, right: Any) -> bool:
    """Whether two values of JSON are the same; 2 and 2.0 are, 1 and true are not."""
    if isinstance(right, dict):
        return (
            isinstance(found, dict)
            and set(found) == set(right)
            and all(is_same(found[key], right[key]) for key in right)
        )
    if isinstance(right, list):
        return (
            isinstance(found, list)
            and len(found) == len(right)
            and all(is_same(one, other) for one, other in zip(found, right, strict=True))
        )
    return isinstance(found, bool) == isinstance(right, bool) and found == right


def message(source: str, name: str, content: Any) -> Json:
    return {"source": source, "name": name, "content": content}


def change_message(table: str, event: str, keys: Json, new: Json | None) -> Json:
    return message("dynamodb", table, {"event": event, "keys": keys, "new": new})


def records(*found: Json) -> Json:
    return {"Records": list(found)}


def s3(bucket: str, key: str) -> Json:
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-11-02T08:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": bucket, "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": quote_plus(key, safe="/"), "size": 1024, "sequencer": "0A1B2C"},
        },
    }


def test_event(bucket: str) -> Json:
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2026-11-02T08:00:00.000Z",
        "Bucket": bucket,
        "RequestId": "5582815E1AEA5ADF",
        "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
    }


def sqs(queue: str, body: str) -> Json:
    return {
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1793606400000"},
        "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{ACCOUNT}:{queue}",
        "awsRegion": "eu-west-1",
    }


def sns(topic: str, text: str) -> Json:
    return {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": f"arn:aws:sns:{ACCOUNT}:{topic}:2bcfbf39-05c3-41de-beaa-fcfc",
        "Sns": json.loads(notification(topic, text)),
    }


def notification(topic: str, text: str) -> str:
    envelope = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": f"arn:aws:sns:{ACCOUNT}:{topic}",
        "Subject": None,
        "Message": text,
        "Timestamp": "2026-11-02T08:00:00.000Z",
        "SignatureVersion": "1",
    }
    return json.dumps(envelope)


def stream(
    table: str, event: str, keys: Json, new: Json | None, *, old: Json | None = None
) -> Json:
    change = {
        "ApproximateCreationDateTime": 1793606400.0,
        "Keys": typed(keys)["M"],
        "SequenceNumber": "111",
        "SizeBytes": 26,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if new is not None:
        change["NewImage"] = typed(new)["M"]
    if old is not None:
        change["OldImage"] = typed(old)["M"]
    return {
        "eventID": "c4ca4238a0b923820dcc509a6f75849b",
        "eventName": event,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": change,
        "eventSourceARN": f"arn:aws:dynamodb:{ACCOUNT}:table/{table}/stream/{STREAM_LABEL}",
    }


def typed(value: Any) -> Json:
    """A value as DynamoDB writes it."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [typed(one) for one in value]}
    return {"M": {name: typed(one) for name, one in value.items()}}


def bus(detail_type: str, detail: Json) -> Json:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": detail_type,
        "source": "shop",
        "account": "123456789012",
        "time": "2026-11-02T08:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    }


def rest(method: str, path: str, *, query: Json | None = None, body: str | None = None) -> Json:
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Accept": "*/*"},
        "multiValueHeaders": {"Accept": ["*/*"]},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {key: [query[key]] for key in query},
        "pathParameters": {"proxy": path[1:]},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": f"/prod{path}",
            "stage": "prod",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def rest_of_http(method: str, path: str, *, query: Json | None = None,
                 body: str | None = None) -> Json:  # fmt: skip
    return {"version": "1.0", **rest(method, path, query=query, body=body)}


def http(method: str, path: str, *, query: Json | None = None, body: str | None = None) -> Json:
    event = {
        "version": "2.0",
        "routeKey": "ANY /{proxy+}",
        "rawPath": path,
        "rawQueryString": "&".join(f"{key}={value}" for key, value in (query or {}).items()),
        "headers": {"accept": "*/*"},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1"},
            "routeKey": "ANY /{proxy+}",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if query is not None:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body
    return event


API_NAMES = {
    rest: "a REST API",
    rest_of_http: "an HTTP API with format 1.0",
    http: "an HTTP API",
}


def new_order(cloud: Cloud) -> Json:
    return {
        "order_id": f"o-{cloud.random.randrange(10**6)}",
        "cents": cloud.random.randrange(10**5),
    }


def word(cloud: Cloud, first: str = "") -> str:
    found = f"{cloud.random.choice(WORDS)}{cloud.random.randrange(1000)}"
    return f"{first}-{found}" if first else found


def decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:157]}..."
