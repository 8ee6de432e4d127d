"""Each seam by which API Gateway's management refuses what AWS refuses still holds."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.apigateway.responses import APIGatewayResponse
from moto.apigatewayv2.responses import ApiGatewayV2Response

from labs.cloud import moto_apigateway_refusals
from labs.cloud.account import Account


@pytest.fixture
def api(account: Account, client: Callable[[str], Any]) -> Any:
    return client("apigateway")


@pytest.fixture
def here(api: Any) -> dict[str, str]:
    """{restApiId, resourceId, httpMethod} of a method that is not there yet."""
    found = api.create_rest_api(name="shop")
    return {
        "restApiId": found["id"],
        "resourceId": found["rootResourceId"],
        "httpMethod": "GET",
    }


def said(call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_it_replaces_what_moto_has(moto: None) -> None:
    assert all(hasattr(APIGatewayResponse, name) for name in moto_apigateway_refusals.BREAKING)
    assert all(
        hasattr(ApiGatewayV2Response, name) for name in moto_apigateway_refusals.BREAKING_V2
    )


def test_it_keeps_what_an_api_is_made_with(api: Any) -> None:
    made = api.create_rest_api(name="a", binaryMediaTypes=["image/png"], version="7")
    models = api.get_models(restApiId=made["id"])["items"]

    assert (made["binaryMediaTypes"], made["version"]) == (["image/png"], "7")
    assert sorted(model["name"] for model in models) == ["Empty", "Error"]


def test_it_refuses_what_is_not_there(api: Any, here: dict[str, str]) -> None:
    assert said(api.delete_method, **here).startswith("NotFoundException: Invalid Method")
    api.put_method(**here, authorizationType="NONE")
    for call in (api.get_integration, api.delete_integration):
        assert said(call, **here).startswith("NotFoundException: Invalid Integration")
    for call in (
        api.get_method_response,
        api.delete_method_response,
        api.get_integration_response,
        api.delete_integration_response,
    ):
        assert said(call, **here, statusCode="200").startswith("NotFoundException: Invalid")


def test_it_refuses_what_is_wrong(api: Any, here: dict[str, str]) -> None:
    rest = {"restApiId": here["restApiId"]}
    policy = {"op": "replace", "path": "/policy", "value": "{"}
    method = {**here, "httpMethod": "FOO"}

    assert said(api.create_rest_api, name="").endswith("API Name cannot be blank")
    assert "Invalid policy" in said(api.update_rest_api, **rest, patchOperations=[policy])
    assert "Invalid model" in said(
        api.create_model, **rest, name="M", contentType="application/json", schema="{"
    )
    assert "Invalid HttpMethod" in said(api.put_method, **method, authorizationType="NONE")
    assert "valid authorizer" in said(api.put_method, **here, authorizationType="CUSTOM")
    assert "Root resource" in said(api.delete_resource, **rest, resourceId=here["resourceId"])


def test_it_shows_gateway_responses_as_they_are_by_default(api: Any, here: dict[str, str]) -> None:
    rest = {"restApiId": here["restApiId"]}
    api.put_gateway_response(**rest, responseType="THROTTLED", statusCode="503")
    found = {one["responseType"]: one for one in api.get_gateway_responses(**rest)["items"]}
    one = api.get_gateway_response(**rest, responseType="UNAUTHORIZED")

    assert (one["statusCode"], one["defaultResponse"]) == ("401", True)
    assert found["THROTTLED"]["statusCode"] == "503"
    assert json.dumps(one["responseTemplates"])


def test_it_refuses_what_is_not_there_in_v2(client: Callable[[str], Any], api: Any) -> None:
    v2 = client("apigatewayv2")
    made = v2.create_api(Name="h", ProtocolType="HTTP")["ApiId"]

    assert said(v2.update_authorizer, ApiId=made, AuthorizerId="x").startswith("NotFound")
    assert said(v2.update_integration, ApiId=made, IntegrationId="x").startswith("NotFound")
