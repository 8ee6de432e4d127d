import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud.account import Account
from labs.cloud.missing import MissingError
from tests.labs.cloud.services.api_gateway.support import RestApi, parsed, send, uri


def test_it_hands_a_function_the_request(
    rest: RestApi, functions: Any, permit: Callable[..., None]
) -> None:
    arn = functions.deploy("f", lambda _event: {"statusCode": 201, "body": "made"})
    permit("f", rest.id)
    rest.function("/orders/{id}", arn, "POST")
    base = rest.deploy("prod", variables={"color": "red"})

    answer = send(f"{base}/orders/7%2F8?a=1&a=2", "POST", {"n": 1}, X_A="b")

    assert (answer.status, answer.body) == (201, b"made")
    assert answer.header("content-type") == "application/json"
    (event,) = functions.events["f"]
    assert event["resource"] == "/orders/{id}"
    assert event["httpMethod"] == "POST"
    assert event["pathParameters"] == {"id": "7/8"}
    assert event["queryStringParameters"] == {"a": "2"}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert event["stageVariables"] == {"color": "red"}
    assert event["headers"]["X-A"] == "b"
    assert (event["body"], event["isBase64Encoded"]) == ('{"n": 1}', False)
    context = event["requestContext"]
    assert context["path"] == "/prod/orders/7%2F8"
    assert context["stage"] == "prod"
    assert context["identity"]["sourceIp"]


def test_it_has_null_for_what_a_request_lacks(
    rest: RestApi, functions: Any, permit: Callable[..., None]
) -> None:
    arn = functions.deploy("f", lambda _event: {})
    permit("f", rest.id)
    rest.function("/", arn)
    answer = send(f"{rest.deploy()}/")

    (event,) = functions.events["f"]
    names = ("body", "pathParameters", "queryStringParameters", "stageVariables")
    assert [event[name] for name in names] == [None] * 4
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "answer",
    [
        "text",
        None,
        {"other": 1},
        {"statusCode": "x"},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": {"X": ["a"]}},
    ],
)
def test_it_answers_502_to_what_is_no_response(
    rest: RestApi, functions: Any, permit: Callable[..., None], answer: Any
) -> None:
    arn = functions.deploy("f", lambda _event: answer)
    permit("f", rest.id)
    rest.function("/", arn)
    response = send(f"{rest.deploy()}/")

    assert response.status == 502
    assert response.body == b'{"message":"Internal server error"}'
    assert response.header("x-amzn-errortype") == "InternalServerErrorException"


def test_it_answers_500_without_permission(
    account: Account, rest: RestApi, functions: Any
) -> None:
    rest.function("/", functions.deploy("f"))
    response = send(f"{rest.deploy()}/")

    assert (response.status, parsed(response)) == (500, {"message": "Internal server error"})
    refused = account.trace.calls[-1]
    assert (refused.made_by, refused.error) == ("api shop", "AccessDeniedException")


def test_it_answers_504_after_29_seconds(
    rest: RestApi, functions: Any, permit: Callable[..., None]
) -> None:
    from labs.cloud.clock import clock

    def slow(_event: Any) -> dict[str, Any]:
        clock.advance(30 * 10**9)
        return {}

    arn = functions.deploy("f", slow)
    permit("f", rest.id)
    rest.function("/", arn)
    response = send(f"{rest.deploy()}/")

    assert (response.status, parsed(response)) == (504, {"message": "Endpoint request timed out"})


def test_it_prefers_the_closest_resource(rest: RestApi) -> None:
    for path in ("/{proxy+}", "/a/{id}", "/a/b", "/a/{id}/c"):
        rest.mock(path, response=path, method="ANY")
    base = rest.deploy()

    found = [send(f"{base}{path}").body.decode() for path in ("/a/b", "/a/x", "/a/x/c", "/a/x/d")]

    assert found == ["/a/b", "/a/{id}", "/a/{id}/c", "/{proxy+}"]


