"""The operations of the Data API: what they take, which cluster they reach, what they answer.

https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_Operations.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
from moto.core.exceptions import ServiceException
from moto.secretsmanager import secretsmanager_backends

from labs.cloud.clock import clock
from labs.cloud.missing import MissingError
from labs.cloud.moto_ec2 import rds_models
from labs.cloud.services.rds_data import values
from labs.cloud.services.rds_data.database import MS_PER_SECOND, Databases, Result, execute
from labs.cloud.services.rds_data.errors import DataApiError, bad_request
from labs.cloud.simulation import current

MAX_SQL, MAX_RESPONSE_BYTES, MAX_ROW_BYTES = 65_536, 1024 * 1024, 64 * 1024
RESUME_SECONDS = 15
DEFAULT_PAUSE_SECONDS = 300
DEFAULT_DATABASE = "postgres"

type Json = dict[str, Any]


@dataclass
class Activity:
    """When a cluster was last used (ms since 1970), and until when it resumes from a pause."""

    used_ms: float
    resumes_until_ms: float = 0


@dataclass
class State:
    """The Data API's part of an account."""

    databases: Databases = field(default_factory=Databases)
    activities: dict[str, Activity] = field(default_factory=dict)


def execute_statement(request: Json) -> Json:
    connection, options, sql = _connection(request), _options(request), _sql(request)
    result = execute(connection, sql, values.parameters(request.get("parameters") or []))
    answer: Json = {"numberOfRecordsUpdated": result.updated, "generatedFields": []}
    if result.columns:
        answer |= _records(result, request, options)
    if len(json.dumps(answer)) > MAX_RESPONSE_BYTES:
        raise bad_request("Database returned more than the allowed response size limit")
    return answer


def batch_execute_statement(request: Json) -> Json:
    """All sets, or none: without a transaction of the caller's they have one of their own."""
    connection, sql = _connection(request), _sql(request)
    sets = request.get("parameterSets") or [[]]
    is_alone = not request.get("transactionId")
    if is_alone:
        connection.execute("BEGIN TRANSACTION")
    try:
        for given in sets:
            if execute(connection, sql, values.parameters(given)).columns:
                raise bad_request("Batch operations do not support statements that return rows.")
    except Exception:
        if is_alone:
            connection.execute("ROLLBACK")
        raise
    if is_alone:
        connection.execute("COMMIT")
    return {"updateResults": [{"generatedFields": []} for _ in sets]}


def begin_transaction(request: Json) -> Json:
    cluster = _cluster(request)
    begun = _state().databases.begin(cluster.db_cluster_arn, _database(cluster, request))
    return {"transactionId": begun.id}


def commit_transaction(request: Json) -> Json:
    _end(request, "COMMIT")
    return {"transactionStatus": "Transaction Committed"}


def rollback_transaction(request: Json) -> Json:
    _end(request, "ROLLBACK")
    return {"transactionStatus": "Rollback Complete"}


OPERATIONS: Mapping[str, Callable[[Json], Json]] = {
    "/Execute": execute_statement,
    "/BatchExecute": batch_execute_statement,
    "/BeginTransaction": begin_transaction,
    "/CommitTransaction": commit_transaction,
    "/RollbackTransaction": rollback_transaction,
}


def _end(request: Json, how: str) -> None:
    cluster, databases = _cluster(request), _state().databases
    identifier = str(request.get("transactionId", ""))
    databases.end(databases.transaction(identifier, cluster.db_cluster_arn), how)


def _state() -> State:
    return current().state(State)


def _connection(request: Json) -> duckdb.DuckDBPyConnection:
    cluster, databases = _cluster(request), _state().databases
    name = _database(cluster, request)
    if identifier := request.get("transactionId"):
        return databases.transaction(str(identifier), cluster.db_cluster_arn).connection
    return databases.connect(cluster.db_cluster_arn, name)


