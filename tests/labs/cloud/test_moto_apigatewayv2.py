"""Each seam into moto's API Gateway v2 still holds."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.apigatewayv2.models import Api
from moto.apigatewayv2.responses import ApiGatewayV2Response

from labs.cloud import moto_apigatewayv2
from labs.cloud.account import Account
from labs.cloud.services.api_gateway import v2_operations


@pytest.fixture
def api(account: Account, client: Callable[[str], Any]) -> Any:
    return client("apigatewayv2")


@pytest.fixture
def made(api: Any) -> str:
    """The id of an HTTP API."""
    return str(api.create_api(Name="shop", ProtocolType="HTTP")["ApiId"])


def code(call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


def test_it_replaces_what_moto_has(moto: None) -> None:
    assert all(hasattr(Api, name) for name in moto_apigatewayv2.SEAMS)
    # Where moto learns one of these itself, it may be better at it.
    assert all(
        getattr(ApiGatewayV2Response, name) is operation
        for name, operation in v2_operations.OPERATIONS.items()
    )


def test_it_deploys(api: Any, made: str) -> None:
    assert code(api.create_deployment, ApiId=made) == "BadRequestException"
    api.create_route(ApiId=made, RouteKey="GET /a")
    deployment = api.create_deployment(ApiId=made, Description="first")
    stage = api.create_stage(ApiId=made, StageName="test", DeploymentId=deployment["DeploymentId"])
    found = api.get_deployments(ApiId=made)["Items"]

    assert stage["StageName"] == "test"
    assert [one["Description"] for one in found] == ["first"]
    assert code(api.delete_deployment, ApiId=made, DeploymentId=deployment["DeploymentId"]) == (
        "BadRequestException"
    )


def test_it_updates_stages(api: Any, made: str) -> None:
    api.create_stage(ApiId=made, StageName="test")
    changed = api.update_stage(
        ApiId=made, StageName="test", AutoDeploy=True, StageVariables={"a": "b"}
    )

    assert (changed["AutoDeploy"], changed["StageVariables"]) == (True, {"a": "b"})


def test_it_refuses_what_is_there_twice_or_no_route(api: Any, made: str) -> None:
    api.create_stage(ApiId=made, StageName="test")
    api.create_route(ApiId=made, RouteKey="GET /a")

    assert code(api.create_stage, ApiId=made, StageName="test") == "ConflictException"
    assert code(api.create_route, ApiId=made, RouteKey="GET /a") == "ConflictException"
    assert code(api.create_route, ApiId=made, RouteKey="get") == "BadRequestException"
    assert code(api.delete_stage, ApiId=made, StageName="no") == "NotFoundException"


def test_it_lists_authorizers(api: Any, made: str) -> None:
    api.create_authorizer(
        ApiId=made,
        Name="a",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.A"],
        JwtConfiguration={"Issuer": "https://x"},
    )

    assert [one["Name"] for one in api.get_authorizers(ApiId=made)["Items"]] == ["a"]
