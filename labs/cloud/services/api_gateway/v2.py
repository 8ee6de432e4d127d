"""HTTP and WebSocket APIs as a deployment froze them."""

import copy
from dataclasses import dataclass
from typing import Any

from moto.apigatewayv2.models import Api, Stage
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud.missing import MissingError


@dataclass(frozen=True)
class Definition:
    """Routes, integrations and authorizers as moto's JSON, the latter two by id."""

    api_id: str
    name: str
    region: str
    routes: tuple[dict[str, Any], ...]
    integrations: dict[str, dict[str, Any]]
    authorizers: dict[str, dict[str, Any]]
    cors: dict[str, Any] | None = None
    selection: str = ""
    account: str = DEFAULT_ACCOUNT_ID

    @property
    def trace_name(self) -> str:
        return f"api {self.name}"

    @property
    def arn(self) -> str:
        return f"arn:aws:execute-api:{self.region}:{self.account}:{self.api_id}"

    def integration(self, route: dict[str, Any]) -> dict[str, Any] | None:
        """That of a route: its target is "integrations/<id>"."""
        return self.integrations.get(str(route.get("target") or "").rpartition("/")[2])

    def authorizer(self, route: dict[str, Any]) -> dict[str, Any]:
        """Raises MissingError: there is none of the id."""
        found = self.authorizers.get(str(route.get("authorizerId")))
        if found is None:
            raise MissingError("with an authorizer that does not exist")
        return found


def of(api: Api) -> Definition:
    """The API as it is now."""
    return Definition(
        api_id=api.api_id,
        name=api.name,
        region=api.backend.region_name,
        routes=tuple(_route(route) for route in api.routes.values()),
        integrations={name: _integration(one) for name, one in api.integrations.items()},
        authorizers={name: copy.deepcopy(one.to_json()) for name, one in api.authorizers.items()},
        cors=copy.deepcopy(api.cors_configuration) if api.cors_configuration else None,
        selection=api.route_selection_expression,
    )


def _route(route: Any) -> dict[str, Any]:
    answers = [one.to_json() for one in route.route_responses.values()]
    return {**copy.deepcopy(route.to_json()), "routeResponses": answers}


def _integration(integration: Any) -> dict[str, Any]:
    answers = [one.to_json() for one in integration.responses.values()]
    return {**copy.deepcopy(integration.to_json()), "integrationResponses": answers}


def deployments(api: Api) -> dict[str, dict[str, Any]]:
    """`{id: its description, its moment and its definition}`, which moto does not keep."""
    found: dict[str, dict[str, Any]] = vars(api).setdefault("coldstart_deployments", {})
    return found


def deployed(api: Api, stage: Stage) -> Definition | None:
    """What a stage serves, None if nothing was deployed to it."""
    if stage.auto_deploy:
        return of(api)
    deployment = deployments(api).get(str(stage.config.get("deploymentId") or ""))
    return deployment["definition"] if deployment else None
