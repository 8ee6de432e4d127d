"""The functions behind the API: `tasks` for the fields of Query, `people` for Task.assignee."""

import base64
import json
import os

import boto3

LARGEST, DEFAULT = 20, 10
UNAUTHORIZED = {"error": {"type": "Unauthorized", "message": "This belongs to somebody else."}}

dynamodb = boto3.client("dynamodb")


def tasks(event, context):
    find = one_task if event["field"] == "task" else page_of_tasks
    return find(event["arguments"], event["user"])


def one_task(arguments, user):
    item = dynamodb.get_item(
        TableName=os.environ["TASKS_TABLE"], Key={"id": {"S": arguments["id"]}}
    ).get("Item")
    if item is None:
        return None
    task = plain(item)
    return task if task["owner"] == user else UNAUTHORIZED


def page_of_tasks(arguments, user):
    if arguments.get("owner") not in (None, user):
        return UNAUTHORIZED
    limit = arguments.get("limit")
    limit = DEFAULT if limit is None else max(1, min(limit, LARGEST))
    token = arguments.get("nextToken")
    start = {"ExclusiveStartKey": read(token)} if token else {}
    answer = dynamodb.query(
        TableName=os.environ["TASKS_TABLE"],
        IndexName="byOwner",
        KeyConditionExpression="#owner = :owner",
        ExpressionAttributeNames={"#owner": "owner"},
        ExpressionAttributeValues={":owner": {"S": user}},
        Limit=limit,
        **start,
    )
    last = answer.get("LastEvaluatedKey")
    return {
        "items": [plain(item) for item in answer["Items"]],
        "nextToken": base64.b64encode(json.dumps(last).encode()).decode() if last else None,
    }


def read(token):
    return json.loads(base64.b64decode(token))


def people(event, context):
    ids = [each.get("person") for each in event]
    wanted = sorted({person for person in ids if person})
    table = os.environ["PEOPLE_TABLE"]
    request = {table: {"Keys": [{"id": {"S": person}} for person in wanted]}} if wanted else {}
    found = {}
    while request:
        answer = dynamodb.batch_get_item(RequestItems=request)
        for item in answer["Responses"].get(table, []):
            found[item["id"]["S"]] = plain(item)
        request = answer["UnprocessedKeys"]
    return [found.get(person) for person in ids]


def plain(item):
    return {name: value["S"] for name, value in item.items()}
