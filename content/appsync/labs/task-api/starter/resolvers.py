"""The functions behind the API: `tasks` for the fields of Query, `people` for Task.assignee."""

import os

import boto3

dynamodb = boto3.resource("dynamodb")


def tasks(event, context):
    """The event is the payload of a resolver: {"field", "arguments", "user"}."""
    table = dynamodb.Table(os.environ["TASKS_TABLE"])
    arguments = event["arguments"]
    if event["field"] == "task":
        return table.get_item(Key={"id": arguments["id"]}).get("Item")
    found = [item for item in table.scan()["Items"] if item["owner"] == arguments["owner"]]
    start = int(arguments.get("nextToken") or 0)
    end = start + arguments.get("limit", 10)
    return {
        "items": sorted(found, key=lambda item: item["id"])[start:end],
        "nextToken": str(end) if end < len(found) else None,
    }


def people(event, context):
    """The event is the payload of a resolver: {"person"}, the id of a person."""
    table = dynamodb.Table(os.environ["PEOPLE_TABLE"])
    return table.get_item(Key={"id": event["person"]}).get("Item")
