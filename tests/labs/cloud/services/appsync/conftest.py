"""A GraphQL API that is asked over its address; JavaScript runs in this process."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders

from labs.cloud import moto_seams
from labs.cloud.account import Account
from labs.cloud.guest import Guest, Serve
from labs.sandbox.guest import javascript

JS = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}


def client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1")


class JavaScriptGuest:
    """The learner's process, as far as JavaScript goes."""

    def request(self, do: str, body: bytes = b"", **_fields: Any) -> dict[str, Any]:
        assert do == "javascript"
        return javascript.evaluate({}, body)

    def close(self) -> None:
        pass


def start_guest(_serve: Serve, _memory_mb: int) -> Guest:
    return cast("Guest", JavaScriptGuest())


@pytest.fixture
def account(moto: None) -> Account:
    return Account(start_guest, seed=7)


class Api:
    """One API with an API key."""

    def __init__(self, schema: str, **settings: Any) -> None:
        self.appsync = client("appsync")
        given = {"name": "shop", "authenticationType": "API_KEY", **settings}
        created = self.appsync.create_graphql_api(**given)["graphqlApi"]
        self.id, self.url, self.arn = created["apiId"], created["uris"]["GRAPHQL"], created["arn"]
        self.key = self.appsync.create_api_key(apiId=self.id)["apiKey"]["id"]
        self.appsync.start_schema_creation(apiId=self.id, definition=schema.encode())
        self.appsync.create_data_source(apiId=self.id, name="none", type="NONE")

    def table(self, name: str = "orders") -> None:
        client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        self.appsync.create_data_source(
            apiId=self.id,
            name=name,
            type="AMAZON_DYNAMODB",
            serviceRoleArn="arn:aws:iam::123456789012:role/appsync",
            dynamodbConfig={"tableName": name, "awsRegion": "us-east-1"},
        )

    def function(self, name: str) -> None:
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
        self.appsync.create_data_source(
            apiId=self.id, name=name, type="AWS_LAMBDA", lambdaConfig={"lambdaFunctionArn": arn}
        )

    def resolver(self, field: str, source: str, code: str = "", **more: Any) -> None:
        parent, _, name = field.partition(".")
        if code:
            more |= {"code": code, "runtime": JS}
        if source:
            more["dataSourceName"] = source
        self.appsync.create_resolver(apiId=self.id, typeName=parent, fieldName=name, **more)

    def pipeline_function(self, name: str, source: str, code: str) -> str:
        made = self.appsync.create_function(
            apiId=self.id, name=name, dataSourceName=source, code=code, runtime=JS
        )
        return str(made["functionConfiguration"]["functionId"])

    def post(self, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = HTTPHeaders()
        for name, value in headers.items():
            sent[name.replace("_", "-")] = value
        request = AWSPreparedRequest("POST", self.url, sent, content, False)
        answer = moto_seams.process(request)
        assert answer
        return answer[0], json.loads(answer[2])

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        status, found = self.post({"query": query, "variables": variables}, x_api_key=self.key)
        assert status == 200
        return found


@pytest.fixture
def make_api(account: Account) -> Callable[..., Api]:
    return Api


@pytest.fixture
def handlers(account: Account, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What functions do, by their name: each takes the event; all of them exist."""
    found: dict[str, Any] = {}

    def invoke(function: Any, event: str, **_options: Any) -> Any:
        try:
            response = found[function.function_name](json.loads(event))
        except Exception as error:
            payload = {"errorMessage": str(error), "errorType": type(error).__name__}
            return SimpleNamespace(response=None, error=payload)
        return SimpleNamespace(response=response, error=None)

    monkeypatch.setattr(account.environments, "invoke", invoke)

    def check(_sender: Any, arn: str) -> Any:
        return SimpleNamespace(function_name=arn.rpartition(":")[2])

    for module in ("data_sources", "identity"):
        monkeypatch.setattr(f"labs.cloud.services.appsync.{module}.check_function", check)
    return found
