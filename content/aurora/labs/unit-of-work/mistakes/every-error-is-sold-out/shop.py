"""The changes of the shop's database, in Aurora PostgreSQL behind the Data API."""

import time
from contextlib import suppress

import boto3

data = boto3.client("rds-data")
PAUSES = (1, 2, 4, 8, 15, 15)
ATTEMPTS = 4


class SoldOutError(Exception):
    """The stock has too few pieces."""


def place(database, order):
    """Store an order and take its pieces; returns "placed" or "sold out"."""
    try:
        unit_of_work(database, lambda transaction: store(database, order, transaction))
    except Exception:
        return "sold out"
    return "placed"


def store(database, order, transaction):
    sql = "insert into orders values (:id, :customer) on conflict (id) do nothing"
    values = {"id": order["id"], "customer": order["customer"]}
    if run(database, transaction, sql, values)["numberOfRecordsUpdated"] == 0:
        return
    for line in order["lines"]:
        sql = "update stock set pieces = pieces - :pieces where item = :item and pieces >= :pieces"
        if run(database, transaction, sql, line)["numberOfRecordsUpdated"] == 0:
            raise SoldOutError(line["item"])
    lines = [{"id": order["id"], **line} for line in order["lines"]]
    batch(database, transaction, "insert into order_lines values (:id, :item, :pieces)", lines)


def restock(database, delivery):
    """Add the pieces of a delivery to the stock."""
    unit_of_work(database, lambda transaction: add(database, delivery, transaction))


def add(database, delivery, transaction):
    sql = "insert into deliveries values (:id) on conflict (id) do nothing"
    if run(database, transaction, sql, {"id": delivery["id"]})["numberOfRecordsUpdated"]:
        sql = (
            "insert into stock values (:item, :pieces) "
            "on conflict (item) do update set pieces = stock.pieces + excluded.pieces"
        )
        batch(database, transaction, sql, delivery["items"])


def unit_of_work(database, work):
    """Do `work` in a transaction, and all of it again when the transaction is gone."""
    keys = {name: database[name] for name in ("resourceArn", "secretArn")}
    for attempt in range(1, ATTEMPTS + 1):
        transaction = begin(database)
        try:
            work(transaction)
            data.commit_transaction(**keys, transactionId=transaction)
            return
        except data.exceptions.TransactionNotFoundException:
            # Rolled back for idleness, or committed without an answer: the key in `work` knows.
            if attempt == ATTEMPTS:
                raise
        except BaseException:
            with suppress(data.exceptions.TransactionNotFoundException):
                data.rollback_transaction(**keys, transactionId=transaction)
            raise


def begin(database):
    """Begin a transaction, waiting for a database that resumes."""
    for pause in PAUSES:
        try:
            return data.begin_transaction(**database)["transactionId"]
        except data.exceptions.DatabaseResumingException:
            time.sleep(pause)
    return data.begin_transaction(**database)["transactionId"]


def run(database, transaction, sql, values):
    return data.execute_statement(
        **database, transactionId=transaction, sql=sql, parameters=parameters(values)
    )


def batch(database, transaction, sql, rows):
    data.batch_execute_statement(
        **database,
        transactionId=transaction,
        sql=sql,
        parameterSets=[parameters(row) for row in rows],
    )


def parameters(values):
    return [{"name": name, "value": field(value)} for name, value in values.items()]


def field(value):
    if value is None:
        return {"isNull": True}
    return {"longValue": value} if isinstance(value, int) else {"stringValue": value}
