"""What the examples about API Gateway may import: APIs are made, and called as clients would."""

import json

import boto3
import requests

REGION, ACCOUNT = "us-east-1", "123456789012"


def uri(function_arn):
    """How an API names the function that it calls."""
    path = f"2015-03-31/functions/{function_arn}/invocations"
    return f"arn:aws:apigateway:{REGION}:lambda:path/{path}"


def permit(function, api_id, route="*"):
    """Let one API call a function, for one of its routes or for all."""
    boto3.client("lambda").add_permission(
        FunctionName=function,
        StatementId=f"api-{api_id}",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*/{route}",
    )


def rest_api(function_arn, name="shop", **method):
    """A REST API that hands every request to one function; returns its id and its address."""
    client = boto3.client("apigateway")
    api_id = client.create_rest_api(name=name)["id"]
    root = client.get_resources(restApiId=api_id)["items"][0]["id"]
    made = client.create_resource(restApiId=api_id, parentId=root, pathPart="{proxy+}")
    where = {"restApiId": api_id, "resourceId": made["id"], "httpMethod": "ANY"}
    client.put_method(**where, **{"authorizationType": "NONE", **method})
    client.put_integration(
        **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri(function_arn)
    )
    permit(function_arn, api_id, "*/*")
    client.create_deployment(restApiId=api_id, stageName="prod")
    return api_id, f"https://{api_id}.execute-api.{REGION}.amazonaws.com/prod"


def http_api(function_arn, name="shop", **settings):
    """An HTTP API that hands every request to one function; returns its id and its address."""
    client = boto3.client("apigatewayv2")
    made = client.create_api(Name=name, ProtocolType="HTTP", Target=function_arn, **settings)
    permit(function_arn, made["ApiId"])
    return made["ApiId"], made["ApiEndpoint"]


def call(url, method="GET", body=None, **headers):
    """Send a request; returns status, headers and text of what comes back, whatever it is."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None:
        named.setdefault("Content-Type", "application/json")
    answer = requests.request(method, url, data=data, headers=named, timeout=35)
    return answer.status_code, dict(answer.headers), answer.text


def guard(api_id, function_arn, **settings):
    """Put a Lambda authorizer before all methods of a REST API, and deploy it."""
    client = boto3.client("apigateway")
    permit(function_arn, api_id)
    made = client.create_authorizer(
        restApiId=api_id,
        name="guard",
        type="TOKEN",
        authorizerUri=uri(function_arn),
        identitySource="method.request.header.Authorization",
        **settings,
    )
    operations = [
        {"op": "replace", "path": "/authorizationType", "value": "CUSTOM"},
        {"op": "replace", "path": "/authorizerId", "value": made["id"]},
    ]
    for resource in client.get_resources(restApiId=api_id, limit=500)["items"]:
        for method in resource.get("resourceMethods", {}):
            client.update_method(
                restApiId=api_id,
                resourceId=resource["id"],
                httpMethod=method,
                patchOperations=operations,
            )
    client.create_deployment(restApiId=api_id, stageName="prod")
