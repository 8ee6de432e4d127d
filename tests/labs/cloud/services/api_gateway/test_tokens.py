"""User pools of the account as issuers."""

from collections.abc import Callable
from typing import Any

import pytest

from labs.cloud.account import Account
from tests.labs.cloud.services.api_gateway.support import RestApi, parsed, send


@pytest.fixture
def pool(account: Account, client: Callable[[str], Any]) -> dict[str, str]:
    """A user pool with somebody who signed in: {id, client, token, issuer}."""
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ADMIN_NO_SRP_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="ada", Password="Passw0rd!", Permanent=True
    )
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=app,
        AuthFlow="ADMIN_NO_SRP_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Passw0rd!"},
    )
    return {
        "id": pool,
        "client": app,
        "token": answer["AuthenticationResult"]["IdToken"],
        "issuer": f"https://cognito-idp.us-east-1.amazonaws.com/{pool}",
    }


def test_it_lets_a_rest_api_trust_a_user_pool(
    account: Account,
    rest: RestApi,
    pool: dict[str, str],
    functions: Any,
    permit: Callable[..., None],
) -> None:
    made = rest.client.create_authorizer(
        restApiId=rest.id,
        name="people",
        type="COGNITO_USER_POOLS",
        providerARNs=[f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool['id']}"],
        identitySource="method.request.header.Authorization",
    )
    arn = functions.deploy("f", lambda _event: {})
    permit("f", rest.id)
    rest.function("/", arn, authorizationType="COGNITO_USER_POOLS", authorizerId=made["id"])
    url = rest.deploy() + "/"
    answers = [
        send(url),
        send(url, Authorization="x.y.z"),
        send(url, Authorization=pool["token"]),
    ]
    account.let_pass(3 * 3600)
    late = send(url, Authorization=pool["token"])

    assert [answer.status for answer in answers] == [401, 401, 200]
    claims = functions.events["f"][0]["requestContext"]["authorizer"]["claims"]
    assert claims["cognito:username"] == "ada"
    assert parsed(late) == {"message": "The incoming token has expired"}


def test_it_lets_an_http_api_trust_a_user_pool(
    client: Callable[[str], Any],
    pool: dict[str, str],
    functions: Any,
    permit: Callable[..., None],
) -> None:
    api = client("apigatewayv2")
    arn = functions.deploy("f", lambda event: event["requestContext"]["authorizer"]["jwt"])
    made = api.create_api(Name="http", ProtocolType="HTTP", Target=arn)
    permit("f", made["ApiId"])
    authorizer = api.create_authorizer(
        ApiId=made["ApiId"],
        Name="people",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": pool["issuer"], "Audience": [pool["client"]]},
    )
    (route,) = api.get_routes(ApiId=made["ApiId"])["Items"]
    api.update_route(
        ApiId=made["ApiId"],
        RouteId=route["RouteId"],
        AuthorizationType="JWT",
        AuthorizerId=authorizer["AuthorizerId"],
    )
    url = made["ApiEndpoint"] + "/"
    good = send(url, Authorization=f"Bearer {pool['token']}")
    bad = send(url, Authorization=f"Bearer {pool['token'][:-4]}AAAA")

    assert parsed(good)["claims"]["cognito:username"] == "ada"
    assert bad.status == 401
    assert "invalid_token" in str(bad.header("www-authenticate"))
