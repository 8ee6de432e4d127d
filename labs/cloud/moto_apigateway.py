"""Every place in which moto's API Gateway (v1) is bent, but for stages and plain refusals.

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
)
from moto.apigateway.models import APIGatewayBackend, RestAPI, UsagePlan
from moto.apigateway.responses import APIGatewayResponse

from labs.cloud import moto_apigateway_refusals, moto_apigateway_stages, routes
from labs.cloud.services.api_gateway import address
from labs.cloud.services.api_gateway.rest import openapi, operations, patches
from labs.cloud.simulation import has_current

_update_mocks = RestAPI.update_integration_mocks
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
_answer_integration = APIGatewayResponse.put_integration
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
    moto_apigateway_stages.patch()
    RestAPI.update_integration_mocks = _no_mocks
    RestAPI.create_authorizer = _make_authorizer
    RestAPI.apply_patch_operations = _change_api
    UsagePlan.apply_patch_operations = _change_plan
    APIGatewayBackend.create_resource = _make_resource
    APIGatewayBackend.delete_resource = _drop_resource
    APIGatewayBackend.put_method = _make_method
    APIGatewayBackend.put_integration = _make_integration
    APIGatewayBackend.import_rest_api = _import
    APIGatewayBackend.put_rest_api = _put
    for name, (message, call) in MISSING_KEYS.items():
        setattr(APIGatewayBackend, name, _or_not_found(message, call))
    APIGatewayResponse.put_integration = _respond_integration
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


def _respond_integration(self: APIGatewayResponse) -> Any:
    """moto forgets the cache's keys."""
    status, headers, body = _answer_integration(self)
    parts = self.path.split("/")
    made = self.backend.get_integration(parts[2], parts[4], parts[6])
    made.cache_key_parameters = self._get_param("cacheKeyParameters") or []
    return status, headers, json.dumps(made.to_json()) if status == 201 else body


def _make_authorizer(self: RestAPI, *arguments: Any, **options: Any) -> Any:
    """moto loses the validation expression by a slip of the pen."""
    authorizer = _create_authorizer(self, *arguments, **options)
    authorizer.identity_validation_expression = options.get("identiy_validation_expression")
    return authorizer


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
