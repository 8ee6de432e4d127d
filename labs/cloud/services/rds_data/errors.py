"""Errors of the Data API, as AWS and PostgreSQL word them.

https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html and
https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

import re
from collections.abc import Callable

from moto.core.exceptions import JsonRESTError


class DataApiError(JsonRESTError):  # type: ignore[misc] # moto has no types
    """An error of the Data API; the status is the service model's."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code, message)
        self.code = status


def bad_request(message: str) -> DataApiError:
    return DataApiError("BadRequestException", message)


def database_error(
    message: str, state: str, *, detail: str = "", hint: str = "", position: int = 0
) -> DataApiError:
    """What PostgreSQL says, in the one line that the Data API makes of it."""
    parts = [
        f"ERROR: {message}",
        detail and f"Detail: {detail}",
        hint and f"Hint: {hint}",
        f"Position: {position}" if position else "",
        f"SQLState: {state}",
    ]
    return DataApiError("DatabaseErrorException", "; ".join(part for part in parts if part))


def transaction_not_found(transaction: str) -> DataApiError:
    message = f"Transaction {transaction} is not found"
    return DataApiError("TransactionNotFoundException", message, 404)


def from_engine(error: Exception, sql: str, table: str) -> DataApiError:
    """What the engine says of a statement that was `sql`, and works on `table` or on none."""
    text = str(error).partition(": ")[2] or str(error)
    first = text.partition("\n")[0]
    for pattern, translate in _TRANSLATIONS:
        if found := re.search(pattern, first):
            return translate(found, sql, table)
    return database_error(first, _STATES.get(type(error).__name__, "XX000"))


type _Translate = Callable[[re.Match[str], str, str], DataApiError]

_STATES = {
    "ParserException": "42601",
    "BinderException": "42804",
    "CatalogException": "42704",
    "ConversionException": "22P02",
    "OutOfRangeException": "22003",
    "ConstraintException": "23000",
    "InvalidInputException": "22023",
}
_TYPES = {
    "INT16": "smallint",
    "INT32": "integer",
    "INT64": "bigint",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "BOOL": "boolean",
    "UUID": "uuid",
}


def _at(name: str, sql: str) -> int:
    found = re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE)
    return found.start() + 1 if found else 0


def _syntax(found: re.Match[str], sql: str, _table: str) -> DataApiError:
    near = found[1] or "end of input"
    return database_error(f'syntax error at or near "{near}"', "42601", position=_at(near, sql))


def _no_table(found: re.Match[str], sql: str, _table: str) -> DataApiError:
    name = found[1]
    return database_error(f'relation "{name}" does not exist', "42P01", position=_at(name, sql))


def _table_exists(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    return database_error(f'relation "{found[1]}" already exists', "42P07")


def _no_column(found: re.Match[str], sql: str, _table: str) -> DataApiError:
    name = found[1]
    return database_error(f'column "{name}" does not exist', "42703", position=_at(name, sql))


def _no_function(found: re.Match[str], sql: str, _table: str) -> DataApiError:
    name = found[1]
    return database_error(
        f"function {name} does not exist",
        "42883",
        hint="No function matches the given name and argument types. You might need to add "
        "explicit type casts.",
        position=_at(name, sql),
    )


def _duplicate(found: re.Match[str], _sql: str, table: str) -> DataApiError:
    pairs = [pair.partition(": ") for pair in found[1].split(", ")]
    names, values = [pair[0] for pair in pairs], [pair[2] for pair in pairs]
    kind = "pkey" if found[2] == "primary key" else f"{'_'.join(names)}_key"
    return database_error(
        f'duplicate key value violates unique constraint "{table}_{kind}"',
        "23505",
        detail=f"Key ({', '.join(names)})=({', '.join(values)}) already exists.",
    )


def _null(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    relation, _, column = found[1].replace('"', "").partition(".")
    return database_error(
        f'null value in column "{column}" of relation "{relation}" violates not-null constraint',
        "23502",
    )


def _too_long(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    return database_error(f"value too long for type character varying({found[1]})", "22001")


def _check(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    name = found[1]
    return database_error(
        f'new row for relation "{name}" violates check constraint "{name}_check"', "23514"
    )


def _no_parent(found: re.Match[str], _sql: str, table: str) -> DataApiError:
    column, _, value = found[1].partition(": ")
    return database_error(
        f'insert or update on table "{table}" violates foreign key constraint',
        "23503",
        detail=f"Key ({column})=({value}) is not present in the referenced table.",
    )


def _has_children(found: re.Match[str], _sql: str, table: str) -> DataApiError:
    column, _, value = found[1].partition(": ")
    return database_error(
        f'update or delete on table "{table}" violates foreign key constraint',
        "23503",
        detail=f"Key ({column})=({value}) is still referenced.",
    )


def _no_number(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    kind = _TYPES.get(found[2], found[2].lower())
    return database_error(f'invalid input syntax for type {kind}: "{found[1]}"', "22P02")


def _out_of_range(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    kind = _TYPES.get(found[1], "numeric")
    return database_error(f"{kind} out of range", "22003")


def _no_date(found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    return database_error(f'invalid input syntax for type {found[1]}: "{found[2]}"', "22007")


def _too_many_values(_found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    return database_error("INSERT has more expressions than target columns", "42601")


def _not_grouped(found: re.Match[str], sql: str, _table: str) -> DataApiError:
    message = f'column "{found[1]}" must appear in the GROUP BY clause or be used in an aggregate'
    return database_error(f"{message} function", "42803", position=_at(found[1], sql))


def _aborted(_found: re.Match[str], _sql: str, _table: str) -> DataApiError:
    message = "current transaction is aborted, commands ignored until end of transaction block"
    return database_error(message, "25P02")


_TRANSLATIONS: tuple[tuple[str, _Translate], ...] = (
    (r'syntax error at (?:or near "(.+?)"|end of input)', _syntax),
    (r'Table with name "?(\w+)"? does not exist', _no_table),
    (r'(?:Table|View|Index|Sequence) with name "(\w+)" already exists', _table_exists),
    (
        r'Referenced column "(\w+)" not found|does not have a column (?:named|with name) "(\w+)"',
        _no_column,
    ),
    (r"Function with name (\w+) does not exist", _no_function),
    (r'Duplicate key "(.+)" violates (primary key|unique) constraint', _duplicate),
    (r"NOT NULL constraint failed: (\S+)", _null),
    (r"CHECK\(\(length\(\"?\w+\"?\) <= (\d+)\)\)", _too_long),
    (r'CHECK constraint failed on table "?(\w+)"?', _check),
    (r'because key "(.+)" does not exist in the referenced table', _no_parent),
    (r'because key "(.+)" is still referenced', _has_children),
    (r"Could not convert string '(.*)' to (\w+)", _no_number),
    (r"out of range for the destination type (\w+)", _out_of_range),
    (r'invalid (date|time|timestamp) field format: "(.*?)"', _no_date),
    (r"columns but \d+ values were supplied", _too_many_values),
    (r'column "(\w+)" must appear in the GROUP BY clause', _not_grouped),
    (r"transaction is aborted", _aborted),
)
