"""The publisher's invoices, in Aurora PostgreSQL behind the Data API."""

import boto3

data = boto3.client("rds-data")


def add(database, invoice):
    """Store an invoice; returns its id."""
    answer = data.execute_statement(
        **database,
        sql="insert into invoices (customer, amount, paid) "
        f"values ('{invoice['customer']}', {invoice['amount']}, false) returning id",
    )
    return answer["records"][0][0]["longValue"]


def get(database, invoice_id):
    """The invoice, or None."""


def pay(database, invoice_id):
    """Mark an invoice as paid; returns whether this changed it."""


def owed(database, customer):
    """What a customer has not paid yet."""


def all_of(database, customer):
    """All invoices of a customer, by id."""


def search(database, text, order_by="id", limit=20):
    """The first invoices whose note contains the text."""
