"""Data sources, functions and resolvers of an API, as their operations keep them.

https://docs.aws.amazon.com/appsync/latest/APIReference/API_Operations.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core.exceptions import JsonRESTError

from labs.cloud.missing import MissingError
from labs.cloud.moto_lambda import new_id
from labs.cloud.simulation import current

SOURCES = {
    "NONE": "",
    "AWS_LAMBDA": "lambdaConfig",
    "AMAZON_DYNAMODB": "dynamodbConfig",
    "RELATIONAL_DATABASE": "relationalDatabaseConfig",
    "AMAZON_EVENTBRIDGE": "eventBridgeConfig",
    "HTTP": "httpConfig",
}
NOT_SIMULATED = {"AMAZON_ELASTICSEARCH", "AMAZON_OPENSEARCH_SERVICE", "AMAZON_BEDROCK_RUNTIME"}
MAX_CODE = 32_768

type Json = dict[str, Any]


class AppSyncError(JsonRESTError):  # type: ignore[misc] # moto has no types
    """An error of AppSync's API."""

    def __init__(self, kind: str, message: str, status: int = 400) -> None:
        super().__init__(kind, message)
        self.code = status


def bad_request(message: str) -> AppSyncError:
    return AppSyncError("BadRequestException", message)


def not_found(message: str) -> AppSyncError:
    return AppSyncError("NotFoundException", message, 404)


@dataclass
class Api:
    """What one GraphQL API has beside what moto keeps of it; each by its name or id."""

    arn: str
    sources: dict[str, Json] = field(default_factory=dict)
    functions: dict[str, Json] = field(default_factory=dict)
    resolvers: dict[tuple[str, str], Json] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


class Registry(dict[str, Api]):
    """All APIs of the account by id."""


def api(api_id: str, arn: str) -> Api:
    return current().state(Registry).setdefault(api_id, Api(arn))


def forget(api_id: str) -> None:
    current().state(Registry).pop(api_id, None)


def _create_source(found: Api, given: Json) -> Json:
    name = str(given["name"])
    if name in found.sources:
        raise bad_request(f"Data source with name {name} already exists")
    found.sources[name] = _source(found, given)
    return {"dataSource": found.sources[name]}


def _update_source(found: Api, given: Json) -> Json:
    name = str(_known(found.sources, given["name"], "data source")["name"])
    found.sources[name] = _source(found, given)
    return {"dataSource": found.sources[name]}


def _source(found: Api, given: Json) -> Json:
    kind = str(given.get("type"))
    if kind in NOT_SIMULATED:
        raise MissingError(f"for data sources of type {kind}")
    if kind not in SOURCES:
        raise bad_request(f"Unknown data source type {kind}")
    wanted = SOURCES[kind]
    if wanted and not given.get(wanted):
        raise bad_request(f"{wanted} is required for data sources of type {kind}")
    arn = f"{found.arn}/datasources/{given['name']}"
    return {"dataSourceArn": arn, **_without(given, "apiId")}


def _get_source(found: Api, given: Json) -> Json:
    return {"dataSource": _known(found.sources, given["name"], "data source")}


def _list_sources(found: Api, _given: Json) -> Json:
    return {"dataSources": list(found.sources.values())}


def _delete_source(found: Api, given: Json) -> Json:
    name = str(_known(found.sources, given["name"], "data source")["name"])
    users = [*found.functions.values(), *found.resolvers.values()]
    if any(user.get("dataSourceName") == name for user in users):
        raise bad_request(f"Data source {name} is still in use by a resolver or function")
    del found.sources[name]
    return {}


def _create_function(found: Api, given: Json) -> Json:
    identifier = new_id().replace("-", "")[:26]
    return _put_function(found, given, identifier)


def _update_function(found: Api, given: Json) -> Json:
    known = _known(found.functions, given["functionId"], "function")
    return _put_function(found, given, str(known["functionId"]))


def _put_function(found: Api, given: Json, identifier: str) -> Json:
    _known(found.sources, given.get("dataSourceName"), "data source")
    _check_code(given)
    found.functions[identifier] = {
        "functionId": identifier,
        "functionArn": f"{found.arn}/functions/{identifier}",
        "functionVersion": "2018-05-29",
        **_without(given, "apiId", "functionId"),
    }
    return {"functionConfiguration": found.functions[identifier]}


def _get_function(found: Api, given: Json) -> Json:
    return {"functionConfiguration": _known(found.functions, given["functionId"], "function")}


