"""Attacks by SQL: the Data API's engine runs in the process that holds the checks."""

from typing import Any

from labs import Verdict
from tests.labs.attacks.attack import Attack

DATABASE = """
import boto3
rds, secrets, data = (boto3.client(name) for name in ('rds', 'secretsmanager', 'rds-data'))
arn = rds.create_db_cluster(DBClusterIdentifier='c', Engine='aurora-postgresql',
    DatabaseName='d', MasterUsername='boss', MasterUserPassword='long enough',
    EnableHttpEndpoint=True, ServerlessV2ScalingConfiguration={
        'MinCapacity': 1, 'MaxCapacity': 2})['DBCluster']['DBClusterArn']
secret = secrets.create_secret(Name='s',
    SecretString=json.dumps({'username': 'boss', 'password': 'long enough'}))['ARN']
def rows(sql):
    try:
        found = data.execute_statement(resourceArn=arn, secretArn=secret, sql=sql, database='d')
    except Exception as error:
        return type(error).__name__
    return [list(cell.values())[0] for row in found['records'] for cell in row]
def refused(*statements):
    print([sql[:60] for sql in statements if not isinstance(rows(sql), str)])
data.execute_statement(resourceArn=arn, secretArn=secret, sql='CREATE TABLE t (a int)')
"""


def _attack(name: str, code: str, **more: Any) -> Attack:
    return Attack(name, DATABASE + code, **more)


ATTACKS = (
    _attack(
        "SQL that reads files",
        """
refused("SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/proc/self/environ')", "SELECT * FROM glob('/*')",
    "SELECT * FROM read_blob('/proc/self/cmdline')", "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_scan('/etc/passwd')", "SELECT * FROM read_duckdb('/etc/passwd')",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')")
""",
        prints=("[]",),
    ),
    _attack(
        "SQL that leaves the database",
        """
refused("COPY t TO '/tmp/x'", "COPY t FROM PROGRAM 'id'", "ATTACH '/tmp/other.db'",
    "INSTALL httpfs", "LOAD '/tmp/x.so'", "SET enable_external_access = true",
    "PRAGMA enable_profiling", "EXPORT DATABASE '/tmp/x'", "CALL pragma_version()",
    "CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE plpython3u", "CREATE MACRO f(a) AS a",
    "CREATE SECRET (TYPE s3)", "DO $$ BEGIN PERFORM 1; END $$", "SELECT 1; DROP TABLE t")
print(rows('SELECT count(*) FROM t'))
""",
        prints=("[]", "[0]"),
    ),
    _attack(
        "SQL that looks for Python and for secrets",
        """
refused("SELECT * FROM connection", "SELECT * FROM statement", "SELECT * FROM parameters",
    "SELECT * FROM python_map_function()", "SELECT getenv('WORKERS_SECRET')",
    "SELECT * FROM duckdb_secrets()")
print('WORKERS-SECRET' in str(rows('SELECT value FROM duckdb_settings()')))
""",
        prints=("[]", "False"),
    ),
    _attack(
        "SQL that joins for ever",
        """
print('begin', flush=True)
rows('SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b '
     'WHERE a.generate_series % 7 = b.generate_series % 11')
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=2,
    ),
    _attack(
        "SQL that calls itself for ever",
        """
print('begin', flush=True)
rows('WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r')
""",
        prints=("begin",),
        verdict=Verdict.TIMED_OUT,
        wall_seconds=2,
    ),
    _attack(
        "SQL that fills the memory",
        """
refused("SELECT repeat('x', 2000000000)", "SELECT repeat(repeat('x', 100000000), 20)",
    "SELECT list(a) FROM (SELECT repeat('y', 1000000) AS a FROM generate_series(1, 10000) b)")
print(rows('SELECT 1'))
""",
        prints=("[]", "[1]"),
        wall_seconds=30,
    ),
    _attack(
        "deep SQL",
        """
refused('SELECT ' + '(' * 20000 + '1' + ')' * 20000, 'SELECT ' + '1 + ' * 15000 + '1',
    'SELECT ' + 'NOT ' * 15000 + 'true', 'SELECT 1' + ' UNION SELECT 1' * 4000,
    'SELECT * FROM ' + '(SELECT * FROM ' * 3000 + 't' + ')' * 3000, '/*' * 30000,
    'SELECT ' + 'CASE WHEN 1=1 THEN ' * 2000 + '1' + ' END' * 2000, 'SELECT ' + "'" * 59999)
print(rows('SELECT 1'))
""",
        prints=("[]", "[1]"),
        wall_seconds=30,
    ),
)
