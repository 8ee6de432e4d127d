"""Each seam into moto's API Gateway (v1) still holds."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.apigateway.models import APIGatewayBackend, RestAPI, Stage, UsagePlan
from moto.apigateway.responses import APIGatewayResponse

from labs.cloud import moto_apigateway
from labs.cloud.account import Account
from labs.cloud.services.api_gateway.rest import operations


@pytest.fixture
def api(account: Account, client: Callable[[str], Any]) -> Any:
    return client("apigateway")


@pytest.fixture
def made(api: Any) -> dict[str, str]:
    """A method that answers by itself: {restApiId, resourceId, httpMethod}."""
    found = api.create_rest_api(name="shop")
    where = {
        "restApiId": found["id"],
        "resourceId": found["rootResourceId"],
        "httpMethod": "GET",
    }
    api.put_method(**where, authorizationType="NONE")
    api.put_integration(**where, type="MOCK")
    return where


def code(call: Callable[..., Any], **parameters: Any) -> str:
    """The error's code and message."""
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_it_replaces_what_moto_has(moto: None) -> None:
    names = (
        "update_integration_mocks",
        "create_deployment",
        "create_stage",
        "create_authorizer",
        "apply_patch_operations",
        "delete_deployment",
    )
    assert all(hasattr(RestAPI, name) for name in names)
    assert hasattr(UsagePlan, "apply_patch_operations")
    assert hasattr(Stage, "apply_operations")
    assert all(hasattr(APIGatewayBackend, name) for name in moto_apigateway.MISSING_KEYS)
    # Where moto learns one of these itself, it may be better at it.
    assert all(
        getattr(APIGatewayResponse, name) is operation
        for name, operation in operations.OPERATIONS.items()
    )


def test_it_keeps_a_stages_variables_when_it_is_deployed_again(
    api: Any, made: dict[str, str]
) -> None:
    here = {"restApiId": made["restApiId"], "stageName": "prod"}
    api.create_deployment(**here, variables={"a": "1"})
    again = api.create_deployment(**here, variables={"b": "2"})
    stage = api.get_stage(**here)

    assert stage["variables"] == {"a": "1", "b": "2"}
    assert stage["deploymentId"] == again["id"]


def test_it_refuses_what_is_not_there_or_twice(api: Any, made: dict[str, str]) -> None:
    here = {"restApiId": made["restApiId"]}
    parent = {**here, "parentId": made["resourceId"]}
    api.create_resource(**parent, pathPart="a")
    nowhere = {**here, "resourceId": made["resourceId"], "httpMethod": "POST"}

    assert code(api.create_stage, **here, stageName="x", deploymentId="no").startswith(
        "BadRequestException: Deployment id does not exist"
    )
    assert code(api.create_resource, **parent, pathPart="a").startswith("ConflictException")
    assert code(api.put_method, **made, authorizationType="NONE").startswith("ConflictException")
    assert code(api.put_integration, **nowhere, type="MOCK").startswith("NotFoundException")
    assert code(api.delete_rest_api, restApiId="nothing").startswith("NotFoundException")
    assert code(api.delete_usage_plan, usagePlanId="no").startswith("NotFoundException")
    assert code(api.get_deployment, **here, deploymentId="no").startswith("NotFoundException")


def test_it_deletes_what_is_below_a_resource(api: Any, made: dict[str, str]) -> None:
    here = {"restApiId": made["restApiId"]}
    above = api.create_resource(**here, parentId=made["resourceId"], pathPart="a")["id"]
    api.create_resource(**here, parentId=above, pathPart="b")
    api.delete_resource(**here, resourceId=above)

    assert [one["path"] for one in api.get_resources(**here)["items"]] == ["/"]


def test_it_deletes_no_deployment_of_a_stage(api: Any, made: dict[str, str]) -> None:
    here = {"restApiId": made["restApiId"]}
    first = api.create_deployment(**here, stageName="prod")["id"]
    second = api.create_deployment(**here, stageName="prod")["id"]
    api.delete_deployment(**here, deploymentId=first)

    assert code(api.delete_deployment, **here, deploymentId=second).startswith(
        "BadRequestException: Active stages"
    )


