"""Sends amounts as doubles."""

from datetime import date

import boto3

data = boto3.client("rds-data")

COLUMNS = ("id", "customer", "amount", "due", "note", "paid")
SELECT = f"select {', '.join(COLUMNS)} from invoices"
ORDERS = {"id": "id", "amount": "amount, id", "due": "due nulls last, id"}
PAGE = 50


def add(database, invoice):
    due = invoice["due"]
    answer = run(
        database,
        "insert into invoices (customer, amount, due, note, paid) "
        "values (:customer, :amount, :due, :note, :paid) returning id",
        customer=invoice["customer"],
        amount=float(invoice["amount"]),
        due=None if due is None else date.fromisoformat(due),
        note=invoice["note"],
        paid=invoice["paid"],
    )
    return answer["records"][0][0]["longValue"]


def get(database, invoice_id):
    found = select(database, f"{SELECT} where id = :id", id=invoice_id)
    return found[0] if found else None


def pay(database, invoice_id):
    sql = "update invoices set paid = true where id = :id and not paid"
    return run(database, sql, id=invoice_id)["numberOfRecordsUpdated"] == 1


def owed(database, customer):
    sql = "select sum(amount) from invoices where customer = :customer and not paid"
    total = value(run(database, sql, customer=customer)["records"][0][0])
    return "0.00" if total is None else total


def all_of(database, customer):
    sql = f"{SELECT} where customer = :customer and id > :last order by id limit :page"
    found, last = [], 0
    while page := select(database, sql, customer=customer, last=last, page=PAGE):
        found += page
        last = page[-1]["id"]
    return found


def search(database, text, order_by="id", limit=20):
    if order_by not in ORDERS:
        raise ValueError(f"cannot sort by {order_by!r}")
    where = "where position(:text in note) > 0"
    sql = f"{SELECT} {where} order by {ORDERS[order_by]} limit :limit"
    return select(database, sql, text=text, limit=limit)


def select(database, sql, **values):
    records = run(database, sql, **values)["records"]
    return [dict(zip(COLUMNS, map(value, record), strict=True)) for record in records]


def run(database, sql, **values):
    parameters = [parameter(name, given) for name, given in values.items()]
    return data.execute_statement(**database, sql=sql, parameters=parameters)


def parameter(name, given):
    match given:
        case None:
            return {"name": name, "value": {"isNull": True}}
        case bool():
            return {"name": name, "value": {"booleanValue": given}}
        case int():
            return {"name": name, "value": {"longValue": given}}
        case float():
            return {"name": name, "value": {"doubleValue": given}}
        case date():
            return {"name": name, "value": {"stringValue": str(given)}, "typeHint": "DATE"}
    return {"name": name, "value": {"stringValue": given}}


def value(field):
    if "isNull" in field:
        return None
    (found,) = field.values()
    return found
