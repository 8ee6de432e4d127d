"""Pays invoices."""

import json
import os

import boto3

bank = boto3.client("sqs")
answers = {}


def transfer(invoice):
    order = {"invoice_id": invoice["invoice_id"], "cents": invoice["cents"]}
    sent = bank.send_message(QueueUrl=os.environ["BANK_URL"], MessageBody=json.dumps(order))
    return sent["MessageId"]


def handler(event, context):
    key = event["invoice_id"]
    if key in answers:
        cents, answer = answers[key]
        if cents != event["cents"]:
            raise ValueError("another amount")
        return answer
    answers[key] = (event["cents"], {"invoice_id": key, "receipt": transfer(event)})
    return answers[key][1]
