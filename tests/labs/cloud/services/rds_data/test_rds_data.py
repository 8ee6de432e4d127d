"""The Data API through boto3, on a database that really runs SQL."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.clock import clock
from tests.labs.cloud.test_account import no_guest

pytestmark = pytest.mark.usefixtures("moto")

PASSWORD = "long enough"
TABLE = """
create table orders (
    id serial primary key,
    name varchar(5) not null,
    amount numeric(10, 2) check (amount >= 0),
    due date,
    token uuid default gen_random_uuid(),
    notes jsonb,
    made timestamptz default now(),
    paid boolean default false
)
"""

type Run = Callable[..., dict[str, Any]]


class Database:
    """A cluster with a secret, and the arguments that each call needs."""

    def __init__(self, **scaling: float) -> None:
        rds, secrets = client("rds"), client("secretsmanager")
        cluster = rds.create_db_cluster(
            DBClusterIdentifier="shop",
            Engine="aurora-postgresql",
            MasterUsername="admin",
            MasterUserPassword=PASSWORD,
            EnableHttpEndpoint=True,
            DatabaseName="shop",
            ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 2, **scaling},
        )["DBCluster"]
        secret = json.dumps({"username": "admin", "password": PASSWORD})
        self.http_endpoint_enabled = cluster["HttpEndpointEnabled"]
        self.names = {
            "resourceArn": cluster["DBClusterArn"],
            "secretArn": secrets.create_secret(Name="shop", SecretString=secret)["ARN"],
        }
        self.api = client("rds-data")

    def run(self, sql: str, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.api.execute_statement(sql=sql, **self.names, **more)
        return answer

    def error(self, sql: str, **more: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as raised:
            self.run(sql, **more)
        error = raised.value.response["Error"]
        return str(error["Code"]), str(error["Message"])

    def begin(self) -> str:
        return str(self.api.begin_transaction(**self.names)["transactionId"])


def client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1")


@pytest.fixture
def account() -> Account:
    return Account(no_guest, seed=7)


@pytest.fixture
def database(account: Account) -> Database:
    database = Database()
    database.run(TABLE)
    return database


def text(name: str, value: str, hint: str = "") -> dict[str, Any]:
    parameter: dict[str, Any] = {"name": name, "value": {"stringValue": value}}
    return {**parameter, "typeHint": hint} if hint else parameter


def test_each_type_comes_back_as_the_data_api_gives_it(database: Database) -> None:
    database.run(
        "insert into orders (name, amount, due, notes) values (:name, :amount, :due, :notes)",
        parameters=[
            text("name", "Ann"),
            text("amount", "1.5", "DECIMAL"),
            text("due", "2026-03-01", "DATE"),
            text("notes", '{"a": 1}', "JSON"),
        ],
    )

    answer = database.run(
        "select id, name, amount, due, notes->>'a' as a, made, paid, null as nothing, "
        "cast(2 as double precision) as double from orders",
        includeResultMetadata=True,
    )

    assert answer["records"] == [
        [
            {"longValue": 1},
            {"stringValue": "Ann"},
            {"stringValue": "1.50"},
            {"stringValue": "2026-03-01"},
            {"stringValue": "1"},
            {"stringValue": clock.now().replace(tzinfo=None).isoformat(sep=" ")},
            {"booleanValue": False},
            {"isNull": True},
            {"doubleValue": 2.0},
        ]
    ]
    found = [(column["name"], column["typeName"]) for column in answer["columnMetadata"]]
    assert found[:3] == [("id", "int4"), ("name", "text"), ("amount", "numeric")]
    assert answer["columnMetadata"][2]["scale"] == 2


def test_records_can_be_json(database: Database) -> None:
    database.run("insert into orders (name, amount) values ('Ann', 2.50), ('Bob', null)")

    answer = database.run("select name, amount from orders order by id", formatRecordsAs="JSON")

    assert json.loads(answer["formattedRecords"]) == [
        {"name": "Ann", "amount": 2.5},
        {"name": "Bob", "amount": None},
    ]
    assert "records" not in answer


def test_decimals_and_longs_come_as_the_caller_wants_them(database: Database) -> None:
    answer = database.run(
        "select cast(1.5 as numeric(4, 2)), cast(7 as bigint)",
        resultSetOptions={"decimalReturnType": "DOUBLE_OR_LONG", "longReturnType": "STRING"},
    )

    assert answer["records"] == [[{"doubleValue": 1.5}, {"stringValue": "7"}]]


@pytest.mark.parametrize(
    ("sql", "state", "part"),
    [
        ("selec 1", "42601", 'syntax error at or near "selec"; Position: 1'),
        ("select nope from orders", "42703", 'column "nope" does not exist; Position: 8'),
        ("select * from missing", "42P01", 'relation "missing" does not exist; Position: 15'),
        ("insert into orders (name) values ('too long')", "22001", "character varying(5)"),
        ("insert into orders (id) values (9)", "23502", 'null value in column "name"'),
        ("insert into orders (name, amount) values ('a', -1)", "23514", "check constraint"),
        ("select cast('x' as int)", "22P02", 'invalid input syntax for type integer: "x"'),
        ("create table orders (id int)", "42P07", 'relation "orders" already exists'),
    ],
)
def test_what_postgres_refuses_is_refused_in_its_words(
    database: Database, sql: str, state: str, part: str
) -> None:
    code, message = database.error(sql)

    assert code == "DatabaseErrorException"
    assert message.startswith("ERROR: ")
    assert message.endswith(f"SQLState: {state}")
    assert part in message


def test_a_key_that_is_there_already_is_named(database: Database) -> None:
    database.run("insert into orders (id, name) values (1, 'a')")

    _code, message = database.error("insert into orders (id, name) values (1, 'b')")

    assert message == (
        'ERROR: duplicate key value violates unique constraint "orders_pkey"; '
        "Detail: Key (id)=(1) already exists.; SQLState: 23505"
    )


def test_a_text_is_no_date_without_a_hint_or_a_cast(database: Database) -> None:
    due = [text("due", "2026-03-01")]
    insert = "insert into orders (name, due) values ('a', {})"

    assert (
        'column "due" is of type date' in database.error(insert.format(":due"), parameters=due)[1]
    )
    assert (
        "operator does not exist"
        in database.error("select 1 from orders where due = :due", parameters=due)[1]
    )
    database.run(insert.format("cast(:due as date)"), parameters=due)
    database.run(insert.format(":due::date"), parameters=due)


@pytest.mark.parametrize(
    ("sql", "parameters", "message"),
    [
        ("select :x", [], "Cannot find parameter: x"),
        ("select 1; select 2", [], "Multistatements aren't supported."),
        ("select :x", [{"name": "x", "value": {"arrayValue": {"longValues": [1]}}}], "Array"),
        ("select :x", [{"name": "x", "value": {"longValue": 1}, "typeHint": "DATE"}], "DATE"),
    ],
)
def test_a_bad_request_says_what_is_wrong(
    database: Database, sql: str, parameters: list[dict[str, Any]], message: str
) -> None:
    code, found = database.error(sql, parameters=parameters)

    assert code == "BadRequestException"
    assert message in found


def test_a_string_is_a_value_and_never_sql(database: Database) -> None:
    database.run("insert into orders (name) values ('Ann')")
    hostile = [text("name", "' or '1'='1")]

    assert (
        database.run("select * from orders where name = :name", parameters=hostile)["records"]
        == []
    )


@pytest.mark.parametrize("like", ["like :pattern", "like :pattern escape '\\'", "ilike :pattern"])
def test_a_backslash_escapes_in_a_pattern(database: Database, like: str) -> None:
    database.run("insert into orders (name) values ('50%'), ('500')")
    pattern = [text("pattern", "50\\%")]

    sql = f"select name from orders where name {like}"  # noqa: S608 - the test's own text
    answer = database.run(sql, parameters=pattern)

    assert answer["records"] == [[{"stringValue": "50%"}]]


def test_a_transaction_is_seen_by_others_when_it_is_committed(database: Database) -> None:
    transaction = database.begin()
    database.run("insert into orders (name) values ('Ann')", transactionId=transaction)

    assert database.run("select * from orders")["records"] == []
    ended = database.api.commit_transaction(**database.names, transactionId=transaction)

    assert ended["transactionStatus"] == "Transaction Committed"
    assert len(database.run("select * from orders")["records"]) == 1
    assert (
        database.error("select 1", transactionId=transaction)[0] == "TransactionNotFoundException"
    )


def test_a_rolled_back_transaction_leaves_nothing(database: Database) -> None:
    transaction = database.begin()
    database.run("insert into orders (name) values ('Ann')", transactionId=transaction)

    ended = database.api.rollback_transaction(**database.names, transactionId=transaction)

    assert ended["transactionStatus"] == "Rollback Complete"
    assert database.run("select * from orders")["records"] == []


def test_an_idle_transaction_ends_after_three_minutes(database: Database) -> None:
    transaction = database.begin()
    database.run("insert into orders (name) values ('Ann')", transactionId=transaction)
    clock.advance(181 * 1_000_000_000)

    code, message = database.error("select 1", transactionId=transaction)

    assert (code, message) == (
        "TransactionNotFoundException",
        f"Transaction {transaction} is not found",
    )
    assert database.run("select * from orders")["records"] == []


def test_after_an_error_a_transaction_takes_no_more(database: Database) -> None:
    transaction = database.begin()
    database.error("insert into orders (id) values (1)", transactionId=transaction)

    assert (
        "current transaction is aborted"
        in database.error("select 1", transactionId=transaction)[1]
    )


def test_who_waits_for_another_transaction_waits_45_seconds(database: Database) -> None:
    database.run("insert into orders (name) values ('Ann')")
    database.run("update orders set name = 'one'", transactionId=database.begin())
    started = clock.millis()

    code, _message = database.error("update orders set name = 'two'")

    assert code == "StatementTimeoutException"
    assert clock.millis() - started >= 45_000


def test_a_batch_is_done_as_a_whole_or_not_at_all(database: Database) -> None:
    def batch(*names: str) -> dict[str, Any]:
        answer: dict[str, Any] = database.api.batch_execute_statement(
            sql="insert into orders (name) values (:name)",
            parameterSets=[[text("name", name)] for name in names],
            **database.names,
        )
        return answer

    assert batch("Ann", "Bob")["updateResults"] == [{"generatedFields": []}] * 2
    with pytest.raises(ClientError):
        batch("Cid", "too long")

    answer = database.run("select name from orders order by id")
    assert answer["records"] == [[{"stringValue": "Ann"}], [{"stringValue": "Bob"}]]


def test_a_paused_cluster_resumes_in_its_time(account: Account) -> None:
    database = Database(MinCapacity=0)
    database.run("select 1")
    clock.advance(301 * 1_000_000_000)

    assert database.error("select 1")[0] == "DatabaseResumingException"
    clock.advance(16 * 1_000_000_000)
    assert database.run("select 1")["records"] == [[{"longValue": 1}]]


def test_an_open_transaction_keeps_a_cluster_awake(account: Account) -> None:
    database = Database(MinCapacity=0)
    transaction = database.begin()
    for _ in range(4):
        clock.advance(100 * 1_000_000_000)
        database.run("select 1", transactionId=transaction)

    assert database.run("select 1")["records"]


def test_a_large_answer_is_refused(database: Database) -> None:
    code, message = database.error("select repeat('x', 2000) from range(1000)")

    assert code == "BadRequestException"
    assert message == "Database returned more than the allowed response size limit"


def test_a_cluster_without_the_endpoint_says_so(database: Database) -> None:
    assert database.http_endpoint_enabled
    arn = client("rds").create_db_cluster(
        DBClusterIdentifier="closed",
        Engine="aurora-postgresql",
        MasterUsername="admin",
        MasterUserPassword=PASSWORD,
    )["DBCluster"]["DBClusterArn"]
    database.names["resourceArn"] = arn

    assert database.error("select 1")[0] == "HttpEndpointNotEnabledException"


def test_the_secret_that_rds_manages_gets_in(database: Database) -> None:
    managed = client("rds").create_db_cluster(
        DBClusterIdentifier="managed",
        Engine="aurora-postgresql",
        MasterUsername="admin",
        ManageMasterUserPassword=True,
        EnableHttpEndpoint=True,
        DatabaseName="shop",
    )["DBCluster"]
    database.names["resourceArn"] = managed["DBClusterArn"]
    assert "password authentication failed" in database.error("select 1")[1]

    database.names["secretArn"] = managed["MasterUserSecret"]["SecretArn"]

    assert database.run("select 1")["records"] == [[{"longValue": 1}]]


def test_a_wrong_password_does_not_get_in(database: Database) -> None:
    wrong = json.dumps({"username": "admin", "password": "guessed"})
    secrets = client("secretsmanager")
    database.names["secretArn"] = secrets.create_secret(Name="w", SecretString=wrong)["ARN"]

    assert "password authentication failed" in database.error("select 1")[1]


@pytest.mark.parametrize(
    "sql",
    [
        "copy orders from '/etc/passwd'",
        "create function f() returns int as 'select 1' language sql",
        "begin",
        "set search_path to x",
        "create table c (id int references orders (id) on delete cascade)",
        "attach '/tmp/x' as x",
        "install httpfs",
    ],
)
def test_what_is_not_simulated_is_refused(database: Database, sql: str) -> None:
    with pytest.raises((NotImplementedError, ClientError)) as raised:
        database.run(sql)

    if isinstance(raised.value, ClientError):
        assert "syntax error" in str(raised.value)


READERS = (
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/etc/*')",
)


@pytest.mark.parametrize("reader", READERS)
def test_the_engine_reads_no_file(database: Database, reader: str) -> None:
    assert database.error(reader)[0] == "DatabaseErrorException"


def test_ids_and_times_are_the_accounts(account: Account) -> None:
    def ids() -> Any:
        database = Database()
        database.run(TABLE)
        database.run("insert into orders (name) values ('a'), ('b')")
        return database.run("select token, made from orders order by id")["records"]

    first = ids()
    Account(no_guest, seed=7)

    assert ids() == first
    assert first[0][0] != first[1][0]


def test_a_division_by_zero_is_no_error(database: Database) -> None:
    """In PostgreSQL it is one: 22012."""
    (row,) = database.run("select 1 / 0 is null or 1 / 0 > 1")["records"]

    assert row == [{"booleanValue": True}]


def test_for_update_takes_no_lock(database: Database) -> None:
    database.run("insert into orders (name) values ('Ann')")
    database.run("select * from orders for update", transactionId=database.begin())

    assert database.run("update orders set name = 'Bob'")["numberOfRecordsUpdated"] == 1


def test_aurora_mysql_is_not_simulated(database: Database) -> None:
    database.names["resourceArn"] = client("rds").create_db_cluster(
        DBClusterIdentifier="other",
        Engine="aurora-mysql",
        MasterUsername="admin",
        MasterUserPassword=PASSWORD,
        EnableHttpEndpoint=True,
    )["DBCluster"]["DBClusterArn"]

    with pytest.raises(NotImplementedError, match="Aurora MySQL"):
        database.run("select 1")


def test_a_transaction_sees_what_there_was_when_it_began(database: Database) -> None:
    """In Aurora, whose default is READ COMMITTED, it would see the second name."""
    transaction = database.begin()
    before = database.run("select name from orders", transactionId=transaction)["records"]
    database.run("insert into orders (name) values ('Ann')")

    assert before == []
    assert database.run("select name from orders", transactionId=transaction)["records"] == []
    assert len(database.run("select name from orders")["records"]) == 1
