"""Every place in which moto's API Gateway v2 is bent: deployments, quick create, imports.

Each seam has a test that fails when a new moto moves what stands here.
"""

import json
from collections.abc import Callable
from typing import Any

import moto.apigateway.urls
import moto.apigatewayv2.urls
from moto.apigatewayv2.exceptions import APIGatewayV2Error, BadRequestException, StageNotFound
from moto.apigatewayv2.models import Api
from moto.apigatewayv2.responses import ApiGatewayV2Response

from labs.cloud.services.api_gateway import v2_operations
from labs.cloud.simulation import has_current

_create_api = ApiGatewayV2Response.create_api
_create_stage = Api.create_stage
_create_route = Api.create_route
_delete_stage = Api.delete_stage
PATHS = (
    "/v2/apis/(?P<api_id>[^/]+)/deployments",
    "/v2/apis/(?P<api_id>[^/]+)/deployments/(?P<deployment_id>[^/]+)",
    "/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)/cache/authorizers",
)


class ConflictError(APIGatewayV2Error):  # type: ignore[misc]
    """Something of the name is there already."""

    code = 409

    def __init__(self, text: str) -> None:
        super().__init__("ConflictException", text)


def patch() -> None:
    """Put the seams in, before moto starts."""
    for module in (moto.apigateway.urls, moto.apigatewayv2.urls):
        for path in PATHS:
            module.url_paths[f"{{0}}{path}$"] = ApiGatewayV2Response.dispatch
    ApiGatewayV2Response.create_api = _make_api
    Api.create_stage = _make_stage
    Api.create_route = _make_route
    Api.delete_stage = _drop_stage
    for name, operation in v2_operations.OPERATIONS.items():
        setattr(ApiGatewayV2Response, name, operation)


def _make_api(self: ApiGatewayV2Response) -> tuple[int, dict[str, str], str]:
    """With Target a default route, its integration and a stage that deploys by itself."""
    status, headers, body = _create_api(self)
    asked, made = json.loads(self.body), json.loads(body)
    if has_current() and asked.get("target") and status == 200:
        api = self.apigatewayv2_backend.get_api(made["apiId"])
        v2_operations.quick_create(api, asked)
    return status, headers, body


def _make_stage(self: Api, config: dict[str, Any]) -> Any:
    if not has_current():
        return _create_stage(self, config)
    name = str(config.get("stageName") or "")
    if name in self.stages:
        raise ConflictError("Stage already exists")
    v2_operations.check_deployment(self, config)
    return _create_stage(self, config)


def _make_route(self: Api, *arguments: Any, **options: Any) -> Any:
    key = str(options.get("route_key") or "")
    if has_current():
        if any(route.route_key == key for route in self.routes.values()):
            raise ConflictError(f"Route with key {key} already exists for this API")
        if self.protocol_type == "HTTP" and key != "$default" and " /" not in key:
            raise BadRequestException(
                "The provided route key is not formatted properly for HTTP protocol. "
                "Format should be '<HTTP METHOD> /<RESOURCE PATH>' or '$default'"
            )
    return _create_route(self, *arguments, **options)


def _drop_stage(self: Api, stage_name: str) -> None:
    if has_current() and stage_name not in self.stages:
        raise StageNotFound
    _delete_stage(self, stage_name)


# For the tests: what is replaced, by its name.
SEAMS: dict[str, Callable[..., Any]] = {
    "create_stage": _create_stage,
    "create_route": _create_route,
    "delete_stage": _delete_stage,
}
