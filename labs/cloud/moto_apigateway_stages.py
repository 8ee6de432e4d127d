"""Every place in which moto's stages and deployments of REST APIs are bent.

A deployment is a snapshot, and a stage may have a canary. Each seam has a test that fails when a
new moto moves what stands here.
"""

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException, NotFoundException, StageStillActive
from moto.apigateway.models import RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse

from labs.cloud.services.api_gateway.rest import canaries, definition
from labs.cloud.simulation import has_current

_create_deployment = RestAPI.create_deployment
_create_stage = RestAPI.create_stage
_patch_stage = Stage.apply_operations
_plain_stage = Stage.to_json
_answer_deployment = APIGatewayResponse.create_deployment
_answer_stage = APIGatewayResponse.create_stage


def patch() -> None:
    """Put the seams in, before moto starts."""
    RestAPI.create_deployment = _deploy
    RestAPI.create_stage = _make_stage
    RestAPI.delete_deployment = _drop_deployment
    Stage.apply_operations = _change_stage
    Stage.to_json = _stage_json
    APIGatewayResponse.create_deployment = _respond_deployment
    APIGatewayResponse.create_stage = _respond_stage


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


def _stage_json(self: Stage) -> dict[str, Any]:
    found: dict[str, Any] = _plain_stage(self)
    canary = canaries.of(self)
    return {**found, "canarySettings": canary} if canary else found


def _make_stage(self: RestAPI, name: str, deployment_id: str, *rest: Any, **more: Any) -> Any:
    if has_current() and deployment_id not in self.deployments:
        raise BadRequestException("Deployment id does not exist")
    return _create_stage(self, name, deployment_id, *rest, **more)


def _drop_deployment(self: RestAPI, deployment_id: str) -> Any:
    if deployment_id not in self.deployments:
        raise NotFoundException("Invalid Deployment identifier specified")
    if any(stage.deployment_id == deployment_id for stage in self.stages.values()):
        raise StageStillActive
    return self.deployments.pop(deployment_id)


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
