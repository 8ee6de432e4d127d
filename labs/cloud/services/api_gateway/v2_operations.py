"""Operations that moto's API Gateway v2 lacks, as methods of its responses."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import yaml
from moto.apigatewayv2.exceptions import APIGatewayV2Error, BadRequestException
from moto.apigatewayv2.models import Api, Stage
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.moto_api._internal import mock_random

from labs.cloud.clock import clock
from labs.cloud.services.api_gateway import v2
from labs.cloud.services.api_gateway.http_api import openapi

type Answer = tuple[int, dict[str, str], str]
STAGE_FIELDS = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "stageVariables": "stage_variables",
}


class NotFoundError(APIGatewayV2Error):  # type: ignore[misc]
    """There is nothing of the id."""

    code = 404

    def __init__(self, text: str) -> None:
        super().__init__("NotFoundException", text)


def quick_create(api: Api, asked: dict[str, Any]) -> None:
    """What `create_api` makes of Target: one route to it, and a stage.

    https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
    """
    target = str(asked["target"])
    is_url = target.startswith("http")
    integration = api.create_integration(
        connection_type="INTERNET",
        description="",
        integration_method="ANY" if is_url else "POST",
        integration_type="HTTP_PROXY" if is_url else "AWS_PROXY",
        integration_uri=target,
        credentials_arn=asked.get("credentialsArn"),
        payload_format_version="1.0" if is_url else "2.0",
    )
    api.create_route(
        api_key_required=False,
        authorization_scopes=[],
        authorization_type="NONE",
        route_key=asked.get("routeKey") or "$default",
        target=f"integrations/{integration.id}",
    )
    api.create_stage({"stageName": "$default", "autoDeploy": True})


def check_deployment(api: Api, config: dict[str, Any]) -> None:
    """Raises NotFoundError: a stage names a deployment that is not there."""
    found = config.get("deploymentId")
    if found and found not in v2.deployments(api):
        raise NotFoundError(f"Invalid Deployment identifier specified {found}")


def _api(self: ApiGatewayV2Response) -> Api:
    return self.apigatewayv2_backend.get_api(self.path.split("/")[3])


def _last(self: ApiGatewayV2Response) -> str:
    return unquote(self.path.split("/")[-1])


def _answer(document: Any, status: int = 200) -> Answer:
    return status, {}, json.dumps(document)


def create_deployment(self: ApiGatewayV2Response) -> Answer:
    api, asked = _api(self), json.loads(self.body or "{}")
    if not api.routes:
        raise BadRequestException("At least one route is required before deploying the Api.")
    stage = asked.get("stageName")
    if stage and stage not in api.stages:
        raise NotFoundError(f"Invalid Stage identifier specified {stage}")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    unique = "".join(mock_random.choice(letters) for _ in range(6))
    v2.deployments(api)[unique] = {
        "createdDate": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": asked.get("description"),
        "definition": v2.of(api),
    }
    if stage:
        api.stages[stage].config["deploymentId"] = unique
    return _answer(_deployment(api, unique), 201)


def _deployment(api: Api, name: str) -> dict[str, Any]:
    found = v2.deployments(api).get(name)
    if found is None:
        raise NotFoundError(f"Invalid Deployment identifier specified {name}")
    return {
        "autoDeployed": False,
        "createdDate": found["createdDate"],
        "deploymentId": name,
        "deploymentStatus": "DEPLOYED",
        **({"description": found["description"]} if found["description"] else {}),
    }


def get_deployment(self: ApiGatewayV2Response) -> Answer:
    return _answer(_deployment(_api(self), _last(self)))


def get_deployments(self: ApiGatewayV2Response) -> Answer:
    api = _api(self)
    return _answer({"items": [_deployment(api, name) for name in v2.deployments(api)]})


def delete_deployment(self: ApiGatewayV2Response) -> Answer:
    api, name = _api(self), _last(self)
    _deployment(api, name)
    if any(stage.config.get("deploymentId") == name for stage in api.stages.values()):
        raise BadRequestException(
            "Active stages pointing to this deployment must be moved or deleted"
        )
    del v2.deployments(api)[name]
    return 204, {}, ""


def update_stage(self: ApiGatewayV2Response) -> Answer:
    api, asked = _api(self), json.loads(self.body or "{}")
    stage = api.get_stage(_last(self))
    check_deployment(api, asked)
    for name, attribute in STAGE_FIELDS.items():
        if name in asked:
            setattr(stage, attribute, asked[name])
    if "routeSettings" in asked:
        stage.route_settings = {**(stage.route_settings or {}), **asked["routeSettings"]}
    if asked.get("deploymentId"):
        stage.config["deploymentId"] = asked["deploymentId"]
    return _answer(_stage(stage))


def _stage(stage: Stage) -> dict[str, Any]:
    found: dict[str, Any] = stage.to_json()
    if stage.config.get("deploymentId"):
        found["deploymentId"] = stage.config["deploymentId"]
    return found


def get_authorizers(self: ApiGatewayV2Response) -> Answer:
    return _answer({"items": [one.to_json() for one in _api(self).authorizers.values()]})


def get_models(self: ApiGatewayV2Response) -> Answer:
    return _answer({"items": [one.to_json() for one in _api(self).models.values()]})


def get_route_responses(self: ApiGatewayV2Response) -> Answer:
    route = _api(self).get_route(self.path.split("/")[5])
    return _answer({"items": [one.to_json() for one in route.route_responses.values()]})


def import_api(self: ApiGatewayV2Response) -> Answer:
    """An HTTP API out of an OpenAPI 3 document."""
    document = yaml.safe_load(json.loads(self.body)["body"])
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3."):
        raise BadRequestException("Unsupported OpenAPI version; only OpenAPI 3 can be imported")
    info = document.get("info") or {}
    api = self.apigatewayv2_backend.create_api(
        api_key_selection_expression="",
        cors_configuration=None,
        description=str(info.get("description") or ""),
        disable_schema_validation="",
        disable_execute_api_endpoint="",
        name=str(info.get("title") or ""),
        protocol_type="HTTP",
        route_selection_expression="",
        tags={},
        version=str(info.get("version") or ""),
    )
    openapi.put(api, document)
    return _answer(api.to_json(), 201)


def reimport_api(self: ApiGatewayV2Response) -> Answer:
    """The same into an API that is there; its stages stay."""
    document = yaml.safe_load(json.loads(self.body)["body"])
    api = _api(self)
    api.routes.clear()
    api.integrations.clear()
    api.authorizers.clear()
    openapi.put(api, document)
    return _answer(api.to_json(), 201)


OPERATIONS: dict[str, Callable[[ApiGatewayV2Response], Answer]] = {
    "create_deployment": create_deployment,
    "get_deployment": get_deployment,
    "get_deployments": get_deployments,
    "delete_deployment": delete_deployment,
    "update_stage": update_stage,
    "get_authorizers": get_authorizers,
    "get_models": get_models,
    "get_route_responses": get_route_responses,
    "import_api": import_api,
}
