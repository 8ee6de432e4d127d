"""Patch operations on what moto keeps and cannot change.

https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
"""

from collections.abc import Mapping
from typing import Any

METHOD = {
    "apiKeyRequired": "api_key_required",
    "authorizationType": "authorization_type",
    "authorizerId": "authorizer_id",
    "authorizationScopes": "authorization_scopes",
    "operationName": "operation_name",
    "requestValidatorId": "request_validator_id",
    "requestParameters": "request_parameters",
    "requestModels": "request_models",
}
INTEGRATION = {
    "uri": "uri",
    "httpMethod": "http_method",
    "credentials": "credentials",
    "passthroughBehavior": "passthrough_behaviour",
    "timeoutInMillis": "timeout_in_millis",
    "contentHandling": "content_handling",
    "connectionType": "connection_type",
    "cacheNamespace": "cache_namespace",
    "requestParameters": "request_parameters",
    "requestTemplates": "request_templates",
}
INTEGRATION_RESPONSE = {
    "selectionPattern": "selection_pattern",
    "contentHandling": "content_handling",
    "responseParameters": "response_parameters",
    "responseTemplates": "response_templates",
}
METHOD_RESPONSE = {
    "responseParameters": "response_parameters",
    "responseModels": "response_models",
}
GATEWAY_RESPONSE = {
    "statusCode": "status_code",
    "responseParameters": "response_parameters",
    "responseTemplates": "response_templates",
}
MODEL = {"description": "description", "schema": "schema"}
DOCUMENTS = {"requestParameters", "requestModels", "requestTemplates"} | {
    "responseParameters",
    "responseTemplates",
    "responseModels",
}


def unescaped(part: str) -> str:
    """A part of a path: "application~1json"."""
    return part.replace("~1", "/").replace("~0", "~")


def change(owner: Any, names: Mapping[str, str], operations: list[dict[str, Any]]) -> None:
    """Apply operations to an object of moto's whose attributes are `names`."""
    for operation in operations:
        first, _, rest = str(operation["path"]).removeprefix("/").partition("/")
        name = names.get(first)
        if name is None:
            continue
        is_removal = operation["op"] == "remove"
        if first in DOCUMENTS and rest:
            found = dict(getattr(owner, name) or {})
            found.pop(unescaped(rest), None)
            if not is_removal:
                found[unescaped(rest)] = _value(first, operation.get("value"))
            setattr(owner, name, found)
        elif is_removal:
            setattr(owner, name, None)
        else:
            setattr(owner, name, _value(first, operation.get("value")))


def _value(name: str, value: Any) -> Any:
    if value in ("true", "false") and name in ("apiKeyRequired", "requestParameters"):
        return value == "true"
    return int(value) if name == "timeoutInMillis" and value else value


def change_plan(plan: Any, operation: dict[str, Any]) -> bool:
    """What moto cannot change in a usage plan; False if this is something else."""
    path, value = str(operation["path"]), str(operation.get("value") or 0)
    parts = path.removeprefix("/").split("/")
    if parts[0] == "throttle" and len(parts) == 2 and operation["op"] != "remove":
        plan.throttle[parts[1]] = float(value) if parts[1] == "rateLimit" else int(value)
        return True
    if parts[0] != "apiStages" or len(parts) < 3:
        return False
    api, _, stage = parts[1].partition(":")
    for found in plan.api_stages:
        if (found["apiId"], found["stage"]) == (api, stage):
            _change_throttle(found, parts[3:], operation)
    return True


def _change_throttle(found: dict[str, Any], parts: list[str], operation: dict[str, Any]) -> None:
    """/apiStages/<api>:<stage>/throttle/<path>/<method>/rateLimit"""
    throttle = found.setdefault("throttle", {})
    if operation["op"] == "remove":
        throttle.pop("/".join(unescaped(part) for part in parts), None)
        return
    *method, name = parts
    of_method = throttle.setdefault("/".join(unescaped(part) for part in method), {})
    value = str(operation.get("value") or 0)
    of_method[name] = float(value) if name == "rateLimit" else int(value)
