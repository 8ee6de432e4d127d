"""AWS::ApiGateway::*, AWS::ApiGatewayV2::*, AWS::AppSync::*."""

import json
from typing import Any, override

from labs.cloud.services.cloudformation.conversion import convert
from labs.cloud.services.cloudformation.intrinsics import text
from labs.cloud.services.cloudformation.kinds.kind import Json, Kind, Work, changed, remove

# Parts of a method: property -> parameter of PutIntegration.
_INTEGRATION = {
    "CacheKeyParameters": "cacheKeyParameters",
    "CacheNamespace": "cacheNamespace",
    "ConnectionId": "connectionId",
    "ConnectionType": "connectionType",
    "ContentHandling": "contentHandling",
    "Credentials": "credentials",
    "IntegrationHttpMethod": "integrationHttpMethod",
    "PassthroughBehavior": "passthroughBehavior",
    "RequestParameters": "requestParameters",
    "RequestTemplates": "requestTemplates",
    "TimeoutInMillis": "timeoutInMillis",
    "Type": "type",
    "Uri": "uri",
}


class RestApi(Kind):
    """AWS::ApiGateway::RestApi, of its own or of an OpenAPI document."""

    @override
    def make(self, work: Work) -> None:
        body = _document(work)
        if body is None:
            work.properties.setdefault("Name", work.name)
            super().make(work)
            return
        work.answer = work.call("apigateway", "ImportRestApi", {"body": body})
        work.ref = work.answer["id"]
        self._patch(work)
        self.describe(work)

    @override
    def change(self, work: Work) -> None:
        body = _document(work)
        if body is not None and (changed(work, "Body") or changed(work, "BodyS3Location")):
            asked = {"restApiId": work.ref, "mode": "overwrite", "body": body}
            work.call("apigateway", "PutRestApi", asked)
        self._patch(work)
        self.describe(work)

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return False

    @override
    def describe(self, work: Work) -> None:
        super().describe(work)
        asked = {"restApiId": work.ref}
        for item in work.call("apigateway", "GetResources", asked)["items"]:
            if item["path"] == "/":
                work.attributes["RootResourceId"] = item["id"]

    def _patch(self, work: Work) -> None:
        """What a document does not say, or what changed."""
        operations = [
            {"op": "replace", "path": path, "value": text(work.properties[name])}
            for name, path in (
                ("Name", "/name"),
                ("Description", "/description"),
                ("ApiKeySourceType", "/apiKeySource"),
                ("DisableExecuteApiEndpoint", "/disableExecuteApiEndpoint"),
            )
            if work.properties.get(name) and changed(work, name)
        ]
        if operations:
            asked = {"restApiId": work.ref, "patchOperations": operations}
            work.call("apigateway", "UpdateRestApi", asked)
        if types := work.properties.get("BinaryMediaTypes"):
            added = [
                {"op": "add", "path": "/binaryMediaTypes/" + one.replace("/", "~1")}
                for one in types
                if one not in (work.before.get("BinaryMediaTypes") or ())
            ]
            if added and (work.before or _document(work) is not None):
                asked = {"restApiId": work.ref, "patchOperations": added}
                work.call("apigateway", "UpdateRestApi", asked)


def _document(work: Work) -> bytes | None:
    """The OpenAPI document, or None."""
    if (body := work.properties.get("Body")) is not None:
        return body.encode() if isinstance(body, str) else json.dumps(body).encode()
    if place := work.properties.get("BodyS3Location"):
        asked = {"Bucket": place["Bucket"], "Key": place["Key"]}
        found: bytes = work.call("s3", "GetObject", asked)["Body"].read()
        return found
    return None


