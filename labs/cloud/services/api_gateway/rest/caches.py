"""The cache of a stage: responses of GET methods, for a time.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.http_payloads import HttpResponse
from labs.cloud.services.api_gateway.rest import parameters, usage
from labs.cloud.services.api_gateway.rest.call import Call
from labs.cloud.simulation import current

DEFAULT_TTL_SECONDS = 300


@dataclass
class Responses:
    """Of one account: `{key: (until when in ms, response)}`."""

    known: dict[object, tuple[float, HttpResponse]] = field(default_factory=dict)


def seconds(call: Call, method_settings: Mapping[str, Any]) -> float:
    """How long the method's responses are kept, 0 if they are not."""
    if call.request.method != "GET":
        return 0
    for name in usage.setting_names(call):
        if found := method_settings.get(name):
            ttl = found.get("cacheTtlInSeconds", DEFAULT_TTL_SECONDS)
            return float(ttl) if found.get("cachingEnabled") else 0
    return 0


def get(call: Call) -> HttpResponse | None:
    """The response that is kept for such a request, unless the client wants a new one."""
    if "max-age=0" in (call.request.header("cache-control") or ""):
        return None
    until, response = current().state(Responses).known.get(_key(call), (0.0, None))
    return response if clock.millis() < until else None


def put(call: Call, response: HttpResponse, ttl_seconds: float) -> None:
    until = clock.millis() + ttl_seconds * 1000
    current().state(Responses).known[_key(call)] = (until, response)


def flush(api_id: str, stage: str) -> None:
    """Forget what is kept for a stage."""
    responses = current().state(Responses)
    kept = {key: found for key, found in responses.known.items() if not _is_of(key, api_id, stage)}
    responses.known = kept


def _is_of(key: object, api_id: str, stage: str) -> bool:
    return isinstance(key, tuple) and key[:2] == (api_id, stage)


def _key(call: Call) -> object:
    """A response is kept for the resource and the parameters that are cache keys."""
    names = call.integration.get("cacheKeyParameters") or []
    values = tuple(str(parameters.request_value(call, str(name))) for name in names)
    return (call.api.api_id, call.stage, call.deployment_id, call.resource.path, values)
