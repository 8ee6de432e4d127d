"""The changes of the shop's database, in Aurora PostgreSQL behind the Data API."""

import boto3

data = boto3.client("rds-data")


def place(database, order):
    """Store an order and take its pieces; returns "placed" or "sold out"."""
    run(
        database,
        "insert into orders (id, customer) values (:id, :customer)",
        id=order["id"],
        customer=order["customer"],
    )
    for line in order["lines"]:
        answer = run(
            database,
            "update stock set pieces = pieces - :pieces where item = :item and pieces >= :pieces",
            item=line["item"],
            pieces=line["pieces"],
        )
        if answer["numberOfRecordsUpdated"] == 0:
            return "sold out"
    return "placed"


def restock(database, delivery):
    """Add the pieces of a delivery to the stock."""
    for each in delivery["items"]:
        run(
            database,
            "update stock set pieces = pieces + :pieces where item = :item",
            item=each["item"],
            pieces=each["pieces"],
        )


def run(database, sql, **values):
    """Run one statement; returns the Data API's whole answer."""
    parameters = [parameter(name, value) for name, value in values.items()]
    return data.execute_statement(**database, sql=sql, parameters=parameters)


def parameter(name, value):
    """A value of Python as a parameter of the Data API."""
    if value is None:
        return {"name": name, "value": {"isNull": True}}
    kind = "longValue" if isinstance(value, int) else "stringValue"
    return {"name": name, "value": {kind: value}}
