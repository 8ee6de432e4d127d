"""A REST API as a deployment froze it: what moto has at that moment, copied."""

import copy
from dataclasses import dataclass, field
from typing import Any

from moto.apigateway.models import RestAPI


@dataclass(frozen=True)
class Resource:
    """`path` is "/orders/{id}"; `methods` are moto's as JSON, by "GET" or "ANY"."""

    id: str
    path: str
    methods: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Definition:
    """All but the stages. Authorizers and validators by id, models by name, as JSON."""

    api_id: str
    name: str
    region: str
    account: str
    resources: tuple[Resource, ...]
    authorizers: dict[str, dict[str, Any]] = field(default_factory=dict)
    validators: dict[str, dict[str, Any]] = field(default_factory=dict)
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    gateway_responses: dict[str, dict[str, Any]] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    policy: str | None = None
    api_key_source: str = "HEADER"
    is_edge: bool = False

    @property
    def trace_name(self) -> str:
        return f"api {self.name}"

    def arn(self, stage: str, method: str, path: str) -> str:
        """What a permission for one method names."""
        api = f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}"
        return f"{api}/{stage}/{method}/{path.removeprefix('/')}"


def of(api: RestAPI) -> Definition:
    """The API as it is now."""
    types = (api.endpoint_configuration or {}).get("types") or ["EDGE"]
    return Definition(
        api_id=api.id,
        name=api.name,
        region=api.region_name,
        account=api.account_id,
        resources=tuple(_resource(found) for found in api.resources.values()),
        authorizers=_copied(api.authorizers, "to_json"),
        validators=_copied(api.request_validators, "to_dict"),
        models=_copied(api.models, "to_json"),
        gateway_responses=_copied(api.gateway_responses, "to_json"),
        binary_media_types=tuple(api.binaryMediaTypes or ()),
        policy=api.policy or None,
        api_key_source=api.api_key_source,
        is_edge="EDGE" in types,
    )


def _resource(resource: Any) -> Resource:
    methods = {name: method.to_json() for name, method in resource.resource_methods.items()}
    return Resource(resource.id, resource.get_path(), copy.deepcopy(methods))


def _copied(found: dict[str, Any], as_json: str) -> dict[str, dict[str, Any]]:
    return {name: copy.deepcopy(getattr(one, as_json)()) for name, one in found.items()}