def test_it_answers_403_to_what_has_no_method_or_stage(rest: RestApi) -> None:
    rest.mock("/a")
    base = rest.deploy()

    missing, stage = send(f"{base}/b"), send(base.replace("prod", "test") + "/a")

    assert (missing.status, parsed(missing)) == (403, {"message": "Missing Authentication Token"})
    assert (stage.status, parsed(stage)) == (403, {"message": "Forbidden"})


def test_it_serves_what_was_deployed(rest: RestApi) -> None:
    where = rest.mock("/", response="old")
    base = rest.deploy()
    rest.client.put_integration_response(
        **where, statusCode="200", responseTemplates={"application/json": "new"}
    )
    before = send(f"{base}/").body
    rest.deploy()

    assert (before, send(f"{base}/").body) == (b"old", b"new")


def test_it_maps_requests_and_responses(rest: RestApi) -> None:
    response = (
        '#set($context.responseOverride.status = 418)#set($p = $input.params("q"))'
        '{"q": "$util.escapeJavaScript($p)", "stage": "$context.stage", "v": "$stageVariables.v"}'
    )
    where = rest.mock("/", response=response)
    rest.client.update_integration_response(
        **where,
        statusCode="200",
        patchOperations=[
            {
                "op": "add",
                "path": "/responseParameters/method.response.header.X-Q",
                "value": "method.request.querystring.q",
            }
        ],
    )
    answer = send(f"{rest.deploy(variables={'v': 'w'})}/?q=it's")

    assert answer.status == 418
    assert answer.body == b'{"q": "it\\\'s", "stage": "prod", "v": "w"}'
    assert answer.header("x-q") == "it's"


def test_it_chooses_the_integration_response_by_an_error(
    rest: RestApi, functions: Any, permit: Callable[..., None]
) -> None:
    def handler(event: Any) -> Any:
        if event["fail"]:
            raise ValueError("[NotFound] order 7")
        return {"ok": [1, 2]}

    arn = functions.deploy("f", handler)
    permit("f", rest.id)
    where = rest.method("/", "POST")
    rest.client.put_integration(**where, type="AWS", integrationHttpMethod="POST", uri=uri(arn))
    for status, pattern in (("200", ""), ("404", r".*NotFound.*")):
        rest.client.put_method_response(**where, statusCode=status)
        rest.client.put_integration_response(
            **where,
            statusCode=status,
            selectionPattern=pattern,
            responseTemplates={
                "application/json": "$input.json('$.ok')$input.json('$.errorMessage')"
            },
        )
    base = rest.deploy()

    good, bad = send(f"{base}/", "POST", {"fail": False}), send(f"{base}/", "POST", {"fail": True})

    assert (good.status, good.body) == (200, b'[1,2]""')
    assert (bad.status, bad.body) == (404, b'"""[NotFound] order 7"')


def test_it_sends_messages_to_a_queue(rest: RestApi, client: Callable[[str], Any]) -> None:
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    where = rest.method("/", "POST")
    rest.client.put_integration(
        **where,
        type="AWS",
        integrationHttpMethod="POST",
        credentials="arn:aws:iam::123456789012:role/api",
        uri="arn:aws:apigateway:us-east-1:sqs:path/123456789012/q",
        requestParameters={
            "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"
        },
        requestTemplates={
            "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
        },
    )
    rest.client.put_method_response(**where, statusCode="200")
    rest.client.put_integration_response(**where, statusCode="200")
    answer = send(f"{rest.deploy()}/", "POST", {"a": "b&c"})

    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert message["Body"] == '{"a": "b&c"}'
    result = parsed(answer)["SendMessageResponse"]["SendMessageResult"]
    assert result["MessageId"] == message["MessageId"]


def test_it_answers_415_to_a_type_without_template(rest: RestApi) -> None:
    where = rest.mock("/", method="POST")
    rest.client.update_integration(
        **where,
        patchOperations=[{"op": "replace", "path": "/passthroughBehavior", "value": "NEVER"}],
    )
    answer = send(f"{rest.deploy()}/", "POST", b"<a/>", Content_Type="text/xml")

    assert (answer.status, parsed(answer)) == (415, {"message": "Unsupported Media Type"})


