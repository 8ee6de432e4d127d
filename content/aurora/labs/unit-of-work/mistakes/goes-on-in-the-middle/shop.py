"""The shop's database, with a transaction that is a context manager."""

import random
import time

import boto3
from botocore.exceptions import ClientError

CLIENT = boto3.client("rds-data")
LONGEST_WAIT = 60


class Transaction:
    """Statements that are done together: committed at the end, rolled back after an error."""

    def __init__(self, database):
        self.database = database
        self.keys = {"resourceArn": database["resourceArn"], "secretArn": database["secretArn"]}

    def __enter__(self):
        answer = patiently(CLIENT.begin_transaction, **self.database)
        self.keys["transactionId"] = answer["transactionId"]
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            CLIENT.commit_transaction(**self.keys)
            return
        try:
            CLIENT.rollback_transaction(**self.keys)
        except ClientError as failed:
            if code(failed) != "TransactionNotFoundException":
                raise

    def execute(self, sql, **values):
        request = {"database": self.database["database"], "sql": sql, "parameters": fields(values)}
        try:
            return CLIENT.execute_statement(**self.keys, **request)
        except CLIENT.exceptions.TransactionNotFoundException:
            self.__enter__()
            return CLIENT.execute_statement(**self.keys, **request)


def patiently(call, **arguments):
    waited, pause = 0, 1.0
    while True:
        try:
            return call(**arguments)
        except ClientError as error:
            if code(error) != "DatabaseResumingException" or waited >= LONGEST_WAIT:
                raise
        pause = min(pause * 1.7, 10)
        waited += pause
        time.sleep(pause + random.random())


def code(error):
    return error.response["Error"]["Code"]


def fields(values):
    found = []
    for name, value in values.items():
        kind = "longValue" if isinstance(value, int) else "stringValue"
        found.append({"name": name, "value": {"isNull": True} if value is None else {kind: value}})
    return found


def again(work):
    """The whole unit again, when its transaction is gone."""

    def working(database, given):
        for left in (3, 2, 1, 0):
            try:
                return work(database, given)
            except ClientError as error:
                if code(error) != "TransactionNotFoundException" or not left:
                    raise

    return working


@again
def place(database, order):
    ours = {line["item"]: line["pieces"] for line in order["lines"]}
    with Transaction(database) as shop:
        known = shop.execute("select 1 from orders where id = :id", id=order["id"])
        if known["records"]:
            return "placed"
        found = shop.execute("select item, pieces from stock for update")["records"]
        stock = {item["stringValue"]: pieces["longValue"] for item, pieces in found}
        if any(stock.get(item, 0) < pieces for item, pieces in ours.items()):
            return "sold out"
        shop.execute(
            "insert into orders (id, customer) values (:id, :customer)",
            id=order["id"],
            customer=order["customer"],
        )
        for item, pieces in ours.items():
            shop.execute(
                "insert into order_lines (order_id, item, pieces) values (:id, :item, :pieces)",
                id=order["id"],
                item=item,
                pieces=pieces,
            )
            shop.execute(
                "update stock set pieces = pieces - :pieces where item = :item",
                item=item,
                pieces=pieces,
            )
        return "placed"


@again
def restock(database, delivery):
    with Transaction(database) as shop:
        if shop.execute("select 1 from deliveries where id = :id", id=delivery["id"])["records"]:
            return
        shop.execute("insert into deliveries (id) values (:id)", id=delivery["id"])
        values, rows = {}, []
        for number, each in enumerate(delivery["items"]):
            rows.append(f"(:i{number}, :p{number})")
            values |= {f"i{number}": each["item"], f"p{number}": each["pieces"]}
        if rows:
            shop.execute(
                f"insert into stock (item, pieces) values {', '.join(rows)} "
                "on conflict (item) do update set pieces = stock.pieces + excluded.pieces",
                **values,
            )
