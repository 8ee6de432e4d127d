"""The whole API as one OpenAPI document, put over what is there."""

import contextlib
import json
from collections import defaultdict

import boto3

SESSION = boto3.session.Session()
REGION = SESSION.region_name or "us-east-1"
CORS = "Access-Control-Allow-"


class Api:
    def __init__(self, name):
        self.name = name
        self.gateway = SESSION.client("apigateway")
        known = {one["name"]: one["id"] for one in self.everything("get_rest_apis")}
        self.id = known.get(name) or self.gateway.create_rest_api(name=name)["id"]

    def everything(self, operation, **parameters):
        pages = self.gateway.get_paginator(operation).paginate(**parameters)
        return [item for page in pages for item in page.get("items", [])]

    def document(self, arn, routes, origin):
        paths = defaultdict(dict)
        for route in routes:
            integration = {
                "type": "aws_proxy",
                "httpMethod": "POST",
                "uri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
            }
            operation = {"responses": {}, "x-amazon-apigateway-integration": integration}
            if route["key"]:
                operation["security"] = [{"key": []}]
            paths[route["path"]][route["method"].lower()] = operation
        for methods in paths.values():
            methods["options"] = self.preflight(",".join(methods).upper(), origin)
        header = {f"gatewayresponse.header.{CORS}Origin": f"'{origin}'"}
        key = {"type": "apiKey", "name": "x-api-key", "in": "header"}
        return {
            "openapi": "3.0.1",
            "info": {"title": self.name, "version": "1"},
            "paths": paths,
            "components": {"securitySchemes": {"key": key}},
            "x-amazon-apigateway-gateway-responses": {
                kind: {"responseParameters": header} for kind in ("DEFAULT_4XX", "DEFAULT_5XX")
            },
        }

    @staticmethod
    def preflight(methods, origin):
        values = {"Origin": origin, "Methods": methods, "Headers": "content-type,x-api-key"}
        parameters = {
            f"method.response.header.{CORS}{name}": f"'{value}'" for name, value in values.items()
        }
        schema = {"schema": {"type": "string"}}
        return {
            "responses": {
                "200": {"description": "ok", "headers": {CORS + name: schema for name in values}}
            },
            "x-amazon-apigateway-integration": {
                "type": "mock",
                "requestTemplates": {"application/json": '{"statusCode": 200}'},
                "responses": {"default": {"statusCode": "200", "responseParameters": parameters}},
            },
        }

    def plan(self, limits):
        """The usage plan; one that is not as it should be makes room for a new one."""
        wanted = {
            "throttle": {"rateLimit": float(limits["rate"]), "burstLimit": limits["burst"]},
            "quota": {"limit": limits["per_day"], "offset": 0, "period": "DAY"},
        }
        for plan in self.everything("get_usage_plans"):
            if plan["name"] != self.name:
                continue
            stages = [(one["apiId"], one["stage"]) for one in plan.get("apiStages", [])]
            same = all(plan.get(part) == value for part, value in wanted.items())
            if same and stages == [(self.id, "prod")]:
                return plan["id"]
            for stage in stages:
                operation = {"op": "remove", "path": "/apiStages", "value": ":".join(stage)}
                self.gateway.update_usage_plan(usagePlanId=plan["id"], patchOperations=[operation])
            self.gateway.delete_usage_plan(usagePlanId=plan["id"])
        stages = [{"apiId": self.id, "stage": "prod"}]
        return self.gateway.create_usage_plan(name=self.name, apiStages=stages, **wanted)["id"]


def publish(name, function_name, routes, keys, limits, origin):
    api, functions = Api(name), SESSION.client("lambda")
    arn = functions.get_function_configuration(FunctionName=function_name)["FunctionArn"]
    body = json.dumps(api.document(arn, routes, origin)).encode()
    api.gateway.put_rest_api(restApiId=api.id, mode="overwrite", failOnWarnings=True, body=body)
    account = arn.split(":")[4]
    with contextlib.suppress(functions.exceptions.ResourceConflictException):
        functions.add_permission(
            FunctionName=arn,
            StatementId=f"{name}-may-invoke",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{REGION}:{account}:{api.id}/prod/*/*",
        )
    api.gateway.create_deployment(restApiId=api.id, stageName="prod")
    plan = api.plan(limits)
    there = {one["id"] for one in api.everything("get_usage_plan_keys", usagePlanId=plan)}
    for key in there.symmetric_difference(keys):
        if key in there:
            api.gateway.delete_usage_plan_key(usagePlanId=plan, keyId=key)
        else:
            api.gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    return f"https://{api.id}.execute-api.{REGION}.amazonaws.com/prod"