def test_it_validates_requests(rest: RestApi) -> None:
    validator = rest.client.create_request_validator(
        restApiId=rest.id, name="all", validateRequestBody=True, validateRequestParameters=True
    )
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    rest.client.create_model(
        restApiId=rest.id,
        name="Order",
        contentType="application/json",
        schema=json.dumps(schema),
    )
    rest.mock(
        "/",
        response="fine",
        method="POST",
        requestValidatorId=validator["id"],
        requestModels={"application/json": "Order"},
        requestParameters={"method.request.querystring.q": True},
    )
    base = rest.deploy()

    missing = send(f"{base}/", "POST", {"id": 1})
    wrong = send(f"{base}/?q=1", "POST", {"id": "x"})
    fine = send(f"{base}/?q=1", "POST", {"id": 1})

    assert parsed(missing) == {"message": "Missing required request parameters: [q]"}
    assert (wrong.status, parsed(wrong)) == (400, {"message": "Invalid request body"})
    assert fine.body == b"fine"


def test_it_customises_gateway_responses(rest: RestApi) -> None:
    rest.mock("/a")
    rest.client.put_gateway_response(
        restApiId=rest.id,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseParameters={"gatewayresponse.header.X-Why": "'nothing here'"},
        responseTemplates={"application/json": '{"no": $context.error.messageString}'},
    )
    answer = send(f"{rest.deploy()}/b")

    assert (answer.status, parsed(answer)) == (404, {"no": "Missing Authentication Token"})
    assert answer.header("x-why") == "nothing here"


def test_it_passes_binary_bodies(
    rest: RestApi, functions: Any, permit: Callable[..., None]
) -> None:
    def handler(event: Any) -> dict[str, Any]:
        return {"statusCode": 200, "body": event["body"], "isBase64Encoded": True}

    arn = functions.deploy("f", handler)
    permit("f", rest.id)
    rest.function("/", arn, "POST")
    operation = {"op": "add", "path": "/binaryMediaTypes/image~1png"}
    rest.client.update_rest_api(restApiId=rest.id, patchOperations=[operation])
    base = rest.deploy()

    picture = b"\x89PNG\xff"
    seen = send(f"{base}/", "POST", picture, Content_Type="image/png", Accept="image/png")
    text = send(f"{base}/", "POST", picture, Content_Type="image/png", Accept="*/*")

    assert seen.body == picture
    assert text.body == base64.b64encode(picture)


def test_it_denies_by_a_resource_policy(rest: RestApi) -> None:
    rest.mock("/a", response="fine")
    rest.mock("/b", response="fine")
    everybody = {"Principal": "*", "Action": "execute-api:Invoke"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", **everybody, "Resource": "execute-api:/*"},
            {"Effect": "Deny", **everybody, "Resource": "execute-api:/*/GET/b"},
        ],
    }
    operation = {"op": "replace", "path": "/policy", "value": json.dumps(policy)}
    rest.client.update_rest_api(restApiId=rest.id, patchOperations=[operation])
    base = rest.deploy()

    assert send(f"{base}/a").status == 200
    denied = send(f"{base}/b")
    assert denied.status == 403
    assert parsed(denied)["Message"].endswith("with an explicit deny")


def test_it_tests_a_method(rest: RestApi) -> None:
    where = rest.mock("/orders/{id}", response='{"id": "$input.params("id")"}')
    answer = rest.client.test_invoke_method(**where, pathWithQueryString="/orders/7?a=b")

    assert answer["status"] == 200
    assert answer["body"] == '{"id": "7"}'
    assert "Method completed with status: 200" in answer["log"]


