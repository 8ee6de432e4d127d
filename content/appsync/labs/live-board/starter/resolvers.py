"""The function behind the board's API."""

import os

import boto3

dynamodb = boto3.resource("dynamodb")
cards = dynamodb.Table(os.environ["CARDS_TABLE"])
boards = dynamodb.Table(os.environ["BOARDS_TABLE"])

FIELDS = ("id", "board", "title", "column")


def handler(event, context):
    """The event is {"field", "arguments", "user"}; the result is the field's value.

    An error is returned as {"error": {"type": ..., "message": ..., "data": ...}}.
    """
    answer = {
        "card": card,
        "moveCard": move,
        "labelCard": label,
        "onCardChanged": listen,
    }[event["field"]]
    return answer(event["arguments"], event["user"])


def card(arguments, user):
    item = cards.get_item(Key={"id": arguments["id"]}).get("Item")
    return shown(item) if item else None


def move(arguments, user):
    item = cards.get_item(Key={"id": arguments["id"]})["Item"]
    item["column"] = arguments["to"]
    item["version"] += 1
    cards.put_item(Item=item)
    return shown(item)


def label(arguments, user):
    item = cards.get_item(Key={"id": arguments["id"]})["Item"]
    item["labels"] = item.get("labels", set()) | {arguments["label"]}
    item["version"] += 1
    cards.put_item(Item=item)
    return shown(item)


def listen(arguments, user):
    """May return {"filter": {"title": {"beginsWith": "A"}, "version": {"gt": 3}}}, or None."""
    return None


def shown(item):
    found = {name: item[name] for name in FIELDS}
    return {**found, "labels": sorted(item.get("labels", ())), "version": int(item["version"])}
