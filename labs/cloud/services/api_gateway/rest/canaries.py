"""Canary releases: a share of a stage's requests gets another deployment.

https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
"""

from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.moto_api._internal import mock_random

PREFIX = "/canarySettings"


def of(stage: Any) -> dict[str, Any] | None:
    """A stage's settings: {deploymentId, percentTraffic, stageVariableOverrides, ...}."""
    found: dict[str, Any] | None = getattr(stage, "coldstart_canary", None)
    return found


def settings(asked: dict[str, Any], deployment_id: str) -> dict[str, Any]:
    """The settings of a request, with what they have by default."""
    percent = float(asked.get("percentTraffic") or 0)
    if not 0 <= percent <= 100:
        raise BadRequestException("Canary percentTraffic must be between 0.0 and 100.0")
    return {
        "deploymentId": deployment_id,
        "percentTraffic": percent,
        "useStageCache": bool(asked.get("useStageCache")),
        **(
            {"stageVariableOverrides": dict(asked["stageVariableOverrides"])}
            if asked.get("stageVariableOverrides")
            else {}
        ),
    }


def chosen(stage: Any) -> tuple[str, dict[str, str]]:
    """The deployment and the stage variables of one request."""
    canary = of(stage)
    variables = dict(stage.variables or {})
    if canary and mock_random.random() * 100 < canary["percentTraffic"]:
        overrides = canary.get("stageVariableOverrides") or {}
        return str(canary["deploymentId"]), {**variables, **overrides}
    return str(stage.deployment_id or ""), variables


def change(stage: Any, operation: dict[str, Any]) -> bool:
    """Apply a patch operation about a canary; False if it is about something else."""
    path, source = str(operation["path"]), str(operation.get("from") or "")
    if operation["op"] == "copy" and source.startswith(PREFIX):
        _promote(stage, path, source)
        return True
    if not path.startswith(PREFIX):
        return False
    if operation["op"] == "remove" and path == PREFIX:
        stage.coldstart_canary = None
        return True
    canary = dict(of(stage) or settings({}, stage.deployment_id))
    _change(canary, path.removeprefix(f"{PREFIX}/"), operation)
    stage.coldstart_canary = canary
    return True


def _promote(stage: Any, path: str, source: str) -> None:
    canary = of(stage)
    if canary is None:
        raise BadRequestException("Promotion not available. Canary does not exist.")
    if path == "/deploymentId":
        stage.deployment_id = canary["deploymentId"]
    elif path == "/variables" and source.endswith("/stageVariableOverrides"):
        stage.variables = {**stage.variables, **canary.get("stageVariableOverrides", {})}


def _change(canary: dict[str, Any], name: str, operation: dict[str, Any]) -> None:
    first, _, variable = name.partition("/")
    value = operation.get("value")
    if first == "stageVariableOverrides" and variable:
        overrides = dict(canary.get("stageVariableOverrides") or {})
        overrides.pop(variable, None)
        if operation["op"] != "remove":
            overrides[variable] = value
        canary["stageVariableOverrides"] = overrides
    elif operation["op"] == "remove":
        canary.pop(first, None)
    elif first == "percentTraffic":
        canary[first] = float(str(value))
    elif first == "useStageCache":
        canary[first] = value == "true"
    else:
        canary[first] = value
