"""Keeps a view of the orders up to date, from the stream of their table."""

import boto3
from boto3.dynamodb.types import TypeDeserializer

dynamodb = boto3.resource("dynamodb")
streams = boto3.client("dynamodbstreams")
view = dynamodb.Table("view")


def run():
    """Project what is new in the stream, then return."""
    arn = streams.list_streams(TableName="orders")["Streams"][0]["StreamArn"]
    shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    for shard in shards:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        for record in streams.get_records(ShardIterator=iterator)["Records"]:
            project(record)


def project(record):
    order = plain(record["dynamodb"]["NewImage"])
    view.update_item(
        Key={"customer_id": order["customer_id"]},
        UpdateExpression="ADD order_count :one, total_cents :cents",
        ExpressionAttributeValues={":one": 1, ":cents": order["cents"]},
    )


def plain(image):
    """An image of a record as Python values."""
    return {name: TypeDeserializer().deserialize(value) for name, value in image.items()}
