"""One request to a REST API on its way through."""

import base64
import re
from dataclasses import dataclass, field
from typing import Any

from labs.cloud import moto_lambda
from labs.cloud.clock import clock
from labs.cloud.http_payloads import HttpRequest, HttpResponse, request_time
from labs.cloud.services.api_gateway.rest.definition import Definition, Resource

SIGNER = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/")


class GatewayError(Exception):
    """The gateway answers by itself, with its response of type `kind` ("THROTTLED")."""

    def __init__(self, kind: str, text: str | None = None, *, status: int = 0) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.status = status
        self.validation = ""


@dataclass
class Call:
    """What is known so far. `path` is below the stage; `body` as content handling leaves it."""

    api: Definition
    request: HttpRequest
    path: str
    stage: str
    stage_variables: dict[str, str]
    deployment_id: str = ""
    resource: Resource = field(default_factory=lambda: Resource("", "/", {}))
    method: dict[str, Any] = field(default_factory=dict)
    path_parameters: dict[str, str] = field(default_factory=dict)
    authorizer: dict[str, Any] = field(default_factory=dict)
    principal: str = ""
    api_key: Any = None
    usage_identifier: str = ""
    log: list[str] = field(default_factory=list)
    request_overrides: dict[str, Any] = field(default_factory=dict)
    integration: dict[str, Any] = field(default_factory=dict)
    is_test: bool = False
    has_cache: bool = False

    def __post_init__(self) -> None:
        self.request_id = moto_lambda.new_id()
        random = moto_lambda.new_id().replace("-", "")[:22]
        self.extended_id = base64.b64encode(bytes.fromhex(random)).decode()[:15] + "="
        self.started_ms = clock.millis()
        self.time = request_time()

    @property
    def identity(self) -> dict[str, Any]:
        """`requestContext.identity`, most of it null: who signs is known by the key alone."""
        names = (
            "cognitoIdentityPoolId",
            "accountId",
            "cognitoIdentityId",
            "caller",
            "sourceIp",
            "principalOrgId",
            "accessKey",
            "cognitoAuthenticationType",
            "cognitoAuthenticationProvider",
            "userArn",
            "userAgent",
            "user",
        )
        found: dict[str, Any] = dict.fromkeys(names)
        found["sourceIp"] = self.request.source_ip
        found["userAgent"] = self.request.header("user-agent")
        signer = SIGNER.search(self.request.header("authorization") or "")
        if signer and self.method.get("authorizationType") == "AWS_IAM":
            found |= {"accessKey": signer[1], "accountId": self.api.account}
        if self.api_key is not None:
            found |= {"apiKey": self.api_key.value, "apiKeyId": self.api_key.id}
        return found

    def context(self) -> dict[str, Any]:
        """`requestContext` of a proxy event, and most of `$context`."""
        prefix = "" if self.is_test else f"/{self.stage}"
        context: dict[str, Any] = {"resourceId": self.resource.id}
        if self.authorizer or self.principal:
            context["authorizer"] = dict(self.authorizer)
        return context | {
            "resourcePath": self.resource.path,
            "httpMethod": self.request.method,
            "extendedRequestId": self.extended_id,
            "requestTime": self.time,
            "path": f"{prefix}{self.path}",
            "accountId": self.api.account,
            "protocol": "HTTP/1.1",
            "stage": self.stage,
            "domainPrefix": self.request.host.partition(".")[0],
            "requestTimeEpoch": int(self.started_ms),
            "requestId": self.request_id,
            "identity": self.identity,
            "domainName": self.request.host,
            "deploymentId": self.deployment_id,
            "apiId": self.api.api_id,
        }

    def finished(self, response: HttpResponse) -> HttpResponse:
        """With the headers that each response has."""
        return response.with_headers(
            ("x-amzn-RequestId", self.request_id), ("x-amz-apigw-id", self.extended_id)
        )