def _cluster(request: Json) -> Any:
    """moto's cluster that a request names, awake and with a secret that opens it."""
    arn = str(request.get("resourceArn", ""))
    parts = arn.split(":")
    cluster = None
    if len(parts) == 7 and parts[2] == "rds" and parts[5] == "cluster":
        clusters = rds_models.rds_backends[parts[4]][parts[3]].clusters
        cluster = clusters.get(parts[6])
    if cluster is None:
        raise DataApiError("DatabaseNotFoundException", f"DB cluster {arn} doesn't exist", 404)
    if not cluster.enable_http_endpoint:
        message = f"HttpEndpoint is not enabled for resource {arn}"
        raise DataApiError("HttpEndpointNotEnabledException", message)
    if "mysql" in cluster.engine:
        raise MissingError("for Aurora MySQL")
    _check_secret(cluster, str(request.get("secretArn", "")))
    _wake(cluster)
    return cluster


def _check_secret(cluster: Any, arn: str) -> None:
    user, password = _credentials(cluster, arn)
    expected = cluster.master_username, getattr(cluster, "_master_user_password", None)
    if cluster.manage_master_user_password:
        expected = _credentials(cluster, cluster.master_user_secret.secret_arn)
    if (user, password) != expected:
        message = f'FATAL: password authentication failed for user "{user}"; SQLState: 28P01'
        raise bad_request(message)


def _credentials(cluster: Any, arn: str) -> tuple[Any, Any]:
    """The user and password in a secret."""
    region = arn.split(":")[3] if arn.count(":") >= 6 else cluster.region
    backend = secretsmanager_backends[cluster.account_id][region]
    try:
        secret = json.loads(backend.get_secret_value(arn, "", "")["SecretString"])
        return secret["username"], secret["password"]
    except (ServiceException, KeyError, TypeError, ValueError):
        message = (
            f"Error fetching secret {arn}: it is not there, or holds no username and password"
        )
        raise bad_request(message) from None


def _wake(cluster: Any) -> None:
    """A cluster with a minimum of 0 ACU pauses when idle, and takes its time to resume.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
    """
    arn, now = cluster.db_cluster_arn, clock.millis()
    activity = _state().activities.setdefault(arn, Activity(now))
    scaling = cluster.serverless_v2_scaling_configuration or {}
    pause_seconds = int(scaling.get("SecondsUntilAutoPause") or DEFAULT_PAUSE_SECONDS)
    can_pause = scaling.get("MinCapacity") is not None and float(scaling["MinCapacity"]) == 0
    idle_ms = now - activity.used_ms
    is_idle = idle_ms > pause_seconds * MS_PER_SECOND and not _state().databases.has_open(arn)
    if can_pause and is_idle:
        activity.resumes_until_ms = now + RESUME_SECONDS * MS_PER_SECOND
    activity.used_ms = now
    if now < activity.resumes_until_ms:
        raise DataApiError(
            "DatabaseResumingException",
            "The Aurora DB instance is resuming after being auto-paused. Please wait a few "
            "seconds and try again.",
        )


def _database(cluster: Any, request: Json) -> str:
    name = str(request.get("database") or cluster.database_name or DEFAULT_DATABASE)
    if name not in (DEFAULT_DATABASE, cluster.database_name):
        message = f'FATAL: database "{name}" does not exist; SQLState: 3D000'
        raise DataApiError("DatabaseNotFoundException", message, 404)
    return name


def _sql(request: Json) -> str:
    sql = str(request.get("sql") or "")
    if len(sql) > MAX_SQL:
        raise bad_request(f"The SQL statement is longer than {MAX_SQL} characters.")
    return sql


def _options(request: Json) -> values.Options:
    given = request.get("resultSetOptions") or {}
    return values.Options(
        decimal_as_text=given.get("decimalReturnType", "STRING") == "STRING",
        long_as_text=given.get("longReturnType", "LONG") == "STRING",
    )


def _records(result: Result, request: Json, options: values.Options) -> Json:
    names = [name for name, _type in result.columns]
    if request.get("formatRecordsAs") == "JSON":
        return {"formattedRecords": values.formatted(names, result.rows)}
    records = [[values.field(value, options) for value in row] for row in result.rows]
    if any(len(json.dumps(record)) > MAX_ROW_BYTES for record in records):
        raise bad_request("Database returned a row larger than 64 KB")
    answer: Json = {"records": records}
    if request.get("includeResultMetadata"):
        answer["columnMetadata"] = [values.column(*column) for column in result.columns]
    return answer
