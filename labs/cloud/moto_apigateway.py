"""Every place in which moto's API Gateway (v1) is bent: snapshots, refusals, what it lacks.

Each seam has a test that fails when a new moto moves what stands here.
"""

import functools
import json
from collections.abc import Callable
from typing import Any

import moto.apigateway.urls
from moto.apigateway.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    RoleNotSpecified,
    StageStillActive,
)
from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage, UsagePlan
from moto.apigateway.responses import APIGatewayResponse

from labs.cloud import moto_apigateway_refusals, routes
from labs.cloud.services.api_gateway import address
from labs.cloud.services.api_gateway.rest import canaries, definition, openapi, operations, patches
from labs.cloud.simulation import has_current

_update_mocks = RestAPI.update_integration_mocks
_create_deployment = RestAPI.create_deployment
_create_stage = RestAPI.create_stage
_create_authorizer = RestAPI.create_authorizer
_create_resource = APIGatewayBackend.create_resource
_delete_resource = APIGatewayBackend.delete_resource
_put_method = APIGatewayBackend.put_method
_put_integration = APIGatewayBackend.put_integration
_delete_rest_api = APIGatewayBackend.delete_rest_api
_import_rest_api = APIGatewayBackend.import_rest_api
_put_rest_api = APIGatewayBackend.put_rest_api
_patch_api = RestAPI.apply_patch_operations
_patch_plan = UsagePlan.apply_patch_operations
_patch_stage = Stage.apply_operations
_answer_deployment = APIGatewayResponse.create_deployment
_answer_stage = APIGatewayResponse.create_stage
_answer_integration = APIGatewayResponse.put_integration
_plain_stage = Stage.to_json
PATHS = (
    "/usageplans/(?P<usage_plan_id>[^/]+)/usage",
    "/restapis/(?P<function_id>[^/]+)/stages/(?P<stage_name>[^/]+)/cache/data",
    "/restapis/(?P<function_id>[^/]+)/stages/(?P<stage_name>[^/]+)/cache/authorizers",
)
TYPES = ("HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS")


def patch() -> None:
    """Put the seams in, before moto starts."""
    routes.add("execute-api", address.HOST, address.answer)
    moto_apigateway_refusals.patch()
    RestAPI.update_integration_mocks = _no_mocks
    RestAPI.create_deployment = _deploy
    RestAPI.create_stage = _make_stage
    RestAPI.create_authorizer = _make_authorizer
    RestAPI.apply_patch_operations = _change_api
    UsagePlan.apply_patch_operations = _change_plan
    Stage.apply_operations = _change_stage
    APIGatewayBackend.create_resource = _make_resource
    APIGatewayBackend.delete_resource = _drop_resource
    APIGatewayBackend.put_method = _make_method
    APIGatewayBackend.put_integration = _make_integration
    APIGatewayBackend.import_rest_api = _import
    APIGatewayBackend.put_rest_api = _put
    RestAPI.delete_deployment = _drop_deployment
    for name, (message, call) in MISSING_KEYS.items():
        setattr(APIGatewayBackend, name, _or_not_found(message, call))
    APIGatewayResponse.create_deployment = _respond_deployment
    APIGatewayResponse.create_stage = _respond_stage
    APIGatewayResponse.put_integration = _respond_integration
    Stage.to_json = _stage_json
    for path in PATHS:
        moto.apigateway.urls.url_paths[f"{{0}}{path}$"] = APIGatewayResponse.dispatch
    for name, operation in operations.OPERATIONS.items():
        setattr(APIGatewayResponse, name, operation)


# What moto answers with a KeyError where there is nothing of the name.
MISSING_KEYS: dict[str, tuple[str, Callable[..., Any]]] = {
    "delete_rest_api": ("Invalid API identifier specified", _delete_rest_api),
    "get_deployment": (
        "Invalid Deployment identifier specified",
        APIGatewayBackend.get_deployment,
    ),
    "delete_usage_plan": (
        "Invalid Usage Plan ID specified",
        APIGatewayBackend.delete_usage_plan,
    ),
    "delete_usage_plan_key": (
        "Invalid API Key identifier specified",
        APIGatewayBackend.delete_usage_plan_key,
    ),
    "delete_authorizer": (
        "Invalid Authorizer identifier specified",
        APIGatewayBackend.delete_authorizer,
    ),
    "delete_request_validator": (
        "Invalid Request Validator identifier specified",
        APIGatewayBackend.delete_request_validator,
    ),
    "update_request_validator": (
        "Invalid Request Validator identifier specified",
        APIGatewayBackend.update_request_validator,
    ),
    "delete_integration": (
        "Invalid Integration identifier specified",
        APIGatewayBackend.delete_integration,
    ),
    "get_base_path_mappings": (
        "Invalid domain name identifier specified",
        APIGatewayBackend.get_base_path_mappings,
    ),
}


