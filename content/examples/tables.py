"""Tables for the examples: an attribute of a key is text, or a number as in "level:N"."""

import boto3


def create_table(name, *key, indexes=None, **settings):
    """Create a table in on-demand mode; indexes are {name: (attribute, attribute)}, and global.

    Returns it as a resource of boto3.
    """
    indexes = indexes or {}
    used = {attribute for attributes in (key, *indexes.values()) for attribute in attributes}
    if indexes:
        settings["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index,
                "KeySchema": _schema(attributes),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index, attributes in indexes.items()
        ]
    if "ProvisionedThroughput" not in settings:
        settings["BillingMode"] = "PAY_PER_REQUEST"
    table = boto3.resource("dynamodb").create_table(
        TableName=name,
        KeySchema=_schema(key),
        AttributeDefinitions=[
            {"AttributeName": _name(attribute), "AttributeType": _type(attribute)}
            for attribute in sorted(used)
        ],
        **settings,
    )
    table.wait_until_exists()
    return table


def _schema(attributes):
    return [
        {"AttributeName": _name(attribute), "KeyType": kind}
        for attribute, kind in zip(attributes, ("HASH", "RANGE"), strict=False)
    ]


def _name(attribute):
    return attribute.partition(":")[0]


def _type(attribute):
    return attribute.partition(":")[2] or "S"
