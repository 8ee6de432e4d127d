"""The databases of an account: one engine for each, its transactions, and a pause when idle.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from labs.cloud.clock import clock
from labs.cloud.moto_lambda import new_id
from labs.cloud.services.rds_data import errors
from labs.cloud.services.rds_data.dialect import IDS, NOW, SEED, Statement, translate
from labs.cloud.services.rds_data.values import Parameter
from labs.cloud.simulation import current

MS_PER_SECOND = 1000
STATEMENT_SECONDS = 45
IDLE_SECONDS, LIFE_SECONDS = 3 * 60, 24 * 60 * 60
TEXT_TYPES = ("VARCHAR", "JSON")
# One thread, no file, no network: nothing but the account's memory.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "async_threads": 0,
    "memory_limit": "256MB",
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# PostgreSQL's names of the engine's types.
NAMES = {
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "timestamp without time zone",
    "TIME": "time without time zone",
    "BLOB": "bytea",
    "JSON": "jsonb",
}


@dataclass(frozen=True)
class Result:
    """`columns` are names and the engine's types; `updated` counts what a change changed."""

    columns: tuple[tuple[str, str], ...] = ()
    rows: Sequence[tuple[Any, ...]] = ()
    updated: int = 0


@dataclass(frozen=True)
class Contents:
    """The first rows of a table, and how many it has."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    count: int


class Database:
    """One database: its engine, and a connection for what belongs to no transaction."""

    def __init__(self) -> None:
        self._engine = duckdb.connect(":memory:", config=CONFIG)
        self._engine.execute("SET integer_division = true")
        self._engine.execute("CREATE SCHEMA public")
        self._engine.execute(f"CREATE SEQUENCE {IDS}")

    def connect(self) -> duckdb.DuckDBPyConnection:
        connection = self._engine.cursor()
        connection.execute("USE public")
        connection.execute(f"SET VARIABLE {SEED} = '{current().seed}'")
        return connection

    def tables(self, database: str, max_rows: int) -> Iterator[Contents]:
        """Its tables with their first rows."""
        connection = self.connect()
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchall()
        for (name,) in sorted(found):
            quoted = '"' + name.replace('"', '""') + '"'
            result = connection.execute(f"SELECT * FROM {quoted} LIMIT {max_rows}")  # noqa: S608 - quoted
            columns = tuple(column[0] for column in result.description or ())
            rows = result.fetchall()
            (count,) = connection.execute(f"SELECT count(*) FROM {quoted}").fetchall()[0]  # noqa: S608 - quoted
            yield Contents(f"{database}.{name}", columns, rows, count)


@dataclass
class Transaction:
    """One that was begun; it ends when nobody has used it for three minutes."""

    id: str
    cluster: str
    connection: duckdb.DuckDBPyConnection
    begun_ms: float
    used_ms: float

    def is_over(self) -> bool:
        idle, age = clock.millis() - self.used_ms, clock.millis() - self.begun_ms
        return idle > IDLE_SECONDS * MS_PER_SECOND or age > LIFE_SECONDS * MS_PER_SECOND


@dataclass
class Databases:
    """All databases of the account, by cluster and name, and the open transactions."""

    _databases: dict[tuple[str, str], Database] = field(default_factory=dict)
    _transactions: dict[str, Transaction] = field(default_factory=dict)

    def connect(self, cluster: str, name: str) -> duckdb.DuckDBPyConnection:
        self._end_the_idle()
        key = cluster, name
        if key not in self._databases:
            self._databases[key] = Database()
        return self._databases[key].connect()

    def begin(self, cluster: str, name: str) -> Transaction:
        connection = self.connect(cluster, name)
        connection.execute("BEGIN TRANSACTION")
        now = clock.millis()
        transaction = Transaction(new_id(), cluster, connection, now, now)
        self._transactions[transaction.id] = transaction
        return transaction

    def transaction(self, identifier: str, cluster: str) -> Transaction:
        """An open one, which is in use with this.

        Raises:
            DataApiError: there is none of this id in the cluster, or its time is over.
        """
        self._end_the_idle()
        found = self._transactions.get(identifier)
        if found is None or found.cluster != cluster:
            raise errors.transaction_not_found(identifier)
        found.used_ms = clock.millis()
        return found

    def end(self, transaction: Transaction, how: str) -> None:
        """COMMIT or ROLLBACK.

        Raises:
            DataApiError: it cannot be committed.
        """
        del self._transactions[transaction.id]
        try:
            transaction.connection.execute(how)
        except duckdb.Error as error:
            raise errors.from_engine(error, "", "") from None

    def tables(self, cluster: str, max_rows: int) -> Iterator[Contents]:
        """What has been committed to a cluster's databases, as far as anybody has used them."""
        for (owner, name), database in self._databases.items():
            if owner == cluster:
                yield from database.tables(name, max_rows)

    def has_open(self, cluster: str) -> bool:
        """Whether a transaction is open in the cluster: then it does not pause."""
        self._end_the_idle()
        return any(each.cluster == cluster for each in self._transactions.values())

    def _end_the_idle(self) -> None:
        for transaction in list(self._transactions.values()):
            if transaction.is_over():
                self.end(transaction, "ROLLBACK")


