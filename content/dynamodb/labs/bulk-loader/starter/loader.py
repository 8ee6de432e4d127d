"""Loads catalogues of shops into a table."""

import json

import boto3

table = boto3.resource("dynamodb").Table("catalogue")


class TableBusyError(Exception):
    """The table took nothing for too long."""


def load(lines):
    """Write an item for each line."""
    for line in lines:
        table.put_item(Item=json.loads(line))
    return {"written": len(lines), "deleted": 0, "rejected": []}
