"""A request to a REST API, from its address to the answer."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from moto.apigateway.models import RestAPI

from labs.cloud.http_payloads import HttpRequest, HttpResponse, message
from labs.cloud.services.api_gateway import policies
from labs.cloud.services.api_gateway.rest import (
    authorizers,
    caches,
    canaries,
    definition,
    gateway_responses,
    integrations,
    routing,
    usage,
    validation,
)
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError

MAX_BODY_BYTES = 10 * 1024 * 1024
USER_REQUEST = "/_user_request_"


def answer(api: RestAPI, request: HttpRequest) -> HttpResponse:
    """What a stage answers: "https://<id>.execute-api.../prod/orders".

    Raises:
        MissingError: something on the way is not simulated.
    """
    name, _, rest = request.path.removeprefix("/").partition("/")
    stage = api.stages.get(name)
    if stage is None or str(api.disableExecuteApiEndpoint).lower() == "true":
        return message(403, "Forbidden", kind="ForbiddenException")
    deployment_id, variables = canaries.chosen(stage)
    path = f"/{rest}".removeprefix(USER_REQUEST) or "/"
    call = Call(snapshot(api, deployment_id), request, path, name, variables, deployment_id)
    call.has_cache = str(stage.cache_cluster_enabled).lower() == "true"
    return perform(call, stage.method_settings)


def snapshot(api: RestAPI, deployment_id: str | None) -> definition.Definition:
    """The API as it was when the deployment was made."""
    deployment = api.deployments.get(deployment_id or "")
    found = getattr(deployment, "coldstart_definition", None)
    return found if isinstance(found, definition.Definition) else definition.of(api)


def perform(call: Call, method_settings: Mapping[str, Any]) -> HttpResponse:
    """Route the request and let each step have its say."""
    try:
        _route(call)
        _check_policy(call)
        authorizers.check(call)
        usage.check(call, method_settings)
        if len(call.request.body) > MAX_BODY_BYTES:
            raise GatewayError("REQUEST_TOO_LARGE")
        validation.check(call)
        return call.finished(_integrated(call, method_settings))
    except GatewayError as error:
        return call.finished(gateway_responses.answer(call, error))


def _integrated(call: Call, method_settings: Mapping[str, Any]) -> HttpResponse:
    """The integration's response, or the one that the stage's cache has."""
    ttl = caches.seconds(call, method_settings) if call.has_cache else 0
    if not ttl:
        return integrations.answer(call)
    known = caches.get(call)
    if known is None:
        known = integrations.answer(call)
        caches.put(call, known, ttl)
    return known


def perform_alone(call: Call) -> HttpResponse:
    """As `test_invoke_method` does: without authorizer, key and throttle."""
    steps: tuple[Callable[[Call], None], ...] = (_integrate, validation.check)
    try:
        for step in steps:
            step(call)
        return integrations.answer(call)
    except GatewayError as error:
        return gateway_responses.answer(call, error)


def _route(call: Call) -> None:
    found = routing.find(call.api.resources, call.request.method, call.path)
    if found is None:
        raise GatewayError("MISSING_AUTHENTICATION_TOKEN")
    call.resource, call.method, call.path_parameters = found
    _integrate(call)


def _integrate(call: Call) -> None:
    call.integration = copy.deepcopy(call.method.get("methodIntegration") or {})
    if not call.integration:
        raise GatewayError("API_CONFIGURATION_ERROR")


def _check_policy(call: Call) -> None:
    if not call.api.policy or call.method.get("authorizationType") == "AWS_IAM":
        return
    arn = call.api.arn(call.stage, call.request.method, call.path)
    decision = policies.by_api(call.api.policy, arn, call.request.source_ip)
    if not decision.is_allowed:
        raise GatewayError("ACCESS_DENIED", policies.denial(decision, arn))
