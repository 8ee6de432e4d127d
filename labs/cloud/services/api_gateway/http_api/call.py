"""One request to an HTTP API on its way through."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from labs.cloud import moto_lambda
from labs.cloud.clock import clock
from labs.cloud.http_payloads import Endpoint, HttpRequest, HttpResponse, message, request_time
from labs.cloud.services.api_gateway import documents
from labs.cloud.services.api_gateway.v2 import Definition

PARAMETER = re.compile(r"\{([^}+]+)(\+?)\}")
EXPRESSION = re.compile(r"\$\{([^}]+)\}")


class Refusal(Exception):  # noqa: N818 - an answer of the gateway
    """The gateway answers by itself."""

    def __init__(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        super().__init__(text)
        self.response = message(status, text).with_headers(*headers)


def internal_error() -> Refusal:
    return Refusal(500, "Internal Server Error")


@dataclass
class Call:
    """What is known so far. `path` is below the stage."""

    api: Definition
    request: HttpRequest
    path: str
    stage: str
    stage_variables: dict[str, str]
    route: dict[str, Any] = field(default_factory=dict)
    path_parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        random = moto_lambda.new_id().replace("-", "")[:22]
        self.request_id = base64.b64encode(bytes.fromhex(random)).decode()[:15] + "="
        self.time, self.started_ms = request_time(), clock.millis()

    @property
    def route_key(self) -> str:
        return str(self.route.get("routeKey", "$default"))

    def endpoint(self) -> Endpoint:
        """For the event of payload format 2.0."""
        return Endpoint(
            api_id=self.api.api_id,
            route_key=self.route_key,
            stage=self.stage,
            path=self.request.path,
            path_parameters=self.path_parameters,
            stage_variables=self.stage_variables,
            authorizer=self.authorizer,
        )

    def source_arn(self) -> str:
        """What a function's permission names: the stage with the route's method and path."""
        _, _, path = self.route_key.partition(" ")
        if not path:
            return f"{self.api.arn}/{self.stage}/{self.route_key}"
        return f"{self.api.arn}/{self.stage}/{self.request.method}{path}"

    def context(self) -> dict[str, Any]:
        """`$context`: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html"""
        return {
            "accountId": self.api.account,
            "apiId": self.api.api_id,
            "authorizer": self.authorizer or {},
            "domainName": self.request.host,
            "domainPrefix": self.request.host.partition(".")[0],
            "httpMethod": self.request.method,
            "identity": {
                "sourceIp": self.request.source_ip,
                "userAgent": self.request.header("user-agent"),
            },
            "path": unquote(self.request.path),
            "protocol": "HTTP/1.1",
            "requestId": self.request_id,
            "requestTime": self.time,
            "requestTimeEpoch": int(self.started_ms),
            "routeKey": self.route_key,
            "stage": self.stage,
        }

    def text(self, template: str) -> str | None:
        """A mapping's value: "$request.header.x", or with "${...}" inside; None if nothing.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
        """
        if template.startswith("$") and not template.startswith("${"):
            return self._value(template[1:])
        return EXPRESSION.sub(lambda found: self._value(found[1]) or "", template)

    def _value(self, name: str) -> str | None:
        place, _, rest = name.partition(".")
        if place == "stageVariables":
            return self.stage_variables.get(rest)
        if place == "context":
            found = documents.walk(self.context(), rest)
            return None if found is None else str(found)
        if place != "request":
            return None
        kind, _, key = rest.partition(".")
        return self._of_request(kind, key)

    def _of_request(self, kind: str, key: str) -> str | None:
        match kind:
            case "header":
                values = [v for k, v in self.request.headers if k.lower() == key.lower()]
                return ",".join(values) if values else None
            case "querystring":
                values = [value for name, value in self.request.parameters() if name == key]
                return ",".join(values) if values else None
            case "path":
                return self.path_parameters.get(key) if key else unquote(self.path)
            case "method":
                return self.request.method
            case "body":
                return self._of_body(key)
        return None

    def _of_body(self, key: str) -> str | None:
        if not key:
            return self.request.body.decode("utf-8", "replace")
        found = documents.select(self.request.body, f"$.{key}")
        if found is None or isinstance(found, str):
            return found
        return documents.compact(found)

    def finished(self, response: HttpResponse) -> HttpResponse:
        return response.with_headers(("Apigw-Requestid", self.request_id))


def find(
    definition: Definition, method: str, path: str
) -> tuple[dict[str, Any], dict[str, str]] | None:
    """The route that answers, and the path's parameters.

    The closest path first, then the route's own method before ANY; $default is the last.
    """
    parts = path.removeprefix("/").split("/")
    best: tuple[list[int], dict[str, Any], dict[str, str]] | None = None
    default = None
    for route in definition.routes:
        key = str(route.get("routeKey", ""))
        declared, _, pattern = key.partition(" ")
        if key == "$default":
            default = route
        if declared not in (method, "ANY") or not pattern:
            continue
        fit = _fit(pattern.removeprefix("/").split("/"), parts)
        if fit is None:
            continue
        rank = [*fit[0], int(declared == "ANY")]
        if best is None or rank < best[0]:
            best = (rank, route, fit[1])
    if best is not None:
        return best[1], best[2]
    return (default, {}) if default is not None else None


def _fit(pattern: list[str], parts: list[str]) -> tuple[list[int], dict[str, str]] | None:
    ranks: list[int] = []
    values: dict[str, str] = {}
    for number, expected in enumerate(pattern):
        parameter = PARAMETER.fullmatch(expected)
        if parameter and parameter[2]:
            values[parameter[1]] = unquote("/".join(parts[number:]))
            return [*ranks, 2], values
        if number >= len(parts):
            return None
        if parameter:
            if not parts[number]:
                return None
            values[parameter[1]] = unquote(parts[number])
        elif expected != unquote(parts[number]):
            return None
        ranks.append(1 if parameter else 0)
    return (ranks, values) if len(pattern) == len(parts) else None