def test_it_gives_a_canary_its_share(rest: RestApi) -> None:
    where = rest.mock("/", response="old $stageVariables.v")
    base = rest.deploy(variables={"v": "1"})
    rest.client.put_integration_response(
        **where,
        statusCode="200",
        responseTemplates={"application/json": "new $stageVariables.v"},
    )
    canary = {"percentTraffic": 100, "stageVariableOverrides": {"v": "2"}}
    rest.deploy(canarySettings=canary)
    here = {"restApiId": rest.id, "stageName": "prod"}
    found = rest.client.get_stage(**here)["canarySettings"]
    all_of_it = send(f"{base}/").body
    percent = {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "0.0"}
    rest.client.update_stage(**here, patchOperations=[percent])
    none_of_it = send(f"{base}/").body
    operations = [
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "remove", "path": "/canarySettings"},
    ]
    rest.client.update_stage(**here, patchOperations=operations)

    assert found["percentTraffic"] == 100
    assert (all_of_it, none_of_it, send(f"{base}/").body) == (b"new 2", b"old 1", b"new 1")


def test_it_keeps_responses_in_a_stages_cache(account: Account, rest: RestApi) -> None:
    response = '$context.requestId $input.params("q")'
    where = rest.mock("/a", response=response)
    rest.client.put_integration(
        **where,
        type="MOCK",
        requestTemplates={"application/json": '{"statusCode": 200}'},
        cacheKeyParameters=["method.request.querystring.q"],
    )
    url = rest.deploy(cacheClusterEnabled=True, cacheClusterSize="0.5") + "/a"
    here = {"restApiId": rest.id, "stageName": "prod"}
    settings = {
        "/cacheClusterEnabled": "true",
        "/*/*/caching/enabled": "true",
        "/*/*/caching/ttlInSeconds": "60",
    }
    rest.client.update_stage(
        **here,
        patchOperations=[
            {"op": "replace", "path": path, "value": value} for path, value in settings.items()
        ],
    )
    first, again, other = send(f"{url}?q=1"), send(f"{url}?q=1"), send(f"{url}?q=2")
    rest.client.flush_stage_cache(**here)
    flushed = send(f"{url}?q=1")
    account.let_pass(61)

    assert first.body == again.body
    assert other.body.endswith(b" 2")
    assert flushed.body != first.body
    assert send(f"{url}?q=1").body != flushed.body


def test_a_template_may_name_the_methods_parameters(rest: RestApi) -> None:
    names = "$method.request.path.id $method.request.querystring.q $method.request.header.x"
    rest.mock("/a/{id}", response=names)

    assert send(f"{rest.deploy()}/a/7?q=1", x="y").body == b"7 1 y"


@pytest.mark.parametrize(
    "template",
    ["#if($x", "$input.path('$[')", "$input.body.substring(9, 3)", "$util.parseJson('{')"],
)
def test_it_answers_500_to_a_template_that_fails(rest: RestApi, template: str) -> None:
    rest.mock("/", response=template)
    answer = send(f"{rest.deploy()}/")

    assert (answer.status, parsed(answer)) == (500, {"message": "Internal server error"})


def test_it_forbids_what_is_nowhere() -> None:
    hosts = ("nothing.execute-api.us-east-1", "nothing.execute-api.xx-nope-1")

    assert {send(f"https://{host}.amazonaws.com/prod").status for host in hosts} == {403}


def test_a_vpc_link_is_not_simulated(rest: RestApi) -> None:
    where = rest.method("/", "GET")
    rest.client.put_integration(
        **where,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri="http://internal.example",
        connectionType="VPC_LINK",
        connectionId="abc",
    )
    with pytest.raises(MissingError, match="VPC link"):
        send(f"{rest.deploy()}/")


def test_other_services_actions_are_not_simulated(rest: RestApi) -> None:
    where = rest.method("/", "GET")
    rest.client.put_integration(
        **where,
        type="AWS",
        integrationHttpMethod="POST",
        credentials="arn:aws:iam::123456789012:role/api",
        uri="arn:aws:apigateway:us-east-1:braket:action/SearchDevices",
    )
    with pytest.raises(MissingError):
        send(f"{rest.deploy()}/")
