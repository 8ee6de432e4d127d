"""Operations that moto's API Gateway lacks, as methods of its responses."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from moto.apigateway.exceptions import NotFoundException
from moto.apigateway.responses import APIGatewayResponse

from labs.cloud.clock import clock
from labs.cloud.http_payloads import HttpRequest, HttpResponse, multiple
from labs.cloud.services.api_gateway import policies
from labs.cloud.services.api_gateway.rest import (
    authorizers,
    caches,
    definition,
    gateway,
    gateway_responses,
    patches,
    routing,
)
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError
from labs.cloud.services.api_gateway.throttles import Limits
from labs.cloud.simulation import current

type Answer = tuple[int, dict[str, Any], str]
TEST_STAGE = "test-invoke-stage"


def _parts(self: APIGatewayResponse) -> list[str]:
    return [*self.path.split("/"), "", "", ""]


def _method(self: APIGatewayResponse) -> Any:
    parts = _parts(self)
    return self.backend.get_method(parts[2], parts[4], parts[6])


def _changed(owner: Any, names: dict[str, str], self: APIGatewayResponse) -> str:
    patches.change(owner, names, self._get_param("patchOperations") or [])
    return json.dumps(owner.to_json())


def update_method(self: APIGatewayResponse) -> str:
    return _changed(_method(self), patches.METHOD, self)


def update_method_response(self: APIGatewayResponse) -> str:
    found = _method(self).get_response(_parts(self)[8])
    if found is None:
        raise NotFoundException("Invalid Response status code specified")
    return _changed(found, patches.METHOD_RESPONSE, self)


def update_integration(self: APIGatewayResponse) -> str:
    found = _method(self).method_integration
    if found is None:
        raise NotFoundException("Invalid Integration identifier specified")
    return _changed(found, patches.INTEGRATION, self)


def update_integration_response(self: APIGatewayResponse) -> str:
    parts = _parts(self)
    found = self.backend.get_integration_response(parts[2], parts[4], parts[6], parts[9])
    return _changed(found, patches.INTEGRATION_RESPONSE, self)


def update_gateway_response(self: APIGatewayResponse) -> str:
    parts = _parts(self)
    api = self.backend.get_rest_api(parts[2])
    kind = parts[4]
    if kind not in gateway_responses.KINDS:
        raise NotFoundException("Gateway response not found")
    if kind not in api.gateway_responses:
        api.put_gateway_response(kind, None, {}, {})
    return _changed(api.gateway_responses[kind], patches.GATEWAY_RESPONSE, self)


def update_model(self: APIGatewayResponse) -> str:
    parts = _parts(self)
    return _changed(self.backend.get_model(parts[2], parts[4]), patches.MODEL, self)


def update_resource(self: APIGatewayResponse) -> str:
    parts = _parts(self)
    resource = self.backend.get_resource(parts[2], parts[4])
    for operation in self._get_param("patchOperations") or []:
        if operation["path"] == "/pathPart":
            resource.path_part = operation["value"]
        elif operation["path"] == "/parentId":
            resource.parent_id = operation["value"]
    return json.dumps(resource.to_dict())


def update_deployment(self: APIGatewayResponse) -> str:
    parts = _parts(self)
    deployment = self.backend.get_deployment(parts[2], parts[4])
    for operation in self._get_param("patchOperations") or []:
        if operation["path"] == "/description":
            deployment.description = operation.get("value")
    return json.dumps(deployment.to_json())


def test_invoke_method(self: APIGatewayResponse) -> str:
    """A method as it is now, without deployment, authorizer or key."""
    parts = _parts(self)
    api = definition.of(self.backend.get_rest_api(parts[2]))
    self.backend.get_method(parts[2], parts[4], parts[6])
    resource = next(one for one in api.resources if one.id == parts[4])
    call = _test_call(self, api, resource.path)
    call.resource, call.method = resource, resource.methods[parts[6]]
    call.request = HttpRequest(
        parts[6], call.request.host, call.path, call.request.query, *_sent(call.request)
    )
    found = routing.find((resource,), parts[6], call.path)
    call.path_parameters = found[2] if found else {}
    started = clock.millis()
    call.log.append(f"Execution log for request {call.request_id}")
    call.log.append(f"HTTP Method: {parts[6]}, Resource Path: {call.path}")
    answer = gateway.perform_alone(call)
    call.log.append(f"Method completed with status: {answer.status}")
    return _test_answer(call, answer, clock.millis() - started)


def _sent(request: HttpRequest) -> tuple[Any, bytes, str]:
    return request.headers, request.body, "test-invoke-source-ip"


def _test_call(self: APIGatewayResponse, api: definition.Definition, default: str) -> Call:
    asked = json.loads(self.body or "{}")
    address = urlsplit(asked.get("pathWithQueryString") or default)
    headers = dict(asked.get("headers") or {})
    several = [
        (name, value)
        for name, values in (asked.get("multiValueHeaders") or {}).items()
        for value in values
    ]
    body = str(asked.get("body") or "").encode()
    request = HttpRequest(
        "GET",
        f"{api.api_id}.execute-api.{api.region}.amazonaws.com",
        address.path or "/",
        urlencode(parse_qsl(address.query, keep_blank_values=True)),
        (*headers.items(), *several),
        body,
    )
    variables = dict(asked.get("stageVariables") or {})
    return Call(api, request, request.path, TEST_STAGE, variables, is_test=True)


def _test_answer(call: Call, answer: HttpResponse, latency_ms: float) -> str:
    moment = clock.now().strftime("%a %b %d %H:%M:%S UTC %Y")
    return json.dumps(
        {
            "status": answer.status,
            "body": answer.body.decode("utf-8", "replace"),
            "headers": dict(answer.headers),
            "multiValueHeaders": multiple(answer.headers),
            "log": "".join(f"{moment} : {line}\n" for line in call.log),
            "latency": int(latency_ms),
        }
    )


def test_invoke_authorizer(self: APIGatewayResponse) -> str:
    """What an authorizer answers to these headers."""
    parts = _parts(self)
    api = definition.of(self.backend.get_rest_api(parts[2]))
    authorizer = self.backend.get_authorizer(parts[2], parts[4]).to_json()
    call = _test_call(self, api, "/")
    try:
        answer = authorizers.ask(call, authorizer)
    except GatewayError as error:
        status = gateway_responses.KINDS[error.kind].status
        return json.dumps({"clientStatus": status, "log": "\n".join(call.log), "latency": 1})
    arn = api.arn(TEST_STAGE, "GET", call.path)
    decision = policies.by_authorizer(answer["policyDocument"], str(answer["principalId"]), arn)
    return json.dumps(
        {
            "clientStatus": 0 if decision.is_allowed else 403,
            "log": "\n".join(call.log),
            "latency": answer.get("integrationLatency", 0),
            "principalId": answer["principalId"],
            "policy": json.dumps(answer["policyDocument"]),
            "authorization": {
                name: [str(value)] for name, value in (answer.get("context") or {}).items()
            },
        }
    )


def flush_stage_cache(self: APIGatewayResponse) -> Answer:
    parts = _parts(self)
    self.backend.get_stage(parts[2], parts[4])
    caches.flush(parts[2], parts[4])
    return 202, {"status": 202}, ""


def flush_stage_authorizers_cache(self: APIGatewayResponse) -> Answer:
    parts = _parts(self)
    self.backend.get_stage(parts[2], parts[4])
    authorizers.flush(parts[2], parts[4])
    return 202, {"status": 202}, ""


def get_usage(self: APIGatewayResponse) -> str:
    """What a plan's keys used of their quotas: {key: [[used, remaining] of each day]}."""
    plan_id, query = _parts(self)[2], {k: v[0] for k, v in self.querystring.items()}
    plan = self.backend.get_usage_plan(plan_id)
    limit = int(plan.quota.get("limit") or 0)
    first, last = (date.fromisoformat(query[name]) for name in ("startDate", "endDate"))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    used = current().state(Limits).used
    keys = self.backend.usage_plan_keys.get(plan_id, {})
    wanted = [one for one in keys if query.get("keyId", one) == one]
    found = {
        key: [[count := used.get(((plan_id, key), str(day)), 0), limit - count] for day in days]
        for key in wanted
    }
    dates = {"startDate": str(first), "endDate": str(last)}
    return json.dumps({"usagePlanId": plan_id, **dates, "values": found})


OPERATIONS: dict[str, Callable[[APIGatewayResponse], Any]] = {
    "update_method": update_method,
    "update_method_response": update_method_response,
    "update_integration": update_integration,
    "update_integration_response": update_integration_response,
    "update_gateway_response": update_gateway_response,
    "update_model": update_model,
    "update_resource": update_resource,
    "update_deployment": update_deployment,
    "flush_stage_cache": flush_stage_cache,
    "flush_stage_authorizers_cache": flush_stage_authorizers_cache,
    "get_usage": get_usage,
    "test_invoke_method": test_invoke_method,
    "test_invoke_authorizer": test_invoke_authorizer,
}