class Method(Kind):
    """AWS::ApiGateway::Method: a method with its integration and responses."""

    @override
    def make(self, work: Work) -> None:
        properties = work.properties
        names = {"restApiId": "RestApiId", "resourceId": "ResourceId", "httpMethod": "HttpMethod"}
        where = {parameter: properties[name] for parameter, name in names.items()}
        own = {"Integration", "MethodResponses", *names.values()}
        asked = {
            name[0].lower() + name[1:]: value
            for name, value in properties.items()
            if name not in own
        }
        asked.setdefault("authorizationType", "NONE")
        if "apiKeyRequired" in asked:
            asked["apiKeyRequired"] = text(asked["apiKeyRequired"]) == "true"
        if "requestParameters" in asked:
            flags = asked["requestParameters"].items()
            asked["requestParameters"] = {name: text(flag) == "true" for name, flag in flags}
        work.call("apigateway", "PutMethod", {**where, **asked})
        for response in properties.get("MethodResponses") or ():
            work.call("apigateway", "PutMethodResponse", {**where, **_method_response(response)})
        if integration := properties.get("Integration"):
            _integrate(work, where, integration)
        work.ref = f"{work.stack}-{work.name}"

    @override
    def change(self, work: Work) -> None:
        self.remove(work)
        self.make(work)

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return bool(changed & {"RestApiId", "ResourceId", "HttpMethod"})

    @override
    def remove(self, work: Work) -> None:
        known = {**work.properties, **work.before}
        asked = {
            "restApiId": known["RestApiId"],
            "resourceId": known["ResourceId"],
            "httpMethod": known["HttpMethod"],
        }
        remove(work, "apigateway", "DeleteMethod", asked)


def _method_response(response: Json) -> Json:
    found: Json = {"statusCode": text(response["StatusCode"])}
    if models := response.get("ResponseModels"):
        found["responseModels"] = models
    if parameters := response.get("ResponseParameters"):
        found["responseParameters"] = {
            name: text(flag) == "true" for name, flag in parameters.items()
        }
    return found


def _integrate(work: Work, where: Json, integration: Json) -> None:
    asked = {
        parameter: integration[name]
        for name, parameter in _INTEGRATION.items()
        if name in integration
    }
    if "timeoutInMillis" in asked:
        asked["timeoutInMillis"] = int(asked["timeoutInMillis"])
    work.call("apigateway", "PutIntegration", {**where, **asked})
    for response in integration.get("IntegrationResponses") or ():
        found = {name[0].lower() + name[1:]: value for name, value in response.items()}
        found["statusCode"] = text(found["statusCode"])
        work.call("apigateway", "PutIntegrationResponse", {**where, **found})


def _deployed(work: Work, parameters: Json) -> Json:
    """StageName makes the stage too, or moves one that is there."""
    description = work.properties.get("StageDescription") or {}
    if variables := description.get("Variables"):
        parameters["variables"] = variables
    return parameters


def _undeployed(work: Work) -> None:
    """The stage that the deployment brought along goes first."""
    if stage := work.properties.get("StageName"):
        keys = {"restApiId": work.properties["RestApiId"], "stageName": stage}
        remove(work, "apigateway", "DeleteStage", keys)


