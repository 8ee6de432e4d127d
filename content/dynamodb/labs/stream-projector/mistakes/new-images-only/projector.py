"""Adds each new image, and forgets what the old one had added."""

from collections import Counter
from decimal import Decimal

import boto3
from boto3.dynamodb.types import TypeDeserializer

resource = boto3.resource("dynamodb")
client = resource.meta.client
streams = boto3.client("dynamodbstreams")
state = resource.Table("state")
BY_TTL = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


def run():
    for arn in stream_arns():
        for shard in shards(arn):
            read_shard(arn, shard["ShardId"])


def stream_arns():
    return [stream["StreamArn"] for stream in streams.list_streams(TableName="orders")["Streams"]]


def shards(arn):
    """All shards; a parent comes before its children."""
    request = {"StreamArn": arn}
    while True:
        description = streams.describe_stream(**request)["StreamDescription"]
        yield from description["Shards"]
        if "LastEvaluatedShardId" not in description:
            return
        request["ExclusiveStartShardId"] = description["LastEvaluatedShardId"]


def read_shard(arn, shard_id):
    checkpoint = checkpoint_of(shard_id)
    where = {"ShardIteratorType": "TRIM_HORIZON"}
    if checkpoint:
        where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": checkpoint}
    answer = streams.get_shard_iterator(StreamArn=arn, ShardId=shard_id, **where)
    iterator = answer["ShardIterator"]
    while iterator:
        page = streams.get_records(ShardIterator=iterator)
        for record in page["Records"]:
            checkpoint = project(record, shard_id, checkpoint)
        if not page["Records"]:
            return
        iterator = page.get("NextShardIterator")


def checkpoint_of(shard_id):
    item = state.get_item(Key={"id": shard_id}, ConsistentRead=True).get("Item", {})
    return item.get("checkpoint")


def project(record, shard_id, checkpoint):
    change = record["dynamodb"]
    sequence_number = change["SequenceNumber"]
    old, new = image(change, "OldImage"), image(change, "NewImage")
    counts, cents = Counter(), Counter()
    for order, sign in ((new, 1),):
        if is_good(order):
            counts[order["customer_id"]] += sign
            cents[order["customer_id"]] += sign * order["cents"]
    actions = [move_checkpoint(shard_id, checkpoint, sequence_number)]
    for customer in counts:
        if counts[customer] or cents[customer]:
            actions.append(add(customer, counts[customer], cents[customer]))
    if any(order is not None and not is_good(order) for order in (old, new)):
        actions.append(put("poison", {"id": sequence_number, "keys": str(change["Keys"])}))
    if record["eventName"] == "REMOVE" and record.get("userIdentity") == BY_TTL:
        actions.append(put("archive", old))
    client.transact_write_items(TransactItems=actions)
    return sequence_number


def image(change, name):
    if name not in change:
        return None
    return {key: TypeDeserializer().deserialize(value) for key, value in change[name].items()}


def is_good(order):
    if order is None:
        return False
    customer, cents = order.get("customer_id"), order.get("cents")
    if not isinstance(customer, str) or not customer or not isinstance(cents, Decimal):
        return False
    return cents >= 0 and cents == cents.to_integral_value()


def move_checkpoint(shard_id, old, new):
    update = {
        "TableName": "state",
        "Key": {"id": shard_id},
        "UpdateExpression": "SET checkpoint = :new",
        "ConditionExpression": "attribute_not_exists(checkpoint)",
        "ExpressionAttributeValues": {":new": new},
    }
    if old:
        update["ConditionExpression"] = "checkpoint = :old"
        update["ExpressionAttributeValues"][":old"] = old
    return {"Update": update}


def add(customer, count, cents):
    return {
        "Update": {
            "TableName": "view",
            "Key": {"customer_id": customer},
            "UpdateExpression": "ADD order_count :count, total_cents :cents",
            "ExpressionAttributeValues": {":count": count, ":cents": cents},
        }
    }


def put(table, item):
    return {"Put": {"TableName": table, "Item": item}}
