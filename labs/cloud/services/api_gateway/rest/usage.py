"""API keys, usage plans and the throttles of a stage's methods.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.apigateway.models import apigateway_backends

from labs.cloud.services.api_gateway.rest.call import Call, GatewayError
from labs.cloud.services.api_gateway.throttles import Limits
from labs.cloud.simulation import current


def check(call: Call, method_settings: Mapping[str, Any]) -> None:
    """Raises GatewayError: the key is none, or a limit is reached."""
    limits = current().state(Limits)
    if str(call.method.get("apiKeyRequired")).lower() == "true":
        key = _key(call)
        call.api_key = key
        plan = _plan(call, key)
        if plan is None:
            raise GatewayError("INVALID_API_KEY")
        _check_plan(limits, call, key, plan)
    _check_stage(limits, call, method_settings)


def _backend(call: Call) -> Any:
    return apigateway_backends[call.api.account][call.api.region]


def _key(call: Call) -> Any:
    given = call.usage_identifier
    if call.api.api_key_source != "AUTHORIZER":
        given = call.request.header("x-api-key") or ""
    for key in _backend(call).keys.values():
        if given and key.value == given and str(key.enabled).lower() == "true":
            return key
    raise GatewayError("INVALID_API_KEY")


def _plan(call: Call, key: Any) -> Any:
    """The key's usage plan for this stage."""
    backend = _backend(call)
    for plan in backend.usage_plans.values():
        if key.id in backend.usage_plan_keys.get(plan.id, {}) and _api_stage(call, plan):
            return plan
    return None


def _api_stage(call: Call, plan: Any) -> Any:
    wanted = (call.api.api_id, call.stage)
    return next(
        (one for one in plan.api_stages if (one.get("apiId"), one.get("stage")) == wanted), None
    )


def _check_plan(limits: Limits, call: Call, key: Any, plan: Any) -> None:
    of_method = (_api_stage(call, plan) or {}).get("throttle") or {}
    declared = call.method.get("httpMethod")
    own = of_method.get(f"{call.resource.path}/{declared}")
    for name, throttle in (("plan", plan.throttle), (call.resource.path, own)):
        if throttle and not _taken(limits, (plan.id, key.id, name), throttle):
            raise GatewayError("THROTTLED")
    quota = plan.quota
    if quota and quota.get("limit") is not None:
        period, offset = str(quota.get("period", "DAY")), int(quota.get("offset") or 0)
        if not limits.count((plan.id, key.id), int(quota["limit"]), period, offset):
            raise GatewayError("QUOTA_EXCEEDED")


def _taken(limits: Limits, key: object, throttle: Mapping[str, Any]) -> bool:
    rate = float(throttle.get("rateLimit") or 0)
    burst = float(throttle.get("burstLimit") or rate or 0)
    return limits.take(key, rate, burst)


def _check_stage(limits: Limits, call: Call, settings: Mapping[str, Any]) -> None:
    for name in setting_names(call):
        if found := settings.get(name):
            rate = found.get("throttlingRateLimit", -1)
            burst = found.get("throttlingBurstLimit", -1)
            key = (call.api.api_id, call.stage, name, call.resource.path)
            if float(rate) >= 0 and not limits.take(key, float(rate), float(burst)):
                raise GatewayError("THROTTLED")
            return


def setting_names(call: Call) -> Iterator[str]:
    """A stage's settings by what they are for, the closest first: "~1orders/GET", "*/*"."""
    path = call.resource.path
    for method in (call.request.method, "*"):
        yield f"{path.replace('/', '~1')}/{method}"
        yield f"{path.removeprefix('/')}/{method}"
        yield f"{path}/{method}"
    yield f"*/{call.request.method}"
    yield "*/*"
