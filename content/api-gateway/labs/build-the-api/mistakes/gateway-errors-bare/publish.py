"""Puts a REST API before a function, and makes it live."""

import boto3

STAGE = "prod"

api = boto3.client("apigateway")
functions = boto3.client("lambda")


def publish(name, function_name, routes, keys, limits, origin):
    """Make the API `name` what it is told here; returns the address of its stage."""
    arn = functions.get_function(FunctionName=function_name)["Configuration"]["FunctionArn"]
    _, _, _, region, account, *_ = arn.split(":")
    api_id = find("get_rest_apis", name) or api.create_rest_api(
        name=name, endpointConfiguration={"types": ["REGIONAL"]}
    )["id"]
    draft(api_id, f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations",
          routes, origin)  # fmt: skip
    try:
        functions.add_permission(
            FunctionName=function_name,
            StatementId=f"api-{api_id}",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{region}:{account}:{api_id}/*",
        )
    except functions.exceptions.ResourceConflictException:
        pass  # an earlier call has done it
    api.create_deployment(restApiId=api_id, stageName=STAGE)
    admit(name, api_id, keys, limits)
    return f"https://{api_id}.execute-api.{region}.amazonaws.com/{STAGE}"


def find(operation, name):
    """The id of what has exactly this name, None if there is nothing."""
    for page in api.get_paginator(operation).paginate():
        for item in page["items"]:
            if item["name"] == name:
                return item["id"]
    return None


def draft(api_id, uri, routes, origin):
    """Make the draft anew. Customers see the last deployment meanwhile."""
    ids = {}
    resources = [
        item
        for page in api.get_paginator("get_resources").paginate(restApiId=api_id)
        for item in page["items"]
    ]
    for item in resources:
        if item["path"] == "/":
            ids[""] = item["id"]
        elif item["path"].count("/") == 1:
            api.delete_resource(restApiId=api_id, resourceId=item["id"])
    methods = {}
    for route in routes:
        methods.setdefault(route["path"], []).append(route["method"])
        where = place(api_id, ids, route["path"]) | {"httpMethod": route["method"]}
        api.put_method(**where, authorizationType="NONE", apiKeyRequired=route["key"])
        api.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    for path, allowed in methods.items():
        preflight(place(api_id, ids, path), allowed, origin)
    for kind in ():
        headers = {"gatewayresponse.header.Access-Control-Allow-Origin": f"'{origin}'"}
        api.put_gateway_response(restApiId=api_id, responseType=kind, responseParameters=headers)


def place(api_id, ids, path):
    """The resource of a path, made if it is not there."""
    if path not in ids:
        parent, _, part = path.rpartition("/")
        above = place(api_id, ids, parent)["resourceId"]
        made = api.create_resource(restApiId=api_id, parentId=above, pathPart=part)
        ids[path] = made["id"]
    return {"restApiId": api_id, "resourceId": ids[path]}


def preflight(where, methods, origin):
    where = where | {"httpMethod": "OPTIONS"}
    headers = {
        "Origin": f"'{origin}'",
        "Methods": f"'{','.join([*methods, 'OPTIONS'])}'",
        "Headers": "'Content-Type,X-Api-Key'",
    }
    named = {f"method.response.header.Access-Control-Allow-{key}": v for key, v in headers.items()}
    api.put_method(**where, authorizationType="NONE", apiKeyRequired=False)
    template = {"application/json": '{"statusCode": 200}'}
    api.put_integration(
        **where, type="MOCK", requestTemplates=template, passthroughBehavior="WHEN_NO_MATCH"
    )
    known = dict.fromkeys(named, True)
    api.put_method_response(**where, statusCode="200", responseParameters=known)
    api.put_integration_response(**where, statusCode="200", responseParameters=named)


def admit(name, api_id, keys, limits):
    """A usage plan of the API's name, with these limits, for these keys."""
    plan_id = find("get_usage_plans", name)
    if plan_id is None:
        plan_id = api.create_usage_plan(name=name)["id"]
    plan = api.get_usage_plan(usagePlanId=plan_id)
    values = {
        "/throttle/rateLimit": limits["rate"],
        "/throttle/burstLimit": limits["burst"],
        "/quota/limit": limits["per_day"],
        "/quota/period": "DAY",
    }
    changes = [{"op": "replace", "path": path, "value": str(v)} for path, v in values.items()]
    if not any(stage["apiId"] == api_id for stage in plan.get("apiStages", [])):
        changes.append({"op": "add", "path": "/apiStages", "value": f"{api_id}:{STAGE}"})
    api.update_usage_plan(usagePlanId=plan_id, patchOperations=changes)
    known = {
        item["id"]
        for page in api.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan_id)
        for item in page["items"]
    }
    for key in set(keys) - known:
        api.create_usage_plan_key(usagePlanId=plan_id, keyId=key, keyType="API_KEY")
    for key in known - set(keys):
        api.delete_usage_plan_key(usagePlanId=plan_id, keyId=key)
