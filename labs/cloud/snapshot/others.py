"""What people look for by name: APIs, schedules, pipes, streams, tasks, databases."""

from collections.abc import Iterator
from typing import Any

from moto.apigateway.models import apigateway_backends
from moto.apigatewayv2.models import apigatewayv2_backends
from moto.appsync.models import appsync_backends
from moto.kinesis.models import kinesis_backends
from moto.pipes.models import pipes_backends
from moto.rds.models import rds_backends
from moto.scheduler.models import scheduler_backends

from labs.cloud.services.ecs.api import Ecs
from labs.cloud.services.rds_data.api import State
from labs.cloud.services.rds_data.database import Contents
from labs.cloud.simulation import current
from labs.cloud.snapshot.backends import existing
from labs.cloud.snapshot.texts import MAX_ROWS, cell, facts, last_part, table
from labs.resources import Resource, Table

_TASKS = ("Task definition", "Status", "Started by", "Stopped because", "Exit codes")


def apis() -> Iterator[Resource]:
    for kind, backends, name in (
        ("REST", apigateway_backends, "apigateway"),
        ("HTTP", apigatewayv2_backends, "apigatewayv2"),
    ):
        for backend in existing(backends):
            for one in backend.apis.values():
                protocol = getattr(one, "protocol_type", kind)
                yield Resource(name, "api", one.name, facts({"Type": protocol}))
    for backend in existing(appsync_backends):
        for one in backend.graphql_apis.values():
            yield Resource("appsync", "api", one.name, facts({"Type": "GraphQL"}))


def schedules() -> Iterator[Resource]:
    for backend in existing(scheduler_backends):
        for group in backend.schedule_groups.values():
            for one in group.schedules.values():
                shown = facts(
                    {
                        "Expression": one.schedule_expression,
                        "State": one.state,
                        "Target": last_part(one.target["Arn"]),
                    }
                )
                yield Resource("scheduler", "schedule", one.name, shown)


def pipes() -> Iterator[Resource]:
    for backend in existing(pipes_backends):
        for one in backend.pipes.values():
            shown = facts({"Source": last_part(one.source), "Target": last_part(one.target)})
            yield Resource("pipes", "pipe", one.name, shown)


def streams() -> Iterator[Resource]:
    for backend in existing(kinesis_backends):
        for one in backend.streams.values():
            records = sum(len(shard.records) for shard in one.shards.values())
            yield Resource("kinesis", "stream", one.stream_name, facts({"Records": records}))


def tasks() -> Iterator[Resource]:
    """Clusters, with their services and tasks."""
    state = current().state(Ecs)
    clusters: dict[str, list[Any]] = {}
    for task in state.tasks.values():
        clusters.setdefault(task.cluster, []).append(task)
    for cluster, found in clusters.items():
        rows = table("Tasks", _TASKS, found[-MAX_ROWS:], _task, count=len(found))
        yield Resource("ecs", "cluster", cluster, facts({"Tasks": len(found)}), (rows,))


def _task(task: Any) -> tuple[Any, ...]:
    exits = [f"{one.name} {one.exit_code}" for one in task.containers if one.exit_code is not None]
    return task.family, task.status, task.started_by, task.stopped_reason, ", ".join(exits)


def databases() -> Iterator[Resource]:
    """Aurora clusters; of those that the Data API has used, the tables with their rows."""
    for backend in existing(rds_backends):
        for one in backend.clusters.values():
            found = current().state(State).databases.tables(one.db_cluster_arn, MAX_ROWS)
            rows = tuple(_contents(each) for each in found)
            shown = facts({"Engine": one.engine, "Status": one.status})
            yield Resource("rds", "cluster", one.db_cluster_identifier, shown, rows)


def _contents(found: Contents) -> Table:
    rows = tuple(tuple(cell(value) for value in row) for row in found.rows)
    return Table(found.name, found.columns, rows, left_out=found.count - len(rows))