def _list_functions(found: Api, _given: Json) -> Json:
    return {"functions": list(found.functions.values())}


def _delete_function(found: Api, given: Json) -> Json:
    identifier = _known(found.functions, given["functionId"], "function")["functionId"]
    if any(identifier in _pipeline(resolver) for resolver in found.resolvers.values()):
        raise bad_request(f"Function {identifier} is still in use by a resolver")
    del found.functions[identifier]
    return {}


def _create_resolver(found: Api, given: Json) -> Json:
    key = str(given["typeName"]), str(given["fieldName"])
    if key in found.resolvers:
        raise bad_request(
            "Only one resolver is allowed per field. There is already a resolver on "
            f"{key[0]}.{key[1]}."
        )
    return _put_resolver(found, given, key)


def _update_resolver(found: Api, given: Json) -> Json:
    known = _resolver(found, given)
    return _put_resolver(found, given, (known["typeName"], known["fieldName"]))


def _put_resolver(found: Api, given: Json, key: tuple[str, str]) -> Json:
    kind = str(given.get("kind") or "UNIT")
    if given.get("cachingConfig"):
        raise MissingError("with cachingConfig")
    if kind == "UNIT":
        _known(found.sources, given.get("dataSourceName"), "data source")
    for identifier in _pipeline(given):
        _known(found.functions, identifier, "function")
    _check_code(given)
    arn = f"{found.arn}/types/{key[0]}/resolvers/{key[1]}"
    found.resolvers[key] = {"resolverArn": arn, "kind": kind, **_without(given, "apiId")}
    return {"resolver": found.resolvers[key]}


def _get_resolver(found: Api, given: Json) -> Json:
    return {"resolver": _resolver(found, given)}


def _list_resolvers(found: Api, given: Json) -> Json:
    of_type = [each for key, each in found.resolvers.items() if key[0] == given["typeName"]]
    return {"resolvers": of_type}


def _list_resolvers_of_function(found: Api, given: Json) -> Json:
    users = found.resolvers.values()
    return {"resolvers": [each for each in users if given["functionId"] in _pipeline(each)]}


def _delete_resolver(found: Api, given: Json) -> Json:
    known = _resolver(found, given)
    del found.resolvers[known["typeName"], known["fieldName"]]
    return {}


def _put_variables(found: Api, given: Json) -> Json:
    found.variables = dict(given.get("environmentVariables") or {})
    return {"environmentVariables": found.variables}


def _get_variables(found: Api, _given: Json) -> Json:
    return {"environmentVariables": found.variables}


OPERATIONS: Mapping[str, Callable[[Api, Json], Json]] = {
    "CreateDataSource": _create_source,
    "UpdateDataSource": _update_source,
    "GetDataSource": _get_source,
    "ListDataSources": _list_sources,
    "DeleteDataSource": _delete_source,
    "CreateFunction": _create_function,
    "UpdateFunction": _update_function,
    "GetFunction": _get_function,
    "ListFunctions": _list_functions,
    "DeleteFunction": _delete_function,
    "CreateResolver": _create_resolver,
    "UpdateResolver": _update_resolver,
    "GetResolver": _get_resolver,
    "ListResolvers": _list_resolvers,
    "ListResolversByFunction": _list_resolvers_of_function,
    "DeleteResolver": _delete_resolver,
    "PutGraphqlApiEnvironmentVariables": _put_variables,
    "GetGraphqlApiEnvironmentVariables": _get_variables,
}


def _resolver(found: Api, given: Json) -> Json:
    key = str(given["typeName"]), str(given["fieldName"])
    if key not in found.resolvers:
        raise not_found(f"No resolver found for {key[0]}.{key[1]}")
    return found.resolvers[key]


def _pipeline(resolver: Json) -> list[str]:
    return list((resolver.get("pipelineConfig") or {}).get("functions") or [])


def _known(things: Mapping[str, Json], name: Any, what: str) -> Json:
    if name not in things:
        raise not_found(f"No {what} found for {name}")
    return things[name]


def _check_code(given: Json) -> None:
    code, runtime = given.get("code"), given.get("runtime")
    if code and not runtime:
        raise bad_request("A runtime is required for code")
    if runtime and runtime.get("name") != "APPSYNC_JS":
        raise bad_request(f"Unknown runtime {runtime.get('name')}")
    if code and len(code) > MAX_CODE:
        raise bad_request(f"Code is longer than {MAX_CODE} characters")


def _without(given: Json, *names: str) -> Json:
    return {
        name: value for name, value in given.items() if name not in names and value is not None
    }