def execute(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Parameter]
) -> Result:
    """Run one statement.

    Raises:
        DataApiError: the database refuses it, or it waits for another transaction too long.
        MissingError: it is of a kind that is not simulated.
    """
    statement = translate(sql, parameters)
    now = clock.now().replace(tzinfo=None).isoformat(sep=" ")
    try:
        connection.execute(f"SET VARIABLE {NOW} = TIMESTAMP '{now}'")
        _check_types(connection, statement, parameters, sql)
        for before in statement.before:
            connection.execute(before)
        values = {name: parameters[name].value for name in statement.names}
        connection.execute(statement.sql, values or None)
        return _result(connection, statement)
    except duckdb.TransactionException as error:
        if "aborted" in str(error):
            raise errors.from_engine(error, sql, statement.table) from None
        clock.advance(STATEMENT_SECONDS * 1_000_000_000)
        raise errors.DataApiError(
            "StatementTimeoutException",
            "The statement was cancelled: it waited for a row that another transaction changed.",
        ) from None
    except duckdb.Error as error:
        raise errors.from_engine(error, sql, statement.table) from None


def _result(connection: duckdb.DuckDBPyConnection, statement: Statement) -> Result:
    rows = connection.fetchall()
    columns = tuple((str(each[0]), str(each[1])) for each in connection.description or ())
    if statement.is_change and columns == (("Count", "BIGINT"),):
        return Result(updated=rows[0][0])
    if statement.is_query or statement.is_change:
        return Result(columns, rows)
    return Result()


def _check_types(
    connection: duckdb.DuckDBPyConnection,
    statement: Statement,
    parameters: Mapping[str, Parameter],
    sql: str,
) -> None:
    """A text without a type hint is no date: PostgreSQL asks for a cast, the engine would not."""
    texts = [
        (column, parameters[name], is_compared)
        for column, name, is_compared in statement.typed
        if parameters[name].type == "VARCHAR" and parameters[name].value is not None
    ]
    if not texts:
        return
    types = dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $table "
            "OR $table = ''",
            {"table": statement.table},
        ).fetchall()
    )
    for column, parameter, is_compared in texts:
        found = str(types.get(column, "VARCHAR"))
        if found.startswith(TEXT_TYPES) and found != "JSON":
            continue
        kind = NAMES.get(found, "numeric" if found.startswith("DECIMAL") else found.lower())
        where = sql.find(f":{parameter.name}") + 1
        if is_compared:
            raise errors.database_error(
                f"operator does not exist: {kind} = character varying",
                "42883",
                hint="No operator matches the given name and argument types. You might need to "
                "add explicit type casts.",
                position=where,
            )
        raise errors.database_error(
            f'column "{column}" is of type {kind} but expression is of type character varying',
            "42804",
            hint="You will need to rewrite or cast the expression.",
            position=where,
        )
