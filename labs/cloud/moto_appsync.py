"""Every place in which moto's AppSync is bent: what it lacks of the API, and its address."""

import json
from collections.abc import Callable
from typing import Any

import moto.appsync.models
import moto.appsync.urls
from graphql import GraphQLError
from moto.appsync.models import AppSyncBackend, GraphqlSchema
from moto.appsync.responses import AppSyncResponse
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores

from labs.cloud import routes
from labs.cloud.services.appsync import endpoint, evaluation, registry
from labs.cloud.services.appsync import schema as schemas
from labs.cloud.services.appsync.evaluation import Context, ResolverError
from labs.cloud.simulation import has_current

_ROOT, _API = "{0}/v1", "{0}/v1/apis/(?P<api_id>[^/]+)"
PATHS = (
    f"{_API}/datasources$",
    f"{_API}/datasources/(?P<name>[^/]+)$",
    f"{_API}/functions$",
    f"{_API}/functions/(?P<function_id>[^/]+)$",
    f"{_API}/functions/(?P<function_id>[^/]+)/resolvers$",
    f"{_API}/types/(?P<type_name>[^/]+)/resolvers$",
    f"{_API}/types/(?P<type_name>[^/]+)/resolvers/(?P<field_name>[^/]+)$",
    f"{_API}/environmentVariables$",
    f"{_ROOT}/dataplane-evaluatecode$",
    f"{_ROOT}/dataplane-evaluatetemplate$",
)
WITH_URIS = ("create_graphql_api", "get_graphql_api", "update_graphql_api", "list_graphql_apis")

_parse_definition = GraphqlSchema._parse_graphql_definition
_delete_api = AppSyncBackend.delete_graphql_api


def patch() -> None:
    """Put the seams in, before moto starts."""
    known = moto.appsync.urls.url_paths
    # Before moto's own, one of which takes all that begins with a type's name.
    moto.appsync.urls.url_paths = dict.fromkeys(PATHS, AppSyncResponse.dispatch) | known
    for name, operation in registry.OPERATIONS.items():
        setattr(AppSyncResponse, camelcase_to_underscores(name), _answering(operation))
    AppSyncResponse.evaluate_code = _evaluate_code
    AppSyncResponse.evaluate_mapping_template = _evaluate_template
    for name in WITH_URIS:
        answering = getattr(AppSyncResponse, name)
        if not hasattr(answering, "coldstart"):
            setattr(AppSyncResponse, name, _with_address(answering))
    GraphqlSchema._parse_graphql_definition = _parse_graphql_definition
    AppSyncBackend.delete_graphql_api = _delete_graphql_api
    routes.add("appsync", endpoint.HOST, endpoint.answer)


def _answering(
    operation: Callable[[registry.Api, dict[str, Any]], dict[str, Any]],
) -> Callable[[AppSyncResponse], ActionResult]:
    def answering(self: AppSyncResponse) -> ActionResult:
        given = self._get_params()
        api = self.appsync_backend.get_graphql_api(given["apiId"])
        return ActionResult(operation(registry.api(api.api_id, api.arn), given))

    return answering


def _with_address(answering: Callable[[AppSyncResponse], ActionResult]) -> Any:
    def answer(self: AppSyncResponse) -> ActionResult:
        found = answering(self)
        content = found.result
        for described in content.get("graphqlApis") or [content.get("graphqlApi")]:
            if described and has_current():
                api = self.appsync_backend.get_graphql_api(described["apiId"])
                described["uris"] = {
                    "GRAPHQL": endpoint.address(api),
                    "REALTIME": endpoint.address(api)
                    .replace("https://", "wss://")
                    .replace("appsync-api", "appsync-realtime-api"),
                }
        return found

    answer.coldstart = True  # type: ignore[attr-defined]
    return answer


def _parse_graphql_definition(self: GraphqlSchema) -> None:
    """moto looks at the syntax alone: a field of a type that is not there is no error."""
    _parse_definition(self)
    if self.status != "SUCCESS" or not has_current():
        return
    text = self.definition.decode() if isinstance(self.definition, bytes) else self.definition
    try:
        schemas.build(text)
    except (GraphQLError, TypeError) as error:
        self.status, self.parse_error = "FAILED", str(error)


def _delete_graphql_api(self: AppSyncBackend, api_id: str) -> None:
    _delete_api(self, api_id)
    if has_current():
        registry.forget(api_id)


def _evaluate_code(self: AppSyncResponse) -> ActionResult:
    given = self._get_params()
    return _evaluated(given["function"], {"code": given["code"]}, given["context"])


def _evaluate_template(self: AppSyncResponse) -> ActionResult:
    given = self._get_params()
    return _evaluated("request", {"requestMappingTemplate": given["template"]}, given["context"])


def _evaluated(step: str, unit: dict[str, Any], text: str) -> ActionResult:
    try:
        given = json.loads(text)
    except ValueError:
        raise registry.bad_request("The context is no JSON") from None
    context = Context(
        given.get("arguments") or given.get("args") or {},
        given.get("source"),
        given.get("identity"),
        given.get("request") or {},
        given.get("info") or {"fieldName": "", "parentTypeName": ""},
        stash=given.get("stash") or {},
        prev=(given.get("prev") or {}).get("result"),
        result=given.get("result"),
        error=given.get("error"),
    )
    try:
        value = evaluation.run(step, unit, context).value
    except ResolverError as error:
        return ActionResult({"error": {"message": error.message}, "logs": context.logs})
    return ActionResult(
        {
            "evaluationResult": json.dumps(value),
            "logs": context.logs,
            "stash": json.dumps(context.stash),
            "outErrors": json.dumps(context.out_errors),
        }
    )
