"""Authorizers, keys, plans and throttles of REST APIs."""

from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud.account import Account
from labs.cloud.clock import clock
from tests.labs.cloud.services.api_gateway.support import RestApi, parsed, send, uri


def policy(event: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    statement = {
        "Effect": effect,
        "Action": "execute-api:Invoke",
        "Resource": event["methodArn"],
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": "ada", "policyDocument": document, **more}


def guard(event: Any) -> dict[str, Any]:
    """An authorizer's handler, which does what the token says."""
    match event.get("authorizationToken") or event["headers"]["token"]:
        case "allow":
            return policy(event, context={"n": 5, "ok": True})
        case "deny":
            return policy(event, "Deny")
        case "none":
            return {"principalId": "ada", "policyDocument": {"Statement": []}}
        case "nowhere":
            return policy({"methodArn": []})
        case "unauthorized":
            raise ValueError("Unauthorized")
        case "broken":
            return {"no": "policy"}
    raise ValueError("something else")


@pytest.fixture
def guarded(rest: RestApi, functions: Any, permit: Callable[..., None]) -> Callable[..., str]:
    """An API whose method has an authorizer; its address."""

    def making(**options: Any) -> str:
        for name, handler in (("guard", guard), ("f", lambda _event: {})):
            functions.deploy(name, handler)
            permit(name, rest.id)
        arn = "arn:aws:lambda:us-east-1:123456789012:function"
        made = rest.client.create_authorizer(
            restApiId=rest.id,
            name="guard",
            authorizerUri=uri(f"{arn}:guard"),
            **{"type": "TOKEN", "identitySource": "method.request.header.token", **options},
        )
        rest.function("/", f"{arn}:f", authorizationType="CUSTOM", authorizerId=made["id"])
        return rest.deploy() + "/"

    return making


@pytest.mark.parametrize(
    ("token", "status", "body"),
    [
        ("deny", 403, "User is not authorized to access this resource with an explicit deny"),
        ("none", 403, "User is not authorized to access this resource"),
        ("nowhere", 403, "User is not authorized to access this resource"),
        ("unauthorized", 401, "Unauthorized"),
        ("broken", 500, None),
        ("else", 500, None),
    ],
)
def test_it_refuses(
    guarded: Callable[..., str], token: str, status: int, body: str | None
) -> None:
    answer = send(guarded(), token=token)

    (said,) = parsed(answer).values()
    assert (answer.status, said) == (status, body)


def test_it_passes_the_context_on_and_remembers(
    account: Account, guarded: Callable[..., str], functions: Any
) -> None:
    url = guarded()
    statuses = [send(url, token="allow").status for _ in range(2)]
    calls = len(functions.events["guard"])
    account.let_pass(301)
    send(url, token="allow")

    context = functions.events["f"][0]["requestContext"]["authorizer"]
    assert statuses == [200, 200]
    assert (context["principalId"], context["n"], context["ok"]) == ("ada", "5", "true")
    assert (calls, len(functions.events["guard"])) == (1, 2)


def test_it_asks_no_authorizer_without_a_fitting_token(
    guarded: Callable[..., str], functions: Any
) -> None:
    url = guarded(identityValidationExpression="al.*")

    assert [send(url).status, send(url, token="x").status] == [401, 401]
    assert send(url, token="allow").status == 200
    assert len(functions.events["guard"]) == 1


def test_it_hands_a_request_authorizer_the_request(
    guarded: Callable[..., str], functions: Any
) -> None:
    source = "method.request.header.token, method.request.querystring.q"
    url = guarded(type="REQUEST", identitySource=source)
    missing = send(url, token="allow")
    answer = send(f"{url}?q=1", token="allow")

    (event,) = functions.events["guard"]
    assert (missing.status, answer.status) == (401, 200)
    assert event["type"] == "REQUEST"
    assert event["queryStringParameters"] == {"q": "1"}
    assert event["requestContext"]["resourcePath"] == "/"


def test_it_answers_aws_iam_without_signature(rest: RestApi) -> None:
    rest.mock("/", response="$context.identity.accessKey", authorizationType="AWS_IAM")
    url = f"{rest.deploy()}/"
    answer = send(url)
    signature = "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/us-east-1/execute-api/aws4_request"

    assert send(url, Authorization=signature).body == b"AKIA1"
    assert (answer.status, parsed(answer)) == (403, {"message": "Missing Authentication Token"})


@pytest.fixture
def keyed(rest: RestApi) -> Callable[..., tuple[str, str]]:
    """An API that asks for a key of a usage plan; (address, key)."""

    def making(**options: Any) -> tuple[str, str]:
        rest.mock("/", apiKeyRequired=True)
        url = rest.deploy() + "/"
        key = rest.client.create_api_key(name="k", enabled=True)
        stages = [{"apiId": rest.id, "stage": "prod"}]
        plan = rest.client.create_usage_plan(name="p", apiStages=stages, **options)
        rest.client.create_usage_plan_key(
            usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY"
        )
        return url, key["value"]

    return making


def test_it_wants_a_key(keyed: Callable[..., tuple[str, str]]) -> None:
    url, key = keyed()

    answers = [send(url), send(url, x_api_key="wrong"), send(url, x_api_key=key)]

    assert [answer.status for answer in answers] == [403, 403, 200]
    assert parsed(answers[0]) == {"message": "Forbidden"}


def test_it_throttles_a_key(account: Account, keyed: Callable[..., tuple[str, str]]) -> None:
    url, key = keyed(throttle={"rateLimit": 1, "burstLimit": 2})
    answers = [send(url, x_api_key=key) for _ in range(3)]
    account.let_pass(1)
    later = send(url, x_api_key=key)

    assert [answer.status for answer in (*answers, later)] == [200, 200, 429, 200]
    assert parsed(answers[2]) == {"message": "Too Many Requests"}


def test_it_counts_a_quota_by_the_day(
    account: Account, rest: RestApi, keyed: Callable[..., tuple[str, str]]
) -> None:
    url, key = keyed(quota={"limit": 2, "period": "DAY"})
    answers = [send(url, x_api_key=key) for _ in range(3)]
    account.let_pass(24 * 3600)
    tomorrow = send(url, x_api_key=key)
    day = clock.now().date().isoformat()
    (plan,) = rest.client.get_usage_plans()["items"]
    usage = rest.client.get_usage(usagePlanId=plan["id"], startDate=day, endDate=day)

    assert [answer.status for answer in (*answers, tomorrow)] == [200, 200, 429, 200]
    assert parsed(answers[2]) == {"message": "Limit Exceeded"}
    assert list(usage["items"].values()) == [[[1, 1]]]


def test_it_throttles_a_stage(rest: RestApi) -> None:
    rest.mock("/a")
    base = rest.deploy()
    rest.client.update_stage(
        restApiId=rest.id,
        stageName="prod",
        patchOperations=[
            {"op": "replace", "path": f"/~1a/GET/throttling/{name}", "value": "1"}
            for name in ("rateLimit", "burstLimit")
        ],
    )

    assert [send(f"{base}/a").status for _ in range(2)] == [200, 429]


def test_it_believes_any_signature(rest: RestApi) -> None:
    """AWS would verify it, and ask the caller's policies."""
    rest.mock("/", authorizationType="AWS_IAM")

    assert send(f"{rest.deploy()}/", Authorization="AWS4-HMAC-SHA256 forged").status == 200
