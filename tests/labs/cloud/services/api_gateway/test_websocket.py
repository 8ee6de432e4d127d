import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account
from labs.cloud.missing import MissingError
from labs.cloud.services.api_gateway.websocket import HandshakeError, connect


class Chat:
    """A WebSocket API whose routes are functions of the test."""

    def __init__(self, functions: Any, client: Callable[[str], Any]) -> None:
        self.functions = functions
        self.client = client("apigatewayv2")
        self.lambdas = client("lambda")
        made = self.client.create_api(
            Name="chat",
            ProtocolType="WEBSOCKET",
            RouteSelectionExpression="$request.body.action",
        )
        self.id = made["ApiId"]
        self.client.create_stage(ApiId=self.id, StageName="prod", AutoDeploy=True)

    @property
    def host(self) -> str:
        return f"{self.id}.execute-api.us-east-1.amazonaws.com/prod"

    def route(self, key: str, handler: Callable[[Any], Any], *, two_way: bool = False) -> None:
        name = key.removeprefix("$")
        arn = self.functions.deploy(name, handler)
        self.lambdas.add_permission(
            FunctionName=name,
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
        )
        path = f"2015-03-31/functions/{arn}/invocations"
        integration = self.client.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=f"arn:aws:apigateway:us-east-1:lambda:path/{path}",
        )
        route = self.client.create_route(
            ApiId=self.id, RouteKey=key, Target=f"integrations/{integration['IntegrationId']}"
        )
        if two_way:
            self.client.create_route_response(
                ApiId=self.id, RouteId=route["RouteId"], RouteResponseKey="$default"
            )

    def management(self) -> Any:
        return boto3.client(
            "apigatewaymanagementapi",
            region_name="us-east-1",
            endpoint_url=f"https://{self.host}",
        )


@pytest.fixture
def chat(account: Account, functions: Any, client: Callable[[str], Any]) -> Chat:
    return Chat(functions, client)


def ok(_event: Any) -> dict[str, Any]:
    return {"statusCode": 200}


def test_it_invokes_the_routes_of_a_connection(chat: Chat) -> None:
    for key in ("$connect", "$disconnect", "$default", "hello"):
        chat.route(key, ok)
    connection = connect(f"wss://{chat.host}?user=ada", {"X-A": "b"})
    connection.send(json.dumps({"action": "hello"}))
    connection.send("no JSON")
    connection.close()

    (connected,) = chat.functions.events["connect"]
    assert connected["queryStringParameters"] == {"user": "ada"}
    assert connected["headers"]["X-A"] == "b"
    assert connected["requestContext"]["eventType"] == "CONNECT"
    (hello,) = chat.functions.events["hello"]
    assert hello["body"] == '{"action": "hello"}'
    assert hello["requestContext"]["connectionId"] == connection.id
    assert hello["requestContext"]["routeKey"] == "hello"
    assert [event["body"] for event in chat.functions.events["default"]] == ["no JSON"]
    (gone,) = chat.functions.events["disconnect"]
    assert gone["requestContext"]["eventType"] == "DISCONNECT"
    assert connection.received == []


def test_it_answers_a_route_with_a_response(chat: Chat) -> None:
    chat.route("echo", lambda event: {"statusCode": 200, "body": event["body"]}, two_way=True)
    connection = connect(f"wss://{chat.host}")
    connection.send('{"action": "echo"}')

    assert connection.received == ['{"action": "echo"}']


def test_it_says_what_has_no_route_or_fails(chat: Chat) -> None:
    chat.route("fails", lambda _event: 1 / 0)
    connection = connect(f"wss://{chat.host}")
    connection.send('{"action": "other"}')
    connection.send('{"action": "fails"}')

    said = [json.loads(text)["message"] for text in connection.received]
    assert said == ["Forbidden", "Internal server error"]


@pytest.mark.parametrize(("answer", "status"), [({"statusCode": 401}, 401), (None, 502)])
def test_it_refuses_whom_connect_refuses(chat: Chat, answer: Any, status: int) -> None:
    chat.route("$connect", lambda _event: answer)

    with pytest.raises(HandshakeError) as refused:
        connect(f"wss://{chat.host}")

    assert refused.value.status == status


def test_it_posts_to_connections(account: Account, chat: Chat) -> None:
    chat.route("$disconnect", ok)
    management = chat.management()
    connection = connect(f"wss://{chat.host}", {"User-Agent": "test"})
    management.post_to_connection(ConnectionId=connection.id, Data=b"hello")
    known = management.get_connection(ConnectionId=connection.id)
    management.delete_connection(ConnectionId=connection.id)
    account.settle()

    assert connection.received == ["hello"]
    assert known["Identity"]["UserAgent"] == "test"
    assert not connection.is_open
    assert len(chat.functions.events["disconnect"]) == 1


def test_it_says_that_a_connection_is_gone(chat: Chat) -> None:
    connection = connect(f"wss://{chat.host}")
    connection.close()

    with pytest.raises(ClientError) as refused:
        chat.management().post_to_connection(ConnectionId=connection.id, Data=b"hello")

    assert refused.value.response["Error"]["Code"] == "GoneException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410


def test_it_hangs_up_on_the_idle(account: Account, chat: Chat) -> None:
    connection = connect(f"wss://{chat.host}")
    account.let_pass(9 * 60)
    was_open = connection.is_open
    account.let_pass(2 * 60)

    assert was_open
    assert not connection.is_open


def test_an_http_integration_is_not_simulated(chat: Chat) -> None:
    integration = chat.client.create_integration(
        ApiId=chat.id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="POST",
        IntegrationUri="https://example.com",
    )
    target = f"integrations/{integration['IntegrationId']}"
    chat.client.create_route(ApiId=chat.id, RouteKey="$default", Target=target)
    connection = connect(f"wss://{chat.host}")

    with pytest.raises(MissingError, match="HTTP_PROXY"):
        connection.send("hello")