def _stage_settings(work: Work) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch"""
    operations = []
    for one in work.properties.get("MethodSettings") or ():
        path = str(one.get("ResourcePath", "/*")).lstrip("/").replace("/", "~1") or "~1"
        prefix = f"/{path}/{one.get('HttpMethod', '*')}"
        for name, place in _SETTINGS.items():
            if name in one:
                value = text(one[name])
                operations.append({"op": "replace", "path": prefix + place, "value": value})
    if work.before:
        for name, place in (("DeploymentId", "/deploymentId"), ("Description", "/description")):
            if changed(work, name) and name in work.properties:
                value = text(work.properties[name])
                operations.append({"op": "replace", "path": place, "value": value})
    if work.before and changed(work, "Variables"):
        for name, value in (work.properties.get("Variables") or {}).items():
            path = f"/variables/{name}"
            operations.append({"op": "replace", "path": path, "value": text(value)})
    if operations:
        asked = {
            "restApiId": work.properties["RestApiId"],
            "stageName": work.ref,
            "patchOperations": operations,
        }
        work.call("apigateway", "UpdateStage", asked)


_SETTINGS = {
    "CacheTtlInSeconds": "/caching/ttlInSeconds",
    "CachingEnabled": "/caching/enabled",
    "DataTraceEnabled": "/logging/dataTrace",
    "LoggingLevel": "/logging/loglevel",
    "MetricsEnabled": "/metrics/enabled",
    "ThrottlingBurstLimit": "/throttling/burstLimit",
    "ThrottlingRateLimit": "/throttling/rateLimit",
}


class Account(Kind):
    """AWS::ApiGateway::Account: the role with which API Gateway writes logs."""

    @override
    def make(self, work: Work) -> None:
        work.ref = work.new_name(64)
        self.change(work)

    @override
    def change(self, work: Work) -> None:
        if arn := work.properties.get("CloudWatchRoleArn"):
            operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
            work.call("apigateway", "UpdateAccount", {"patchOperations": [operation]})

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return False

    @override
    def remove(self, work: Work) -> None:
        """The setting stays, as it does on AWS."""


class HttpApi(Kind):
    """AWS::ApiGatewayV2::Api, of its own or of an OpenAPI document."""

    @override
    def make(self, work: Work) -> None:
        body = _document(work)
        if body is None:
            super().make(work)
            return
        warnings = text(work.properties.get("FailOnWarnings", False)) == "true"
        asked = {"Body": body.decode(), "FailOnWarnings": warnings}
        work.answer = work.call("apigatewayv2", "ImportApi", asked)
        work.ref = work.answer["ApiId"]
        known = {"Name", "Description", "CorsConfiguration", "DisableExecuteApiEndpoint"}
        more = {name: value for name, value in work.properties.items() if name in known}
        if more:
            work.call("apigatewayv2", "UpdateApi", {"ApiId": work.ref, **self._typed(more)})
        self.describe(work)

    @override
    def change(self, work: Work) -> None:
        body = _document(work)
        if body is None:
            super().change(work)
            return
        work.call("apigatewayv2", "ReimportApi", {"ApiId": work.ref, "Body": body.decode()})
        self.describe(work)

    def _typed(self, properties: Json) -> Json:
        return convert(properties, self._shape("UpdateApi"))

    @override
    def describe(self, work: Work) -> None:
        super().describe(work)
        scheme = "wss" if work.properties.get("ProtocolType") == "WEBSOCKET" else "https"
        host = f"{work.ref}.execute-api.{work.region}.amazonaws.com"
        work.attributes |= {"ApiId": work.ref, "ApiEndpoint": f"{scheme}://{host}"}


class Schema(Kind):
    """AWS::AppSync::GraphQLSchema."""

    @override
    def make(self, work: Work) -> None:
        self.change(work)
        work.ref = f"{work.properties['ApiId']}GraphQLSchema"

    @override
    def change(self, work: Work) -> None:
        definition = work.properties.get("Definition")
        if place := work.properties.get("DefinitionS3Location"):
            bucket, _, key = str(place).removeprefix("s3://").partition("/")
            found = work.call("s3", "GetObject", {"Bucket": bucket, "Key": key})
            definition = found["Body"].read().decode()
        asked = {"apiId": work.properties["ApiId"], "definition": str(definition).encode()}
        work.call("appsync", "StartSchemaCreation", asked)

    @override
    def needs_replacement(self, work: Work, changed: set[str]) -> bool:
        return "ApiId" in changed

    @override
    def remove(self, work: Work) -> None:
        """It goes with its API."""


def _v1(noun: str, ref: str, keys: Json, attributes: Json | None = None, **more: Any) -> Kind:
    own = {"restApiId": "{RestApiId}"} if more.pop("of_api", True) else {}
    return Kind(
        service="apigateway",
        create=f"Create{noun}",
        delete=f"Delete{noun}",
        ref=ref,
        keys={**own, **keys},
        attributes=attributes or {},
        **more,
    )


def _v2(noun: str, attributes: Json | None = None, **more: Any) -> Kind:
    key = f"{noun}Id"
    return Kind(
        service="apigatewayv2",
        create=f"Create{noun}",
        update=f"Update{noun}",
        delete=f"Delete{noun}",
        ref=f"{{{key}}}",
        keys={"ApiId": "{ApiId}", key: "{ref}"},
        attributes={key: "{ref}", **(attributes or {})},
        immutable=frozenset({"ApiId"}),
        **more,
    )


def _appsync(noun: str, ref: str, keys: Json, attributes: Json, **more: Any) -> Kind:
    return Kind(
        service="appsync",
        create=f"Create{noun}",
        update=f"Update{noun}",
        delete=f"Delete{noun}",
        ref=ref,
        keys={"apiId": "{ApiId}", **keys},
        attributes=attributes,
        **more,
    )


def _graphql_api(work: Work) -> None:
    api = work.answer.get("graphqlApi", {})
    if api:
        work.kept["apiId"] = api["apiId"]
        work.attributes["GraphQLUrl"] = api.get("uris", {}).get("GRAPHQL", "")


def _authorizer_types(work: Work, parameters: Json) -> Json:
    return {name: value for name, value in parameters.items() if value not in ("", [])}


def _key_made(work: Work, parameters: Json) -> Json:
    parameters.setdefault("name", work.new_name(64))
    return parameters


KINDS: dict[str, Any] = {
    "AWS::ApiGateway::RestApi": RestApi(
        service="apigateway",
        create="CreateRestApi",
        delete="DeleteRestApi",
        renamed={"ApiKeySourceType": "apiKeySource"},
        apart=frozenset({"Parameters", "Mode", "FailOnWarnings", "CloneFrom"}),
        ref="{id}",
        keys={"restApiId": "{ref}"},
        attributes={"RestApiId": "{ref}"},
    ),
    "AWS::ApiGateway::Resource": _v1(
        "Resource", "{id}", {"resourceId": "{ref}"}, {"ResourceId": "{ref}"}
    ),
    "AWS::ApiGateway::Method": Method(),
    "AWS::ApiGateway::Model": _v1(
        "Model", "{name}", {"modelName": "{ref}"}, name="Name", shape_create=_key_made
    ),
    "AWS::ApiGateway::RequestValidator": _v1(
        "RequestValidator",
        "{id}",
        {"requestValidatorId": "{ref}"},
        {"RequestValidatorId": "{ref}"},
    ),
    "AWS::ApiGateway::Deployment": _v1(
        "Deployment",
        "{id}",
        {"deploymentId": "{ref}"},
        {"DeploymentId": "{ref}"},
        apart=frozenset({"StageDescription", "DeploymentCanarySettings"}),
        shape_create=_deployed,
        before_delete=_undeployed,
    ),
    "AWS::ApiGateway::Stage": _v1(
        "Stage",
        "{StageName}",
        {"stageName": "{ref}"},
        apart=frozenset(
            {"MethodSettings", "AccessLogSetting", "ClientCertificateId", "CanarySetting"}
        ),
        patched=frozenset({"DeploymentId", "Description", "Variables"}),
        after=_stage_settings,
    ),
    "AWS::ApiGateway::Authorizer": _v1(
        "Authorizer",
        "{id}",
        {"authorizerId": "{ref}"},
        {"AuthorizerId": "{ref}"},
    ),
    "AWS::ApiGateway::GatewayResponse": Kind(
        service="apigateway",
        create="PutGatewayResponse",
        update="PutGatewayResponse",
        delete="DeleteGatewayResponse",
        ref="{RestApiId}:{ResponseType}",
        keys={"restApiId": "{RestApiId}", "responseType": "{ResponseType}"},
    ),
    "AWS::ApiGateway::ApiKey": _v1(
        "ApiKey",
        "{id}",
        {"apiKey": "{ref}"},
        {"APIKeyId": "{ref}"},
        of_api=False,
        shape_create=_key_made,
    ),
    "AWS::ApiGateway::UsagePlan": _v1(
        "UsagePlan",
        "{id}",
        {"usagePlanId": "{ref}"},
        {"Id": "{ref}"},
        of_api=False,
        renamed={"UsagePlanName": "name"},
        shape_create=_key_made,
    ),
    "AWS::ApiGateway::UsagePlanKey": _v1(
        "UsagePlanKey",
        "{KeyId}:{UsagePlanId}",
        {"usagePlanId": "{UsagePlanId}", "keyId": "{KeyId}"},
        {"Id": "{ref}"},
        of_api=False,
    ),
    "AWS::ApiGateway::Account": Account(),
    "AWS::ApiGatewayV2::Api": HttpApi(
        service="apigatewayv2",
        create="CreateApi",
        update="UpdateApi",
        delete="DeleteApi",
        ref="{ApiId}",
        keys={"ApiId": "{ref}"},
        apart=frozenset({"FailOnWarnings", "BasePath", "Body", "BodyS3Location"}),
        immutable=frozenset({"ProtocolType"}),
    ),
    "AWS::ApiGatewayV2::Route": _v2("Route"),
    "AWS::ApiGatewayV2::Integration": _v2("Integration"),
    "AWS::ApiGatewayV2::Authorizer": _v2("Authorizer", shape_create=_authorizer_types),
    "AWS::ApiGatewayV2::Deployment": _v2("Deployment"),
    "AWS::ApiGatewayV2::Stage": Kind(
        service="apigatewayv2",
        create="CreateStage",
        update="UpdateStage",
        delete="DeleteStage",
        ref="{StageName}",
        keys={"ApiId": "{ApiId}", "StageName": "{ref}"},
        apart=frozenset({"AccessPolicyId"}),
        immutable=frozenset({"ApiId", "StageName"}),
    ),
    "AWS::AppSync::GraphQLApi": Kind(
        service="appsync",
        create="CreateGraphqlApi",
        update="UpdateGraphqlApi",
        delete="DeleteGraphqlApi",
        ref="{graphqlApi.arn}",
        keys={"apiId": "{apiId}", "name": "{Name}"},
        attributes={"ApiId": "{apiId}", "Arn": "{ref}"},
        after=_graphql_api,
    ),
    "AWS::AppSync::ApiKey": _appsync(
        "ApiKey",
        "{apiKey.id}",
        {"id": "{ref}"},
        {"ApiKey": "{ref}", "ApiKeyId": "{ref}"},
        apart=frozenset({"ApiKeyId"}),
    ),
    "AWS::AppSync::GraphQLSchema": Schema(),
    "AWS::AppSync::DataSource": _appsync(
        "DataSource",
        "{dataSource.dataSourceArn}",
        {"name": "{Name}"},
        {"Name": "{Name}", "DataSourceArn": "{ref}"},
    ),
    "AWS::AppSync::Resolver": _appsync(
        "Resolver",
        "{resolver.resolverArn}",
        {"typeName": "{TypeName}", "fieldName": "{FieldName}"},
        {"ResolverArn": "{ref}", "TypeName": "{TypeName}", "FieldName": "{FieldName}"},
        apart=frozenset({"CodeS3Location"}),
    ),
    "AWS::AppSync::FunctionConfiguration": _appsync(
        "Function",
        "{functionConfiguration.functionArn}",
        {"functionId": "{functionConfiguration.functionId}"},
        {
            "FunctionId": "{functionConfiguration.functionId}",
            "FunctionArn": "{ref}",
            "Name": "{Name}",
            "DataSourceName": "{DataSourceName}",
        },
        apart=frozenset({"CodeS3Location"}),
    ),
}
