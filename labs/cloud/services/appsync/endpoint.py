"""An API's address: POST https://<id>.appsync-api.<region>.amazonaws.com/graphql."""

import json
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from graphql import GraphQLError, OperationType
from moto.appsync.models import appsync_backends
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud.missing import MissingError
from labs.cloud.routes import Answer
from labs.cloud.services.appsync import execution, identity, registry, schema, subscriptions
from labs.cloud.services.appsync.data_sources import Caller
from labs.cloud.services.appsync.execution import Request
from labs.cloud.services.appsync.identity import Identity, UnauthorizedError
from labs.cloud.services.appsync.resolvers import Resolvers
from labs.cloud.services.appsync.subscriptions import Subscription, Subscriptions
from labs.cloud.simulation import current

HOST = r"[a-z0-9]{20,40}\.appsync-api\.[a-z0-9-]+\.amazonaws\.com"

type Json = dict[str, Any]


def address(api: Any) -> str:
    """The URL of moto's GraphQL API."""
    return f"https://{_label(api)}.appsync-api.{api.region}.amazonaws.com/graphql"


def _label(api: Any) -> str:
    return str(api.api_id).replace("-", "")[:26]


def answer(request: AWSPreparedRequest) -> Answer:
    """The response to one HTTP request."""
    url = urlsplit(request.url)
    if url.path != "/graphql":
        raise MissingError(f"for {url.path} of AppSync")
    api = _api(url.hostname or "")
    if api is None:
        return _error(404, "UnknownOperationException", "The API was not found.")
    if request.method != "POST":
        return _error(405, "MethodNotAllowed", "Use POST.")
    headers = {str(name).lower(): str(value) for name, value in request.headers.items()}
    try:
        asked = json.loads(request.body or b"")
        query = asked["query"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _error(400, "MalformedHttpRequestException", "Unable to parse GraphQL query.")
    if not isinstance(query, str):
        return _error(400, "MalformedHttpRequestException", "Unable to parse GraphQL query.")
    try:
        caller = _caller(api)
        who = identity.identify(api, headers, asked, caller)
        return _respond(api, who, headers, asked)
    except UnauthorizedError as error:
        return _error(401, "UnauthorizedException", str(error))


def subscribe(api_id: str, query: str, variables: Json, headers: Json) -> Subscription:
    """Connect a client that subscribes; what it receives is recorded from now on.

    Raises:
        UnauthorizedError: `headers` do not let it in.
        ValueError: the query is no subscription of the API, or its resolver refuses it.
    """
    apis = (
        api
        for backend in appsync_backends[DEFAULT_ACCOUNT_ID].values()
        for api in backend.graphql_apis.values()
    )
    api = next((api for api in apis if api.api_id == api_id), None)
    if api is None or api.graphql_schema is None:
        raise ValueError(f"there is no API {api_id} with a schema")
    asked = {"query": query, "variables": variables}
    plain = {name.lower(): value for name, value in headers.items()}
    who = identity.identify(api, plain, asked, _caller(api))
    sdl = _sdl(api)
    subscription = subscriptions.read(api_id, sdl, query, variables)
    request = _request(api, who, plain, variables)
    found = execution.run(request, sdl, asked)
    if found.get("errors"):
        raise ValueError(found["errors"][0]["message"])
    subscription.enhanced_filter = request.subscription_filter
    current().state(Subscriptions).append(subscription)
    return subscription


def _api(host: str) -> Any:
    label, _, region = host.split(".")[:3]
    apis = appsync_backends[DEFAULT_ACCOUNT_ID][region].graphql_apis.values()
    return next((api for api in apis if _label(api) == label), None)


def _caller(api: Any) -> Caller:
    return Caller(f"api {api.name}", api.arn, api.region)


def _sdl(api: Any) -> str:
    definition = api.graphql_schema.definition
    return definition.decode() if isinstance(definition, bytes) else str(definition)


def _request(api: Any, who: Identity, headers: Json, variables: Json) -> Request:
    resolvers = Resolvers(registry.api(api.api_id, api.arn), _caller(api))
    return Request(resolvers, who, api.authentication_type, headers, variables)


def _respond(api: Any, who: Identity, headers: Json, asked: Json) -> Answer:
    if api.graphql_schema is None:
        return _error(400, "GraphQLSchemaException", "The API has no schema.")
    sdl, variables = _sdl(api), asked.get("variables") or {}
    try:
        schema.build(sdl)
    except (GraphQLError, TypeError) as error:  # as the status of its creation says too
        return _error(400, "GraphQLSchemaException", f"The schema is none: {error}")
    request = _request(api, who, headers, variables)
    found = execution.run(request, sdl, asked)
    operation = execution.operation_of(asked)
    if operation and operation.operation is OperationType.MUTATION and found["data"]:
        opened = current().state(Subscriptions)
        for name, result in _by_field(operation, found["data"]):
            opened.publish(api.api_id, sdl, name, result)
    return _json(200, found)


def _by_field(operation: Any, data: Json) -> list[tuple[str, Any]]:
    """Each mutation with what it returned, which stands under its alias."""
    selected = [each for each in operation.selection_set.selections if hasattr(each, "alias")]
    return [
        (each.name.value, data.get((each.alias or each.name).value))
        for each in selected
        if hasattr(each, "name")
    ]


def _error(status: int, kind: str, message: str) -> Answer:
    return _json(status, {"errors": [{"errorType": kind, "message": message}]})


def _json(status: int, content: Json) -> Answer:
    headers = {"content-type": "application/json;charset=UTF-8"}
    return status, headers, json.dumps(content, ensure_ascii=False).encode()
