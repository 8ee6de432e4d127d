"""APIs in the account of this process, and requests to them."""

import json
from collections.abc import Callable
from typing import Any

from labs.cloud.http_payloads import HttpRequest, HttpResponse
from labs.cloud.services.api_gateway import address

REGION = "us-east-1"
ACCOUNT = "123456789012"


def send(url: str, method: str = "GET", body: Any = b"", **headers: str) -> HttpResponse:
    """A request; underscores in the names of headers are hyphens, and a dict goes as JSON."""
    host, _, rest = url.removeprefix("https://").partition("/")
    path, _, query = rest.partition("?")
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if isinstance(body, dict):
        body = json.dumps(body).encode()
        pairs.append(("Content-Type", "application/json"))
    return address.respond(HttpRequest(method, host, f"/{path}", query, tuple(pairs), body))


def parsed(response: HttpResponse) -> Any:
    return json.loads(response.body)


class RestApi:
    """A REST API under construction."""

    def __init__(self, client: Callable[[str], Any], name: str = "shop") -> None:
        self.client = client("apigateway")
        self.id = self.client.create_rest_api(name=name)["id"]
        (root,) = self.client.get_resources(restApiId=self.id)["items"]
        self.resources = {"/": root["id"]}

    def resource(self, path: str) -> str:
        """The id of a path, made with what is above it."""
        if path not in self.resources:
            above, _, part = path.rpartition("/")
            parent = self.resource(above or "/")
            made = self.client.create_resource(restApiId=self.id, parentId=parent, pathPart=part)
            self.resources[path] = made["id"]
        return str(self.resources[path])

    def method(self, path: str, method: str = "GET", **options: Any) -> dict[str, str]:
        where = {"restApiId": self.id, "resourceId": self.resource(path), "httpMethod": method}
        self.client.put_method(**where, **{"authorizationType": "NONE", **options})
        return where

    def function(self, path: str, arn: str, method: str = "GET", **options: Any) -> None:
        """A method with a Lambda proxy integration."""
        where = self.method(path, method, **options)
        self.client.put_integration(
            **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri(arn)
        )

    def mock(
        self,
        path: str,
        request: str = '{"statusCode": 200}',
        response: str = "",
        method: str = "GET",
        **options: Any,
    ) -> dict[str, str]:
        """A method that answers by templates."""
        where = self.method(path, method, **options)
        self.client.put_integration(
            **where, type="MOCK", requestTemplates={"application/json": request}
        )
        self.client.put_method_response(**where, statusCode="200")
        self.client.put_integration_response(
            **where, statusCode="200", responseTemplates={"application/json": response}
        )
        return where

    def deploy(self, stage: str = "prod", **options: Any) -> str:
        """The stage's address."""
        self.client.create_deployment(restApiId=self.id, stageName=stage, **options)
        return f"https://{self.id}.execute-api.{REGION}.amazonaws.com/{stage}"


def uri(arn: str) -> str:
    path = f"2015-03-31/functions/{arn}/invocations"
    return f"arn:aws:apigateway:{REGION}:lambda:path/{path}"
