"""The publisher's invoices: casts in the SQL, records as JSON, pages by offset in a transaction."""

import json

import boto3

client = boto3.client("rds-data")
INVOICE = "id, customer, amount::text as amount, due::text as due, note, paid"


class Repository:
    def __init__(self, database):
        self._database = database
        self._transaction = {}

    def __enter__(self):
        begun = client.begin_transaction(**self._database)
        self._transaction = {"transactionId": begun["transactionId"]}
        return self

    def __exit__(self, *_error):
        names = {name: self._database[name] for name in ("resourceArn", "secretArn")}
        client.rollback_transaction(**names, **self._transaction)

    def execute(self, sql, **parameters):
        answer = client.execute_statement(
            **self._database,
            **self._transaction,
            sql=sql,
            parameters=[{"name": name, "value": value} for name, value in parameters.items()],
            formatRecordsAs="JSON",
        )
        return json.loads(answer.get("formattedRecords") or "[]")

    def add(self, customer, amount, due, note, paid):
        sql = """
            insert into invoices (customer, amount, due, note, paid)
            values (:customer, cast(:amount as numeric(16, 2)), cast(:due as date), :note, :paid)
            returning id
        """
        [row] = self.execute(
            sql,
            customer=text(customer),
            amount=text(amount),
            due=text(due),
            note=text(note),
            paid={"booleanValue": paid},
        )
        return row["id"]

    def one(self, invoice_id):
        sql = f"select {INVOICE} from invoices where id = :id"
        return next(iter(self.execute(sql, id=number(invoice_id))), None)

    def pay(self, invoice_id):
        sql = "update invoices set paid = true where id = :id and paid = false returning id"
        return bool(self.execute(sql, id=number(invoice_id)))

    def owed(self, customer):
        sql = """
            select cast(cast(coalesce(sum(amount), 0) as numeric(38, 2)) as text) as total
            from invoices where customer = :customer and paid = false
        """
        return self.execute(sql, customer=text(customer))[0]["total"]

    def pages(self, customer, size=80):
        start = 0
        while True:
            page = self.execute(
                f"select {INVOICE} from invoices where customer = :customer "
                "order by id limit :size offset :start",
                customer=text(customer),
                size=number(size),
                start=number(start),
            )
            yield from page
            if len(page) < size:
                return
            start += size

    def search(self, wanted, order_by, limit):
        match order_by:
            case "id":
                order = "invoices.id"
            case "amount":
                order = "invoices.amount, invoices.id"
            case "due":
                order = "invoices.due nulls last, invoices.id"
            case _:
                raise ValueError(order_by)
        for special in ("\\", "%", "_"):
            wanted = wanted.replace(special, f"\\{special}")
        return self.execute(
            f"select {INVOICE} from invoices where note like :pattern order by {order} limit :limit",
            pattern=text(f"%{wanted}%"),
            limit=number(limit),
        )


def text(value):
    return {"isNull": True} if value is None else {"stringValue": value}


def number(value):
    return {"longValue": value}


def add(database, invoice):
    return Repository(database).add(**invoice)


def get(database, invoice_id):
    return Repository(database).one(invoice_id)


def pay(database, invoice_id):
    return Repository(database).pay(invoice_id)


def owed(database, customer):
    return Repository(database).owed(customer)


def all_of(database, customer):
    with Repository(database) as invoices:
        return list(invoices.pages(customer))


def search(database, text, order_by="id", limit=20):
    return Repository(database).search(text, order_by, limit)
