"""What exists in the account, one line for each resource, for the playground's report."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import boto3

from labs.cloud.clients import client
from labs.cloud.moto_seams import REGION
from labs.verdict import Call

GLOBAL_SERVICES = {"iam", "s3"}
# What comes into being with a call to another service.
MADE_BY = {
    "lambda": ("logs",),
    "stepfunctions": ("logs",),
    "events": ("logs",),
    "scheduler": ("logs",),
    "pipes": ("logs",),
}
MAKES_ANYTHING = {"cloudformation", "serverlessrepo", "servicecatalog"}
MAX_REGIONS = 4


def resources(calls: Iterable[Call], regions: Iterable[str]) -> dict[str, list[str]]:
    """`{service: [line, ...]}` of all services below that hold something in these regions.

    Only what `calls` may have made is looked for. What lies in another region than us-east-1 says
    so at the end of its line.
    """
    services = _touched({call.service for call in calls})
    known = boto3.session.Session().get_available_regions("sqs") if set(regions) - {REGION} else []
    others = sorted(set(regions) & set(known) - {REGION})[: MAX_REGIONS - 1]
    found = {service: lines(service, REGION) for service in LISTERS if service in services}
    for region in others:
        for service in services - GLOBAL_SERVICES:
            found[service] += [f"{line} in {region}" for line in lines(service, region)]
    return {service: lines for service, lines in found.items() if lines}


def _touched(called: set[str]) -> set[str]:
    if called & MAKES_ANYTHING:
        return set(LISTERS)
    made = {other for service in called for other in MADE_BY.get(service, ())}
    return LISTERS.keys() & (called | made)


def lines(service: str, region: str) -> list[str]:
    """What a service holds in a region."""
    return sorted(LISTERS[service](client(service, region)))


def _pages(client: Any, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**parameters):
        yield from page.get(key, ())


def _queues(sqs: Any) -> Iterator[str]:
    for url in _pages(sqs, "list_queues", "QueueUrls"):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        count = sum(
            int(value)
            for name, value in attributes.items()
            if name.startswith("ApproximateNumberOfMessages")
        )
        yield f"queue {url.rpartition('/')[2]} ({_counted(count, 'message')})"


def _buckets(s3: Any) -> Iterator[str]:
    for bucket in s3.list_buckets()["Buckets"]:
        objects = list(_pages(s3, "list_objects_v2", "Contents", Bucket=bucket["Name"]))
        yield f"bucket {bucket['Name']} ({_counted(len(objects), 'object')})"


def _tables(dynamodb: Any) -> Iterator[str]:
    for name in _pages(dynamodb, "list_tables", "TableNames"):
        count = dynamodb.describe_table(TableName=name)["Table"]["ItemCount"]
        yield f"table {name} ({_counted(count, 'item')})"


def _topics(sns: Any) -> Iterator[str]:
    for topic in _pages(sns, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        found = list(_pages(sns, "list_subscriptions_by_topic", "Subscriptions", TopicArn=arn))
        yield f"topic {arn.rpartition(':')[2]} ({_counted(len(found), 'subscription')})"


def _functions(client: Any) -> Iterator[str]:
    for function in _pages(client, "list_functions", "Functions"):
        yield f"function {function['FunctionName']}"
    for mapping in _pages(client, "list_event_source_mappings", "EventSourceMappings"):
        # A stream's ARN goes on after the table's name, with a time that has colons.
        source, _, stream = mapping["EventSourceArn"].split(":", 5)[5].partition("/stream/")
        name = f"stream of {source}" if stream else source
        yield f"event source mapping {name} -> {mapping['FunctionArn'].rpartition(':')[2]}"


def _roles_and_users(iam: Any) -> Iterator[str]:
    yield from (f"role {role['RoleName']}" for role in _pages(iam, "list_roles", "Roles"))
    yield from (f"user {user['UserName']}" for user in _pages(iam, "list_users", "Users"))


def _clusters(ecs: Any) -> Iterator[str]:
    for arn in ecs.list_clusters()["clusterArns"]:
        yield f"cluster {arn.rpartition('/')[2]}"
        for service in ecs.list_services(cluster=arn)["serviceArns"]:
            yield f"service {service.rpartition('/')[2]}"
        found = ecs.list_tasks(cluster=arn)["taskArns"]
        found += ecs.list_tasks(cluster=arn, desiredStatus="STOPPED")["taskArns"]
        if found:
            yield _counted(len(set(found)), "task")


def _streams(kinesis: Any) -> Iterator[str]:
    yield from (f"stream {name}" for name in _pages(kinesis, "list_streams", "StreamNames"))


def _rules(events: Any) -> Iterator[str]:
    for bus in (bus["Name"] for bus in events.list_event_buses()["EventBuses"]):
        where = "" if bus == "default" else f" of bus {bus}"
        yield from [f"bus {bus}"] if where else []
        for rule in _pages(events, "list_rules", "Rules", EventBusName=bus):
            yield f"rule {rule['Name']}{where}"


def _http_apis(client: Any) -> Iterator[str]:
    for api in client.get_apis()["Items"]:
        kind = "WebSocket" if api["ProtocolType"] == "WEBSOCKET" else "HTTP"
        yield f"{kind} API {api['Name']}"


def _named(what: str, operation: str, key: str, name: str) -> Callable[[Any], Iterator[str]]:
    def lines(client: Any) -> Iterator[str]:
        for item in getattr(client, operation)()[key]:
            yield f"{what} {item[name]}"

    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


LISTERS: dict[str, Callable[[Any], Iterator[str]]] = {
    "dynamodb": _tables,
    "events": _rules,
    "apigateway": _named("REST API", "get_rest_apis", "items", "name"),
    "apigatewayv2": _http_apis,
    "appsync": _named("GraphQL API", "list_graphql_apis", "graphqlApis", "name"),
    "cloudformation": _named("stack", "describe_stacks", "Stacks", "StackName"),
    "ecs": _clusters,
    "iam": _roles_and_users,
    "kinesis": _streams,
    "kms": _named("key", "list_keys", "Keys", "KeyId"),
    "lambda": _functions,
    "logs": _named("log group", "describe_log_groups", "logGroups", "logGroupName"),
    "rds": _named("cluster", "describe_db_clusters", "DBClusters", "DBClusterIdentifier"),
    "pipes": _named("pipe", "list_pipes", "Pipes", "Name"),
    "s3": _buckets,
    "scheduler": _named("schedule", "list_schedules", "Schedules", "Name"),
    "secretsmanager": _named("secret", "list_secrets", "SecretList", "Name"),
    "sns": _topics,
    "sqs": _queues,
    "ssm": _named("parameter", "describe_parameters", "Parameters", "Name"),
    "stepfunctions": _named("state machine", "list_state_machines", "stateMachines", "name"),
}
