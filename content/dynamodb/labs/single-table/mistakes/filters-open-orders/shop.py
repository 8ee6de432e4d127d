"""Keeps all orders of a warehouse in an index, and filters the open ones."""

import boto3
from boto3.dynamodb.conditions import Attr, Key

dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table("shop")
Refused = table.meta.client.exceptions.ConditionalCheckFailedException

CUSTOMER = ("customer_id", "name", "email")
ORDER = ("order_id", "customer_id", "placed_at", "warehouse", "total_cents", "note")


class UnknownOrderError(Exception):
    """There is no such order."""


def create():
    names = ("pk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
    created = dynamodb.create_table(
        TableName="shop",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": f"{index}pk", "KeyType": "HASH"},
                    {"AttributeName": f"{index}sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in ("gsi1", "gsi2")
        ],
    )
    created.wait_until_exists()


def add_customer(customer):
    pk = f"CUSTOMER#{customer['customer_id']}"
    keys = {"pk": pk, "gsi1pk": pk, "gsi1sk": "PROFILE"}
    table.put_item(Item={**customer, **keys, **email_keys(customer["email"])})


def email_keys(email):
    return {"gsi2pk": f"EMAIL#{email}", "gsi2sk": "-"}


def change_email(customer_id, email):
    table.update_item(
        Key={"pk": f"CUSTOMER#{customer_id}"},
        UpdateExpression="SET email = :email, gsi2pk = :key",
        ConditionExpression=Attr("pk").exists(),
        ExpressionAttributeValues={":email": email, ":key": f"EMAIL#{email}"},
    )


def place_order(order):
    place = f"{order['placed_at']}#{order['order_id']}"
    keys = {
        "pk": f"ORDER#{order['order_id']}",
        "gsi1pk": f"CUSTOMER#{order['customer_id']}",
        "gsi1sk": f"AT#{place}",
        "gsi2pk": f"OPEN#{order['warehouse']}",
        "gsi2sk": place,
    }
    try:
        table.put_item(Item={**order, **keys}, ConditionExpression=Attr("pk").not_exists())
    except Refused:
        pass  # it is there: from an earlier call, or from a lost answer


def ship_order(order_id, shipped_at):
    try:
        table.update_item(
            Key={"pk": f"ORDER#{order_id}"},
            UpdateExpression="SET shipped_at = :now",
            ConditionExpression=Attr("pk").exists() & Attr("shipped_at").not_exists(),
            ExpressionAttributeValues={":now": shipped_at},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except Refused as refused:
        if "Item" not in refused.response:
            raise UnknownOrderError(order_id) from None


def customer(customer_id):
    item = table.get_item(Key={"pk": f"CUSTOMER#{customer_id}"}).get("Item")
    return item and shown_customer(item)


def customer_by_email(email):
    found = query("gsi2", Key("gsi2pk").eq(f"EMAIL#{email}"))
    return shown_customer(found[0]) if found else None


def home_page(customer_id, count):
    mine = Key("gsi1pk").eq(f"CUSTOMER#{customer_id}")
    found = query("gsi1", mine, ScanIndexForward=False, Limit=count + 1)
    if not found:
        return None
    profile, *orders = found
    return {"customer": shown_customer(profile), "orders": [shown_order(each) for each in orders]}


def order(order_id):
    item = table.get_item(Key={"pk": f"ORDER#{order_id}"}).get("Item")
    return item and shown_order(item)


def orders_between(customer_id, first_day, last_day):
    # Behind each time of the last day, which begins with "T", stands "U".
    days = Key("gsi1sk").between(f"AT#{first_day}", f"AT#{last_day}U")
    found = query("gsi1", Key("gsi1pk").eq(f"CUSTOMER#{customer_id}") & days)
    return [shown_order(each) for each in found]


def open_orders(warehouse):
    is_open = Attr("shipped_at").not_exists()
    found = query("gsi2", Key("gsi2pk").eq(f"OPEN#{warehouse}"), FilterExpression=is_open)
    return [shown_order(each) for each in found]


def query(index, condition, **more):
    return table.query(IndexName=index, KeyConditionExpression=condition, **more)["Items"]


def shown_customer(item):
    return {name: item[name] for name in CUSTOMER}


def shown_order(item):
    order = {name: item[name] for name in ORDER}
    return {**order, "total_cents": int(item["total_cents"]), "shipped_at": item.get("shipped_at")}
