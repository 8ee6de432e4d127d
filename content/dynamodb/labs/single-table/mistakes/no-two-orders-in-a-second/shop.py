"""Takes the moment as the key of an order."""

import boto3
from botocore.exceptions import ClientError

client = boto3.client("dynamodb")
TABLE = "shop"


class UnknownOrderError(Exception):
    """There is no such order."""


class Row:
    """An item with the types of DynamoDB around it."""

    NUMBERS = ("total_cents",)
    INNER = ("owner", "place", "label", "waits_in", "since", "kind")

    @classmethod
    def wrap(cls, values):
        return {
            name: {"N": str(value)} if name in cls.NUMBERS else {"S": value}
            for name, value in values.items()
        }

    @classmethod
    def unwrap(cls, row):
        found = {
            name: int(value["N"]) if name in cls.NUMBERS else value["S"]
            for name, value in row.items()
            if name not in cls.INNER
        }
        if "order_id" in found:
            found.setdefault("shipped_at", None)
        return found


def create():
    def keys(partition, sort=None):
        found = [{"AttributeName": partition, "KeyType": "HASH"}]
        return found + ([{"AttributeName": sort, "KeyType": "RANGE"}] if sort else [])

    def index(name, schema):
        whole = {"ProjectionType": "ALL"}
        return {"IndexName": name, "KeySchema": schema, "Projection": whole}

    attributes = ("owner", "place", "label", "waits_in", "since")
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        KeySchema=keys("owner", "place"),
        GlobalSecondaryIndexes=[
            index("by-label", keys("label")),
            index("waiting", keys("waits_in", "since")),
        ],
    )
    client.get_waiter("table_exists").wait(TableName=TABLE)


def add_customer(customer):
    keys = {"owner": customer["customer_id"], "place": "~", "label": f"@{customer['email']}"}
    client.put_item(TableName=TABLE, Item=Row.wrap({**customer, **keys}))


def change_email(customer_id, email):
    client.update_item(
        TableName=TABLE,
        Key=Row.wrap({"owner": customer_id, "place": "~"}),
        UpdateExpression="SET email = :e, label = :l",
        ConditionExpression="attribute_exists(place)",
        ExpressionAttributeValues=Row.wrap({":e": email, ":l": f"@{email}"}),
    )


def place_order(order):
    place = order["placed_at"]
    keys = {
        "owner": order["customer_id"],
        "place": place,
        "label": f"#{order['order_id']}",
        "waits_in": order["warehouse"],
        "since": place,
    }
    try:
        client.put_item(
            TableName=TABLE,
            Item=Row.wrap({**order, **keys}),
            ConditionExpression="attribute_not_exists(place)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def ship_order(order_id, shipped_at):
    rows = asked("label = :a", [f"#{order_id}"], IndexName="by-label")
    if not rows:
        raise UnknownOrderError(order_id)
    try:
        client.update_item(
            TableName=TABLE,
            Key={name: rows[0][name] for name in ("owner", "place")},
            UpdateExpression="SET shipped_at = :now REMOVE waits_in, since",
            ConditionExpression="attribute_exists(waits_in)",
            ExpressionAttributeValues=Row.wrap({":now": shipped_at}),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return


def customer(customer_id):
    key = Row.wrap({"owner": customer_id, "place": "~"})
    answer = client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)
    return Row.unwrap(answer["Item"]) if "Item" in answer else None


def customer_by_email(email):
    return first(asked("label = :a", [f"@{email}"], IndexName="by-label"))


def order(order_id):
    return first(asked("label = :a", [f"#{order_id}"], IndexName="by-label"))


def home_page(customer_id, count):
    rows = asked("#owner = :a", [customer_id], ScanIndexForward=False, Limit=count + 1)
    if not rows:
        return None
    found = [Row.unwrap(row) for row in rows]
    return {"customer": found[0], "orders": found[1:]}


def orders_between(customer_id, first_day, last_day):
    condition = "#owner = :a AND place BETWEEN :b AND :c"
    rows = asked(condition, [customer_id, first_day, f"{last_day}T99"])
    return [Row.unwrap(row) for row in rows]


def open_orders(warehouse):
    rows = asked("waits_in = :a", [warehouse], IndexName="waiting")
    return [Row.unwrap(row) for row in rows]


def asked(condition, values, **more):
    if "#owner" in condition:
        more["ExpressionAttributeNames"] = {"#owner": "owner"}
    named = {f":{letter}": {"S": value} for letter, value in zip("abc", values, strict=False)}
    answer = client.query(
        TableName=TABLE,
        KeyConditionExpression=condition,
        ExpressionAttributeValues=named,
        **more,
    )
    return answer["Items"]


def first(rows):
    return Row.unwrap(rows[0]) if rows else None
