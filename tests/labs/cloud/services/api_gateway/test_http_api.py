import json
from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud.account import Account
from labs.cloud.http_payloads import HttpResponse
from labs.cloud.missing import MissingError
from tests.labs.cloud.services.api_gateway.support import parsed, send


class HttpApi:
    """An HTTP API whose routes are functions of the test, in a stage that deploys itself."""

    def __init__(
        self, functions: Any, client: Callable[[str], Any], permit: Callable[..., None]
    ) -> None:
        self.functions, self.permit = functions, permit
        self.client = client("apigatewayv2")
        made = self.client.create_api(Name="shop", ProtocolType="HTTP")
        self.id, self.url = made["ApiId"], made["ApiEndpoint"]
        self.client.create_stage(ApiId=self.id, StageName="$default", AutoDeploy=True)

    def function(self, name: str, handler: Callable[[Any], Any]) -> str:
        arn = str(self.functions.deploy(name, handler))
        self.permit(name, self.id)
        return arn

    def route(
        self, key: str, handler: Callable[[Any], Any], version: str = "2.0", **options: Any
    ) -> None:
        arn = self.function(f"f{len(self.functions.events)}", handler)
        self.target(
            key,
            {
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": arn,
                "PayloadFormatVersion": version,
            },
            **options,
        )

    def target(self, key: str, integration: dict[str, Any], **options: Any) -> None:
        made = self.client.create_integration(ApiId=self.id, **integration)
        target = f"integrations/{made['IntegrationId']}"
        self.client.create_route(ApiId=self.id, RouteKey=key, Target=target, **options)


@pytest.fixture
def http(
    account: Account,
    functions: Any,
    client: Callable[[str], Any],
    permit: Callable[..., None],
) -> HttpApi:
    return HttpApi(functions, client, permit)


def test_it_hands_a_function_payload_2_0(http: HttpApi) -> None:
    http.route("POST /orders/{id}", lambda event: event)
    answer = send(
        f"{http.url}/orders/7?a=1&a=2", "POST", {"n": 1}, X_A="b", Cookie="c=1; d=2", Host="x"
    )

    event = parsed(answer)
    assert event["version"] == "2.0"
    assert event["routeKey"] == "POST /orders/{id}"
    assert event["rawPath"] == "/orders/7"
    assert event["rawQueryString"] == "a=1&a=2"
    assert event["cookies"] == ["c=1", "d=2"]
    assert event["headers"]["x-a"] == "b"
    assert event["queryStringParameters"] == {"a": "1,2"}
    assert event["pathParameters"] == {"id": "7"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"n": 1}', False)
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["stage"] == "$default"


def test_it_hands_a_function_payload_1_0(http: HttpApi) -> None:
    http.route("GET /a", lambda event: {"statusCode": 200, "body": json.dumps(event)}, "1.0")
    event = parsed(send(f"{http.url}/a?q=1&q=2"))

    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/a", "/a")
    assert event["multiValueQueryStringParameters"] == {"q": ["1", "2"]}
    assert event["requestContext"]["identity"]["sourceIp"]


@pytest.mark.parametrize(
    ("answer", "status", "body", "kind"),
    [
        ("hello", 200, "hello", "application/json"),
        ({"a": 1}, 200, '{"a": 1}', "application/json"),
        (None, 200, "null", "application/json"),
        ({"statusCode": 201, "body": "x"}, 201, "x", "text/plain; charset=utf-8"),
        ({"statusCode": "x"}, 500, '{"message":"Internal Server Error"}', "application/json"),
        ({"statusCode": 200, "body": {}}, 500, '{"message":"Internal Server Error"}', None),
        ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, 200, "hi", None),
    ],
)
def test_it_infers_the_response(
    http: HttpApi, answer: Any, status: int, body: str, kind: str | None
) -> None:
    http.route("GET /", lambda _event: answer)
    found = send(f"{http.url}/")

    assert (found.status, found.body.decode()) == (status, body)
    assert kind in (None, found.header("content-type"))


def test_it_prefers_the_closest_route(http: HttpApi) -> None:
    keys = ("$default", "ANY /{proxy+}", "GET /a/{id}", "GET /a/b", "ANY /a/b")
    for key in keys:
        http.route(key, lambda event: event["routeKey"])
    asked = [("GET", "/a/b"), ("POST", "/a/b"), ("GET", "/a/c"), ("PUT", "/a/c")]

    found = [send(f"{http.url}{path}", method).body.decode() for method, path in asked]

    assert found == ["GET /a/b", "ANY /a/b", "GET /a/{id}", "ANY /{proxy+}"]