def test_it_keeps_an_authorizers_expression(api: Any, made: dict[str, str]) -> None:
    authorizer = api.create_authorizer(
        restApiId=made["restApiId"],
        name="a",
        type="TOKEN",
        identitySource="method.request.header.A",
        identityValidationExpression="a+",
    )

    assert authorizer["identityValidationExpression"] == "a+"


def test_it_patches_binary_media_types_by_their_path(api: Any, made: dict[str, str]) -> None:
    operations = [{"op": "add", "path": "/binaryMediaTypes/image~1png"}]
    added = api.update_rest_api(restApiId=made["restApiId"], patchOperations=operations)
    operations = [{"op": "remove", "path": "/binaryMediaTypes/image~1png"}]
    removed = api.update_rest_api(restApiId=made["restApiId"], patchOperations=operations)

    assert added["binaryMediaTypes"] == ["image/png"]
    assert removed.get("binaryMediaTypes", []) == []


def test_it_patches_plans_methods_and_integrations(api: Any, made: dict[str, str]) -> None:
    plan = api.create_usage_plan(name="p", throttle={"rateLimit": 1, "burstLimit": 1})
    operations = [{"op": "replace", "path": "/throttle/rateLimit", "value": "0.5"}]
    changed = api.update_usage_plan(usagePlanId=plan["id"], patchOperations=operations)
    operations = [{"op": "replace", "path": "/apiKeyRequired", "value": "true"}]
    method = api.update_method(**made, patchOperations=operations)
    template = {"op": "add", "path": "/requestTemplates/text~1xml", "value": "x"}
    integration = api.update_integration(**made, patchOperations=[template])

    assert changed["throttle"]["rateLimit"] == 0.5
    assert method["apiKeyRequired"] is True
    assert integration["requestTemplates"] == {"text/xml": "x"}


DOCUMENT = {
    "openapi": "3.0.1",
    "info": {"title": "imported"},
    "components": {
        "schemas": {"Order": {"type": "object", "required": ["id"]}},
        "securitySchemes": {
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "guard": {
                "type": "apiKey",
                "name": "token",
                "in": "header",
                "x-amazon-apigateway-authorizer": {
                    "type": "token",
                    "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/x",
                },
            },
        },
    },
    "x-amazon-apigateway-request-validators": {"body": {"validateRequestBody": True}},
    "x-amazon-apigateway-request-validator": "body",
    "paths": {
        "/orders/{id}": {
            "post": {
                "parameters": [{"name": "id", "in": "path", "required": True}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Order"}}
                    }
                },
                "security": [{"guard": []}, {"key": []}],
                "responses": {"200": {"description": "made"}},
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200"}},
                },
            }
        }
    },
}


def test_it_imports_a_document(api: Any) -> None:
    made = api.import_rest_api(body=json.dumps(DOCUMENT).encode())
    resources = {one["path"]: one for one in api.get_resources(restApiId=made["id"])["items"]}
    method = api.get_method(
        restApiId=made["id"], resourceId=resources["/orders/{id}"]["id"], httpMethod="POST"
    )

    assert made["name"] == "imported"
    assert set(resources) == {"/", "/orders", "/orders/{id}"}
    assert method["authorizationType"] == "CUSTOM"
    assert method["apiKeyRequired"] is True
    assert method["requestModels"] == {"application/json": "Order"}
    assert method["requestParameters"] == {"method.request.path.id": True}
    assert method["methodIntegration"]["type"] == "MOCK"
    assert "200" in method["methodIntegration"]["integrationResponses"]
    assert method["requestValidatorId"]


def test_it_imports_swagger_over_what_was_there(api: Any, made: dict[str, str]) -> None:
    document = {
        "swagger": "2.0",
        "info": {"title": "new"},
        "paths": {"/a": {"x-amazon-apigateway-any-method": {"responses": {}}}},
    }
    api.put_rest_api(
        restApiId=made["restApiId"], mode="overwrite", body=json.dumps(document).encode()
    )
    resources = api.get_resources(restApiId=made["restApiId"])["items"]

    methods = {one["path"]: list(one.get("resourceMethods", {})) for one in resources}
    assert methods == {"/": [], "/a": ["ANY"]}
