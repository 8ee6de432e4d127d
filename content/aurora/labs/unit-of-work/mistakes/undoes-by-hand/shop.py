"""The changes of the shop's database, in Aurora PostgreSQL behind the Data API."""

import time

import boto3

data = boto3.client("rds-data")
PAUSES = (1, 2, 4, 8, 15, 15, 0)


def place(database, order):
    """Store an order and take its pieces; returns "placed" or "sold out"."""
    sql = "insert into orders values (:id, :customer) on conflict (id) do nothing"
    values = {"id": order["id"], "customer": order["customer"]}
    if run(database, sql, values)["numberOfRecordsUpdated"] == 0:
        return "placed"
    taken = []
    try:
        for line in order["lines"]:
            sql = (
                "update stock set pieces = pieces - :pieces "
                "where item = :item and pieces >= :pieces"
            )
            if run(database, sql, line)["numberOfRecordsUpdated"] == 0:
                undo(database, order, taken)
                return "sold out"
            taken.append(line)
        lines = [{"id": order["id"], **line} for line in order["lines"]]
        batch(database, "insert into order_lines values (:id, :item, :pieces)", lines)
    except Exception:
        undo(database, order, taken)
        raise
    return "placed"


def undo(database, order, taken):
    for line in taken:
        run(database, "update stock set pieces = pieces + :pieces where item = :item", line)
    run(database, "delete from orders where id = :id", {"id": order["id"]})


def restock(database, delivery):
    """Add the pieces of a delivery to the stock."""
    sql = "insert into deliveries values (:id) on conflict (id) do nothing"
    if run(database, sql, {"id": delivery["id"]})["numberOfRecordsUpdated"]:
        sql = (
            "insert into stock values (:item, :pieces) "
            "on conflict (item) do update set pieces = stock.pieces + excluded.pieces"
        )
        try:
            batch(database, sql, delivery["items"])
        except Exception:
            run(database, "delete from deliveries where id = :id", {"id": delivery["id"]})
            raise


def run(database, sql, values):
    return patiently(data.execute_statement, **database, sql=sql, parameters=parameters(values))


def batch(database, sql, rows):
    sets = [parameters(row) for row in rows]
    patiently(data.batch_execute_statement, **database, sql=sql, parameterSets=sets)


def patiently(call, **request):
    for pause in PAUSES:
        try:
            return call(**request)
        except data.exceptions.DatabaseResumingException:
            if not pause:
                raise
            time.sleep(pause)


def parameters(values):
    return [{"name": name, "value": field(value)} for name, value in values.items()]


def field(value):
    if value is None:
        return {"isNull": True}
    return {"longValue": value} if isinstance(value, int) else {"stringValue": value}