def test_it_serves_stages_by_their_names(http: HttpApi) -> None:
    http.route("GET /a", lambda event: event["rawPath"] + event["requestContext"]["stage"])
    http.client.create_stage(ApiId=http.id, StageName="test")
    undeployed = send(f"{http.url}/test/a")
    http.client.create_deployment(ApiId=http.id, StageName="test")

    assert (undeployed.status, parsed(undeployed)) == (404, {"message": "Not Found"})
    assert send(f"{http.url}/test/a").body == b"/test/atest"
    assert send(f"{http.url}/b").status == 404


def test_it_answers_500_when_a_function_fails_or_may_not(http: HttpApi, functions: Any) -> None:
    http.route("GET /fails", lambda _event: 1 / 0)
    http.target(
        "GET /refused",
        {"IntegrationType": "AWS_PROXY", "IntegrationUri": functions.deploy("refused")},
    )
    answers = [send(f"{http.url}{path}") for path in ("/fails", "/refused")]

    assert [answer.status for answer in answers] == [500, 500]
    assert parsed(answers[0]) == {"message": "Internal Server Error"}


def test_it_makes_a_whole_api_of_a_target(
    http: HttpApi, functions: Any, client: Callable[[str], Any]
) -> None:
    arn = http.function("quick", lambda event: event["routeKey"])
    client("lambda").add_permission(
        FunctionName="quick",
        StatementId="any",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    made = http.client.create_api(Name="quick", ProtocolType="HTTP", Target=arn)

    assert send(f"{made['ApiEndpoint']}/x/y").body == b"$default"


def authorizer(http: HttpApi, handler: Callable[[Any], Any], **options: Any) -> dict[str, str]:
    arn = http.function("guard", handler)
    made = http.client.create_authorizer(
        ApiId=http.id,
        Name="guard",
        AuthorizerType="REQUEST",
        AuthorizerUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        IdentitySource=["$request.header.token"],
        AuthorizerPayloadFormatVersion="2.0",
        **options,
    )
    return {"AuthorizationType": "CUSTOM", "AuthorizerId": made["AuthorizerId"]}


def test_it_asks_an_authorizer_with_simple_responses(account: Account, http: HttpApi) -> None:
    def guard(event: Any) -> dict[str, Any]:
        return {"isAuthorized": event["identitySource"] == ["yes"], "context": {"n": 1}}

    options = authorizer(http, guard, EnableSimpleResponses=True, AuthorizerResultTtlInSeconds=60)
    http.route("GET /", lambda event: event["requestContext"]["authorizer"], **options)
    answers = [send(f"{http.url}/")] + [
        send(f"{http.url}/", token=token) for token in ("no", "yes", "yes")
    ]

    assert [answer.status for answer in answers] == [401, 403, 200, 200]
    assert parsed(answers[1]) == {"message": "Forbidden"}
    assert parsed(answers[2]) == {"lambda": {"n": 1}}
    assert len(http.functions.events["guard"]) == 2


def test_it_asks_an_authorizer_for_a_policy(http: HttpApi) -> None:
    def guard(event: Any) -> dict[str, Any]:
        allowed = event["identitySource"] == ["yes"]
        statement = {
            "Effect": "Allow" if allowed else "Deny",
            "Action": "execute-api:Invoke",
            "Resource": event["routeArn"],
        }
        return {"principalId": "ada", "policyDocument": {"Statement": [statement]}}

    http.route("GET /", lambda _event: "in", **authorizer(http, guard))
    answers = [send(f"{http.url}/", token=token).status for token in ("no", "yes")]

    assert answers == [403, 200]


def test_it_refuses_wrong_tokens_and_simulates_no_right_ones(http: HttpApi) -> None:
    made = http.client.create_authorizer(
        ApiId=http.id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": "https://issuer", "Audience": ["me"]},
    )
    options = {"AuthorizationType": "JWT", "AuthorizerId": made["AuthorizerId"]}
    http.route("GET /", lambda _event: "in", **options)
    # {"iss": "https://issuer", "aud": "me", "exp": 9999999999}
    token = "e30.eyJpc3MiOiJodHRwczovL2lzc3VlciIsImF1ZCI6Im1lIiwiZXhwIjo5OTk5OTk5OTk5fQ.x"

    assert send(f"{http.url}/").status == 401
    assert send(f"{http.url}/", Authorization="Bearer x.y.z").status == 401
    with pytest.raises(MissingError, match="issuer"):
        send(f"{http.url}/", Authorization=f"Bearer {token}")


def test_it_answers_preflights_and_adds_headers(http: HttpApi) -> None:
    cors = {"AllowOrigins": ["https://a.org"], "AllowMethods": ["GET"], "MaxAge": 9}
    http.client.update_api(ApiId=http.id, CorsConfiguration=cors)
    http.route("ANY /", lambda _event: "in")

    def asked(origin: str) -> HttpResponse:
        headers = {"Origin": origin, "Access_Control_Request_Method": "GET"}
        return send(f"{http.url}/x", "OPTIONS", **headers)

    known, unknown = asked("https://a.org"), asked("https://b.org")
    plain = send(f"{http.url}/", Origin="https://a.org")

    assert (known.status, known.header("access-control-allow-methods")) == (204, "GET")
    assert known.header("access-control-max-age") == "9"
    assert (unknown.status, unknown.header("access-control-allow-origin")) == (204, None)
    assert plain.header("access-control-allow-origin") == "https://a.org"


def test_it_throttles_routes(account: Account, http: HttpApi) -> None:
    http.route("GET /", lambda _event: "in")
    settings = {"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 1}
    http.client.update_stage(ApiId=http.id, StageName="$default", DefaultRouteSettings=settings)
    answers = [send(f"{http.url}/") for _ in range(2)]
    account.let_pass(1)

    assert [answer.status for answer in answers] == [200, 429]
    assert parsed(answers[1]) == {"message": "Too Many Requests"}
    assert send(f"{http.url}/").status == 200


def test_it_sends_events_and_messages(
    account: Account, http: HttpApi, client: Callable[[str], Any]
) -> None:
    queue = client("sqs").create_queue(QueueName="q")["QueueUrl"]
    role = "arn:aws:iam::123456789012:role/api"
    mappings = {
        "SQS-SendMessage": {"QueueUrl": queue, "MessageBody": "$request.body.text"},
        "EventBridge-PutEvents": {
            "Source": "shop",
            "DetailType": "${request.path.kind}-made",
            "Detail": "$request.body",
        },
    }
    for (subtype, mapping), path in zip(
        mappings.items(), ("/queue", "/event/{kind}"), strict=True
    ):
        integration = {
            "IntegrationType": "AWS_PROXY",
            "IntegrationSubtype": subtype,
            "PayloadFormatVersion": "1.0",
            "CredentialsArn": role,
            "RequestParameters": mapping,
        }
        http.target(f"POST {path}", integration)
    sent = send(f"{http.url}/queue", "POST", {"text": "hello"})
    missing = send(f"{http.url}/queue", "POST", {})
    put = send(f"{http.url}/event/order", "POST", {"a": 1})

    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == "hello"
    assert (sent.status, missing.status) == (200, 400)
    assert parsed(put)["FailedEntryCount"] == 0
    events = [call for call in account.trace.calls if call.operation == "PutEvents"]
    assert '"order-made"' in events[0].parameters


def test_it_goes_through_to_another_api(http: HttpApi) -> None:
    http.route("GET /inner/{id}", lambda event: event["headers"]["x-more"] + event["rawPath"])
    http.target(
        "GET /outer/{id}",
        {
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "GET",
            "IntegrationUri": f"{http.url}/inner/{{id}}",
            "PayloadFormatVersion": "1.0",
            "RequestParameters": {"append:header.x-more": "$request.header.x-a"},
            "ResponseParameters": {"200": {"overwrite:statuscode": "202"}},
        },
    )
    answer = send(f"{http.url}/outer/7", X_A="b")

    assert (answer.status, answer.body) == (202, b"b/inner/7")


def test_it_says_that_another_address_is_not_simulated(http: HttpApi) -> None:
    integration = {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "GET",
        "IntegrationUri": "https://example.com",
        "PayloadFormatVersion": "1.0",
    }
    http.target("GET /", integration)

    with pytest.raises(MissingError, match=r"example\.com"):
        send(f"{http.url}/")


def test_it_imports_a_document(http: HttpApi) -> None:
    arn = http.function("f", lambda event: event["routeKey"])
    document = {
        "openapi": "3.0.1",
        "info": {"title": "imported", "version": "2"},
        "paths": {
            "/a/{id}": {
                "get": {
                    "x-amazon-apigateway-integration": {
                        "type": "aws_proxy",
                        "httpMethod": "POST",
                        "uri": arn,
                        "payloadFormatVersion": "2.0",
                    }
                }
            }
        },
    }
    made = http.client.import_api(Body=json.dumps(document))
    http.client.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True)
    http.client.get_api(ApiId=made["ApiId"])
    routes = http.client.get_routes(ApiId=made["ApiId"])["Items"]

    assert made["Name"] == "imported"
    assert [route["RouteKey"] for route in routes] == ["GET /a/{id}"]


def test_it_believes_any_signature(http: HttpApi) -> None:
    """AWS would verify it, and ask the caller's policies."""
    http.route("GET /", lambda _event: "in", AuthorizationType="AWS_IAM")

    forged = send(f"{http.url}/", Authorization="AWS4-HMAC-SHA256 forged")

    assert (send(f"{http.url}/").status, forged.status) == (403, 200)