def _or_not_found(message: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def calling(self: APIGatewayBackend, *arguments: Any, **options: Any) -> Any:
        try:
            return call(self, *arguments, **options)
        except KeyError:
            raise NotFoundException(message) from None

    return calling


def _no_mocks(self: RestAPI, stage_name: str) -> None:
    """An account answers execute-api itself; moto would through the library `responses`."""
    if not has_current():
        _update_mocks(self, stage_name)


def _deploy(self: RestAPI, name: str, description: str, stage_variables: Any = None) -> Any:
    """A deployment is a snapshot, and leaves a stage that is there its settings."""
    known = self.stages.get(name)
    deployment = _create_deployment(self, name, description, stage_variables)
    deployment.coldstart_definition = definition.of(self)
    if known is not None:
        known.deployment_id = deployment.id
        known.variables = {**known.variables, **(stage_variables or {})}
        self.stages[name] = known
    return deployment


def _respond_deployment(self: APIGatewayResponse) -> Any:
    """One with canarySettings becomes the canary of its stage."""
    asked = self._get_param("canarySettings")
    if not asked or not has_current():
        return _answer_deployment(self)
    api = self.backend.get_rest_api(self.path.split("/")[2])
    stage = api.stages.get(self._get_param("stageName") or "")
    if stage is None:
        raise BadRequestException(
            "Invalid deployment content specified. Non null and non empty stageName must be "
            "provided for an existing stage when canarySettings are specified."
        )
    before, variables = stage.deployment_id, dict(stage.variables)
    canary = canaries.settings(asked, "")
    answer = _answer_deployment(self)
    stage.coldstart_canary = {**canary, "deploymentId": stage.deployment_id}
    stage.deployment_id, stage.variables = before, variables
    return answer


def _respond_stage(self: APIGatewayResponse) -> Any:
    answer = _answer_stage(self)
    asked = self._get_param("canarySettings")
    if not asked or not has_current():
        return answer
    stage = self.backend.get_stage(self.path.split("/")[2], self._get_param("stageName"))
    deployment = str(asked.get("deploymentId") or stage.deployment_id)
    stage.coldstart_canary = canaries.settings(asked, deployment)
    return answer[0], answer[1], json.dumps(stage.to_json())


def _respond_integration(self: APIGatewayResponse) -> Any:
    """moto forgets the cache's keys."""
    status, headers, body = _answer_integration(self)
    parts = self.path.split("/")
    made = self.backend.get_integration(parts[2], parts[4], parts[6])
    made.cache_key_parameters = self._get_param("cacheKeyParameters") or []
    return status, headers, json.dumps(made.to_json()) if status == 201 else body


def _stage_json(self: Stage) -> dict[str, Any]:
    found: dict[str, Any] = _plain_stage(self)
    canary = canaries.of(self)
    return {**found, "canarySettings": canary} if canary else found


def _make_stage(self: RestAPI, name: str, deployment_id: str, *rest: Any, **more: Any) -> Any:
    if has_current() and deployment_id not in self.deployments:
        raise BadRequestException("Deployment id does not exist")
    return _create_stage(self, name, deployment_id, *rest, **more)


def _make_authorizer(self: RestAPI, *arguments: Any, **options: Any) -> Any:
    """moto loses the validation expression by a slip of the pen."""
    authorizer = _create_authorizer(self, *arguments, **options)
    authorizer.identity_validation_expression = options.get("identiy_validation_expression")
    return authorizer


def _drop_deployment(self: RestAPI, deployment_id: str) -> Any:
    if deployment_id not in self.deployments:
        raise NotFoundException("Invalid Deployment identifier specified")
    if any(stage.deployment_id == deployment_id for stage in self.stages.values()):
        raise StageStillActive
    return self.deployments.pop(deployment_id)


def _change_api(self: RestAPI, patch_operations: list[dict[str, Any]]) -> None:
    """Binary media types are named by the path: /binaryMediaTypes/image~1png."""
    rest = []
    for operation in patch_operations:
        if operation["path"] == "/policy":
            moto_apigateway_refusals.check_policy(str(operation.get("value") or ""))
        _, _, kind = str(operation["path"]).partition("/binaryMediaTypes/")
        if not kind:
            rest.append(operation)
            continue
        plain = patches.unescaped(kind)
        kept = [one for one in self.binaryMediaTypes if one != plain]
        added = [] if operation["op"] == "remove" else [operation.get("value") or plain]
        self.binaryMediaTypes = kept + added
    _patch_api(self, rest)


def _change_plan(self: UsagePlan, patch_operations: list[dict[str, Any]]) -> None:
    _patch_plan(self, [one for one in patch_operations if not patches.change_plan(self, one)])


def _change_stage(self: Stage, patch_operations: list[dict[str, Any]]) -> Stage:
    rest = []
    for operation in patch_operations:
        _, _, variable = str(operation["path"]).partition("/variables/")
        if canaries.change(self, operation):
            continue
        if variable and operation["op"] == "add":
            self.variables[variable] = operation.get("value")
        else:
            rest.append(operation)
    return _patch_stage(self, rest)


def _make_resource(
    self: APIGatewayBackend, function_id: str, parent_resource_id: str, path_part: str
) -> Any:
    api = self.get_rest_api(function_id)
    if has_current() and path_part:
        if parent_resource_id not in api.resources:
            raise NotFoundException("Invalid Resource identifier specified")
        for found in api.resources.values():
            if (found.parent_id, found.path_part) == (parent_resource_id, path_part):
                raise ConflictException(
                    f"Another resource with the same parent already has this name: {path_part}"
                )
    return _create_resource(self, function_id, parent_resource_id, path_part)


def _drop_resource(self: APIGatewayBackend, function_id: str, resource_id: str) -> Any:
    """With all that lies below it."""
    api = self.get_rest_api(function_id)
    if resource_id not in api.resources:
        raise NotFoundException("Invalid Resource identifier specified")
    if has_current() and not api.resources[resource_id].parent_id:
        raise BadRequestException("Root resource cannot be deleted")
    children = [one.id for one in api.resources.values() if one.parent_id == resource_id]
    for child in children:
        _drop_resource(self, function_id, child)
    return _delete_resource(self, function_id, resource_id)


def _make_method(
    self: APIGatewayBackend,
    function_id: str,
    resource_id: str,
    method_type: str,
    *a: Any,
    **o: Any,
) -> Any:
    resource = self.get_resource(function_id, resource_id)
    if has_current() and method_type in resource.resource_methods:
        raise ConflictException("Method already exists for this resource")
    return _put_method(self, function_id, resource_id, method_type, *a, **o)


def _make_integration(
    self: APIGatewayBackend,
    function_id: str,
    resource_id: str,
    method_type: str,
    integration_type: str,
    uri: str | None = None,
    *arguments: Any,
    **options: Any,
) -> Any:
    resource = self.get_resource(function_id, resource_id)
    if method_type not in resource.resource_methods:
        raise NotFoundException("Invalid Method identifier specified")
    if integration_type not in TYPES:
        raise BadRequestException(
            "1 validation error detected: Value at 'putIntegrationInput.type' failed to satisfy "
            f"constraint: Member must satisfy enum value set: [{', '.join(TYPES)}]"
        )
    if integration_type != "MOCK" and not uri:
        raise BadRequestException("Enumeration value for HttpMethod must be non-empty")
    if has_current() and integration_type == "AWS" and not options.get("credentials"):
        _check_role(str(uri))
    before = resource.resource_methods[method_type].method_integration
    if not arguments:
        options.setdefault("integration_method", None)
    made = _put_integration(
        self,
        function_id,
        resource_id,
        method_type,
        integration_type,
        uri,
        *arguments,
        **options,
    )
    if before is not None and has_current():
        made.integration_responses = before.integration_responses
    return made


def _check_role(uri: str) -> None:
    """Only a function can let an API in by a policy of its own."""
    if uri.startswith("arn:") and ":lambda:path/" not in uri:
        raise RoleNotSpecified


def _import(self: APIGatewayBackend, api_doc: dict[str, Any], fail_on_warnings: bool) -> Any:
    if not has_current():
        return _import_rest_api(self, api_doc, fail_on_warnings)
    info = api_doc.get("info") or {}
    api = self.create_rest_api(
        name=str(info.get("title", "")), description=info.get("description")
    )
    return openapi.put(self, api, api_doc, "overwrite")


def _put(
    self: APIGatewayBackend,
    function_id: str,
    api_doc: dict[str, Any],
    fail_on_warnings: bool,
    mode: str = "merge",
) -> Any:
    if not has_current():
        return _put_rest_api(self, function_id, api_doc, fail_on_warnings, mode)
    return openapi.put(self, self.get_rest_api(function_id), api_doc, mode)
