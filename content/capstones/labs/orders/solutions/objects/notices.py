"""A letter per order: the table of requests remembers which were sent."""

import json
import os

import boto3

topic = boto3.resource("sns").Topic(os.environ["TOPIC_ARN"])
shop = boto3.resource("dynamodb")
orders, sent = shop.Table("orders"), shop.Table("requests")


class Postman:
    def __init__(self):
        self.failed = []

    def carry(self, records):
        for record in records:
            try:
                self.deliver(json.loads(record["body"])["detail"]["order_id"])
            except Exception as error:
                print("comes back:", repr(error))
                self.failed.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": self.failed}

    def deliver(self, order_id):
        mark = {"request_key": f"letter/{order_id}"}
        if "Item" in sent.get_item(Key=mark, ConsistentRead=True):
            return
        order = orders.get_item(Key={"order_id": order_id}, ConsistentRead=True)["Item"]
        letter = {"order_id": order_id, "status": order["status"]}
        topic.publish(Message=json.dumps(letter))
        sent.put_item(Item=mark)


def handler(event, context):
    return Postman().carry(event["Records"])
