"""The functions behind the API: `tasks` for the fields of Query, `people` for Task.assignee."""

import os

import boto3
from boto3.dynamodb.conditions import Attr


class Refused(Exception):
    pass


class Board:
    def __init__(self, user):
        self.user = user
        self.table = boto3.resource("dynamodb").Table(os.environ["TASKS_TABLE"])

    def task(self, id):
        task = self.table.get_item(Key={"id": id}).get("Item")
        if task and task["owner"] != self.user:
            raise Refused
        return task

    def tasks(self, owner=None, limit=None, nextToken=None):
        if owner is not None and owner != self.user:
            raise Refused
        size = 10 if limit is None else min(max(limit, 1), 20)
        condition = Attr("owner").eq(self.user)
        if nextToken:
            condition &= Attr("id").gt(nextToken)
        pages = self.table.meta.client.get_paginator("scan").paginate(
            TableName=self.table.name, FilterExpression=condition
        )
        found = sorted((item for page in pages for item in page["Items"]), key=lambda t: t["id"])
        has_more = len(found) > size
        items = found[:size]
        return {"items": items, "nextToken": items[-1]["id"] if has_more else None}


def tasks(event, context):
    try:
        return getattr(Board(event["user"]), event["field"])(**event["arguments"])
    except Refused:
        return {"error": {"type": "Unauthorized", "message": "Not yours"}}


def people(event, context):
    name = os.environ["PEOPLE_TABLE"]
    resource = boto3.resource("dynamodb")
    known = {}
    missing = list({task["person"] for task in event if task.get("person")})
    while missing:
        answer = resource.batch_get_item(
            RequestItems={name: {"Keys": [{"id": person} for person in missing]}}
        )
        known.update((person["id"], person) for person in answer["Responses"].get(name, ()))
        missing = [key["id"] for key in answer["UnprocessedKeys"].get(name, {}).get("Keys", ())]
    return [known.get(task.get("person")) for task in event]
