"""Each customer's item knows the last record that it counted; a checkpoint saves reading again."""

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb")
streams = boto3.client("dynamodbstreams")
WIDTH = 60  # sequence numbers are compared as texts


class Order:
    """One image of an order; `is_there` and `is_good` tell whether it counts."""

    def __init__(self, image):
        self.raw = image
        self.is_there = image is not None
        read = TypeDeserializer().deserialize
        values = {name: read(value) for name, value in (image or {}).items()}
        self.customer = values.get("customer_id")
        self.is_good = self.is_there and isinstance(self.customer, str) and self.customer != ""
        cents = (image or {}).get("cents", {}).get("N")
        self.is_good = self.is_good and cents is not None and float(cents) == int(float(cents)) >= 0
        self.cents = int(float(cents)) if self.is_good else 0


def run():
    for stream in streams.list_streams(TableName="orders")["Streams"]:
        arn = stream["StreamArn"]
        description = streams.describe_stream(StreamArn=arn)["StreamDescription"]
        for shard in description["Shards"]:
            Shard(arn, shard["ShardId"]).read()


class Shard:
    def __init__(self, arn, shard_id):
        self.arn, self.shard_id = arn, shard_id
        self.key = {"id": {"S": shard_id}}

    def iterator(self):
        item = dynamodb.get_item(TableName="state", Key=self.key, ConsistentRead=True).get("Item")
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if item:
            start["ShardIteratorType"] = "AFTER_SEQUENCE_NUMBER"
            start["SequenceNumber"] = item["done"]["S"]
        answer = streams.get_shard_iterator(StreamArn=self.arn, ShardId=self.shard_id, **start)
        return answer["ShardIterator"]

    def read(self):
        iterator = self.iterator()
        while iterator:
            answer = streams.get_records(ShardIterator=iterator, Limit=10)
            if not answer["Records"]:
                break
            for record in answer["Records"]:
                project(record)
            last = answer["Records"][-1]["dynamodb"]["SequenceNumber"]
            dynamodb.put_item(TableName="state", Item={**self.key, "done": {"S": last}})
            iterator = answer.get("NextShardIterator")


def project(record):
    change = record["dynamodb"]
    number = change["SequenceNumber"]
    old, new = Order(change.get("OldImage")), Order(change.get("NewImage"))
    changes = {}
    for order, sign in ((old, -1), (new, +1)):
        if order.is_good:
            count, cents = changes.get(order.customer, (0, 0))
            changes[order.customer] = (count + sign, cents + sign * order.cents)
    for customer, (count, cents) in changes.items():
        count_once(customer, count, cents, number.zfill(WIDTH))
    for order in (old, new):
        if order.is_there and not order.is_good:
            dynamodb.put_item(TableName="poison", Item={"id": {"S": number}})
    if record.get("userIdentity", {}).get("PrincipalId") == "dynamodb.amazonaws.com":
        dynamodb.put_item(TableName="archive", Item=old.raw)


def count_once(customer, count, cents, number):
    try:
        dynamodb.update_item(
            TableName="view",
            Key={"customer_id": {"S": customer}},
            UpdateExpression="SET last_record = :n ADD order_count :count, total_cents :cents",
            ConditionExpression="attribute_not_exists(last_record) OR last_record < :n",
            ExpressionAttributeValues={
                ":n": {"S": number},
                ":count": {"N": str(count)},
                ":cents": {"N": str(cents)},
            },
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
