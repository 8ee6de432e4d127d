"""The function behind the board's API: a class for each request, and low-level calls."""

import os

import boto3

client = boto3.client("dynamodb")
CARDS, BOARDS = os.environ["CARDS_TABLE"], os.environ["BOARDS_TABLE"]
MANY = 20


class Failure(Exception):
    def __init__(self, kind, message, data=None):
        super().__init__(message)
        self.answer = {"error": {"type": kind, "message": message, "data": data}}


def handler(event, context):
    request = Request(event["user"])
    try:
        return getattr(request, event["field"])(**event["arguments"])
    except Failure as failure:
        return failure.answer


class Request:
    def __init__(self, user):
        self.user = user

    def card(self, id):
        card = read(id)
        if card is None:
            return None
        is_guest = self.role(card["board"]) == "guests"
        return None if is_guest and card["column"] == "internal" else card

    def moveCard(self, id, to, expected):
        card = self.changeable(id)
        if card["version"] != expected:
            raise Failure("Conflict", "Look again", card)
        moved = {**card, "column": to, "version": expected + 1}
        if not self.write(card, moved):
            raise Failure("Conflict", "Look again", read(id))
        return moved

    def labelCard(self, id, label):
        for _ in range(MANY):
            card = self.changeable(id)
            if label in card["labels"]:
                return card
            labelled = {
                **card,
                "labels": sorted([*card["labels"], label]),
                "version": card["version"] + 1,
            }
            if self.write(card, labelled):
                return labelled
        raise Failure("Busy", "Try again")

    def onCardChanged(self, board):
        rule = {"board": {"eq": board}}
        if self.role(board) == "guests":
            rule["column"] = {"notIn": ["internal"]}
        return {"filter": rule}

    def changeable(self, id):
        card = read(id)
        if card is None:
            raise Failure("NotFound", "No such card")
        if self.role(card["board"]) != "members":
            raise Failure("Unauthorized", "Look, but do not touch")
        return card

    def role(self, board):
        item = client.get_item(TableName=BOARDS, Key={"board": {"S": board}}).get("Item", {})
        for role in ("members", "guests"):
            if self.user in item.get(role, {"SS": []})["SS"]:
                return role
        raise Failure("Unauthorized", "Not your board")

    def write(self, before, after):
        """A transaction has a token of its own: what is sent again is done once."""
        item = {name: {"S": after[name]} for name in ("id", "board", "title", "column")}
        item["version"] = {"N": str(after["version"])}
        if after["labels"]:
            item["labels"] = {"SS": after["labels"]}
        put = {
            "TableName": CARDS,
            "Item": item,
            "ConditionExpression": "version = :before",
            "ExpressionAttributeValues": {":before": {"N": str(before["version"])}},
        }
        try:
            client.transact_write_items(TransactItems=[{"Put": put}])
        except client.exceptions.TransactionCanceledException:
            return False
        return True


def read(id):
    item = client.get_item(TableName=CARDS, Key={"id": {"S": id}}, ConsistentRead=True).get("Item")
    if item is None:
        return None
    card = {name: item[name]["S"] for name in ("id", "board", "title", "column")}
    card["labels"] = sorted(item.get("labels", {"SS": []})["SS"])
    card["version"] = int(item["version"]["N"])
    return card
