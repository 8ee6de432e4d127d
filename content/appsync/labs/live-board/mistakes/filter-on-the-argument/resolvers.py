"""The function behind the board's API."""

import os
import uuid

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb")
cards = dynamodb.Table(os.environ["CARDS_TABLE"])
boards = dynamodb.Table(os.environ["BOARDS_TABLE"])

FIELDS = ("id", "board", "title", "column")
INTERNAL = "internal"


def handler(event, context):
    answer = {
        "card": card,
        "moveCard": move,
        "labelCard": label,
        "onCardChanged": listen,
    }[event["field"]]
    return answer(event["arguments"], event["user"])


def card(arguments, user):
    item = find(arguments["id"])
    if item is None:
        return None
    role = role_of(user, item["board"])
    if role is None:
        return unauthorized()
    if role == "guest" and item["column"] == INTERNAL:
        return None
    return shown(item)


def move(arguments, user):
    item, refusal = changeable(arguments["id"], user)
    if refusal:
        return refusal
    token = str(uuid.uuid4())
    try:
        changed = cards.update_item(
            Key={"id": item["id"]},
            UpdateExpression="SET #column = :to, #version = #version + :one, #token = :token",
            ConditionExpression="#version = :expected",
            ExpressionAttributeNames={
                "#column": "column",
                "#version": "version",
                "#token": "moved_by",
            },
            ExpressionAttributeValues={
                ":to": arguments["to"],
                ":one": 1,
                ":expected": arguments["expected"],
                ":token": token,
            },
            ReturnValues="ALL_NEW",
        )["Attributes"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        current = find(item["id"])
        if current.get("moved_by") != token:
            return conflict(current)
        changed = current  # done by our first try, whose answer was lost
    return shown(changed)


def label(arguments, user):
    item, refusal = changeable(arguments["id"], user)
    if refusal:
        return refusal
    changed = cards.update_item(
        Key={"id": item["id"]},
        UpdateExpression="ADD labels :labels, #version :one",
        ConditionExpression="attribute_exists(id)",
        ExpressionAttributeNames={"#version": "version"},
        ExpressionAttributeValues={":labels": {arguments["label"]}, ":one": 1},
        ReturnValues="ALL_NEW",
    )["Attributes"]
    return shown(changed)


def listen(arguments, user):
    role = role_of(user, arguments["board"])
    if role is None:
        return unauthorized()
    if role == "guest":
        return {"filter": {"board": {"eq": arguments["board"]}, "to": {"ne": INTERNAL}}}
    return None


def changeable(card_id, user):
    item = find(card_id)
    if item is None:
        return None, failed("NotFound", "There is no such card.")
    if role_of(user, item["board"]) != "member":
        return None, unauthorized()
    return item, None


def find(card_id):
    return cards.get_item(Key={"id": card_id}, ConsistentRead=True).get("Item")


def role_of(user, board):
    found = boards.get_item(Key={"board": board}).get("Item") or {}
    if user in found.get("members", ()):
        return "member"
    return "guest" if user in found.get("guests", ()) else None


def conflict(item):
    return failed("Conflict", "Somebody else has changed this card.", shown(item))


def unauthorized():
    return failed("Unauthorized", "This board is not yours.")


def failed(kind, message, data=None):
    return {"error": {"type": kind, "message": message, "data": data}}


def shown(item):
    found = {name: item[name] for name in FIELDS}
    return {**found, "labels": sorted(item.get("labels", ())), "version": int(item["version"])}
