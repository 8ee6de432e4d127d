"""REST APIs out of OpenAPI 3 and Swagger 2 documents.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend, RestAPI

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
ANY = "x-amazon-apigateway-any-method"
EXTENSION = "x-amazon-apigateway-"


def put(backend: APIGatewayBackend, api: RestAPI, document: dict[str, Any], mode: str) -> RestAPI:
    """Bring a document into an API, in mode "merge" or "overwrite".

    Raises:
        BadRequestException: it is none.
    """
    if mode not in ("merge", "overwrite"):
        raise BadRequestException(
            'Enumeration value of OpenAPI import mode must be "overwrite" or "merge"'
        )
    version = str(document.get("openapi") or document.get("swagger") or "")
    if not version.startswith(("3.", "2.")):
        raise BadRequestException("Only OpenAPI 3.x.x and Swagger 2.0 are currently supported")
    if mode == "overwrite":
        _clear(api)
    reader = _Reader(backend, api, document)
    reader.settings()
    for path, item in (document.get("paths") or {}).items():
        reader.path(str(path), item or {})
    return api


def _clear(api: RestAPI) -> None:
    api.resources = {one.id: one for one in api.resources.values() if not one.parent_id}
    for resource in api.resources.values():
        resource.resource_methods.clear()
    api.models.clear()
    api.authorizers.clear()
    api.request_validators.clear()
    api.gateway_responses.clear()


class _Reader:
    def __init__(self, backend: APIGatewayBackend, api: RestAPI, document: dict[str, Any]) -> None:
        self.backend, self.api, self.document = backend, api, document
        self.authorizer_ids: dict[str, str] = {}
        self.validator_ids: dict[str, str] = {}

    def settings(self) -> None:
        """All but the paths."""
        document, api = self.document, self.api
        info = document.get("info") or {}
        api.name = info.get("title") or api.name
        if info.get("description"):
            api.description = info["description"]
        if info.get("version"):
            api.version = str(info["version"])
        if kinds := document.get(f"{EXTENSION}binary-media-types"):
            api.binaryMediaTypes = list(kinds)
        if policy := document.get(f"{EXTENSION}policy"):
            api.policy = json.dumps(policy)
        if source := document.get(f"{EXTENSION}api-key-source"):
            api.api_key_source = str(source)
        self.models()
        self.validators()
        self.authorizers()
        for kind, response in (document.get(f"{EXTENSION}gateway-responses") or {}).items():
            api.put_gateway_response(
                kind,
                response.get("statusCode"),
                response.get("responseParameters") or {},
                response.get("responseTemplates") or {},
            )

    def schemas(self) -> dict[str, Any]:
        found = (self.document.get("components") or {}).get("schemas")
        return dict(found or self.document.get("definitions") or {})

    def models(self) -> None:
        for name, schema in self.schemas().items():
            self.api.add_model(name, "", json.dumps(_local(schema)), "application/json")

    def validators(self) -> None:
        found = self.document.get(f"{EXTENSION}request-validators") or {}
        for name, options in found.items():
            validator = self.api.create_request_validator(
                name,
                bool(options.get("validateRequestBody")),
                bool(options.get("validateRequestParameters")),
            )
            self.validator_ids[name] = validator.id

    def authorizers(self) -> None:
        schemes = (self.document.get("components") or {}).get("securitySchemes")
        schemes = schemes or self.document.get("securityDefinitions") or {}
        for name, scheme in schemes.items():
            found = scheme.get(f"{EXTENSION}authorizer")
            if not found:
                continue
            kind = str(found.get("type", "token")).upper()
            source = found.get("identitySource")
            if kind == "TOKEN":
                source = source or f"method.request.header.{scheme.get('name', 'Authorization')}"
            ttl = found.get("authorizerResultTtlInSeconds", 300)
            made = self.backend.create_authorizer(
                self.api.id,
                name,
                kind,
                provider_arns=found.get("providerARNs"),
                auth_type=scheme.get(f"{EXTENSION}authtype"),
                authorizer_uri=found.get("authorizerUri"),
                authorizer_credentials=found.get("authorizerCredentials"),
                identity_source=source,
                identiy_validation_expression=found.get("identityValidationExpression"),
                authorizer_result_ttl=ttl,
            )
            self.authorizer_ids[name] = str(made.id)

    def path(self, path: str, item: dict[str, Any]) -> None:
        resource = self.resource(path)
        shared = item.get("parameters") or []
        for name, operation in item.items():
            if name.lower() in METHODS or name == ANY:
                method = "ANY" if name == ANY else name.upper()
                resource.resource_methods.pop(method, None)
                self.method(resource, method, operation or {}, shared)

    def resource(self, path: str) -> Any:
        """The resource of a path, made with those above it."""
        found = self.api.get_resource_for_path("/")
        walked = ""
        for part in (one for one in path.split("/") if one):
            walked += f"/{part}"
            parent = found
            found = self.api.get_resource_for_path(walked) or self.backend.create_resource(
                self.api.id, parent.id, part
            )
        return found

    def method(
        self, resource: Any, name: str, operation: dict[str, Any], shared: list[Any]
    ) -> None:
        kind, authorizer, needs_key = self.security(operation)
        declared = [*shared, *(operation.get("parameters") or [])]
        validator = operation.get(f"{EXTENSION}request-validator") or self.document.get(
            f"{EXTENSION}request-validator"
        )
        self.backend.put_method(
            self.api.id,
            resource.id,
            name,
            kind,
            api_key_required=needs_key,
            request_parameters=self.parameters(declared),
            request_models=self.request_models(operation, declared),
            operation_name=operation.get("operationId"),
            authorizer_id=authorizer,
            request_validator_id=self.validator_ids.get(str(validator)),
        )
        for status, response in (operation.get("responses") or {}).items():
            if str(status).isdigit():
                self.method_response(resource, name, str(status), response or {})
        if found := operation.get(f"{EXTENSION}integration"):
            self.integration(resource, name, found)

    def security(self, operation: dict[str, Any]) -> tuple[str, str | None, bool]:
        """(authorization type, authorizer id, whether an API key is required)"""
        needed = operation.get("security", self.document.get("security")) or []
        names = [name for requirement in needed for name in requirement]
        schemes = (self.document.get("components") or {}).get("securitySchemes")
        schemes = schemes or self.document.get("securityDefinitions") or {}
        kind, authorizer = "NONE", None
        for name in names:
            authtype = str((schemes.get(name) or {}).get(f"{EXTENSION}authtype", ""))
            if name in self.authorizer_ids:
                authorizer = self.authorizer_ids[name]
                is_cognito = authtype == "cognito_user_pools"
                kind = "COGNITO_USER_POOLS" if is_cognito else "CUSTOM"
            elif authtype == "awsSigv4":
                kind = "AWS_IAM"
        if (operation.get(f"{EXTENSION}auth") or {}).get("type") == "AWS_IAM":
            kind = "AWS_IAM"
        keys = {name for name, scheme in schemes.items() if _is_key(scheme)}
        return kind, authorizer, bool(keys & set(names))

    def parameters(self, declared: list[Any]) -> dict[str, bool]:
        places = {"path": "path", "query": "querystring", "header": "header"}
        return {
            f"method.request.{places[one['in']]}.{one['name']}": bool(one.get("required"))
            for one in map(self.resolved, declared)
            if one.get("in") in places
        }

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """What a "$ref" in the same document stands for."""
        found: Any = self.document
        reference = str(part.get("$ref", ""))
        if not reference.startswith("#/"):
            return part
        for name in reference[2:].split("/"):
            found = found.get(name, {})
        return dict(found)

    def request_models(
        self, operation: dict[str, Any], declared: list[Any]
    ) -> dict[str, str] | None:
        content = self.resolved(operation.get("requestBody") or {}).get("content") or {}
        found = {kind: self.model_name(media.get("schema")) for kind, media in content.items()}
        for one in map(self.resolved, declared):
            if one.get("in") == "body":
                found["application/json"] = self.model_name(one.get("schema"))
        return {kind: name for kind, name in found.items() if name} or None

    def model_name(self, schema: dict[str, Any] | None) -> str:
        """The model of a schema; one that stands in place gets a name of its own."""
        if not schema:
            return ""
        if reference := schema.get("$ref"):
            return str(reference).rpartition("/")[2]
        name = f"MODEL{len(self.api.models):06x}"
        self.api.add_model(name, "", json.dumps(_local(schema)), "application/json")
        return name

    def method_response(
        self, resource: Any, method: str, status: str, response: dict[str, Any]
    ) -> None:
        headers = self.resolved(response).get("headers") or {}
        self.backend.put_method_response(
            self.api.id,
            resource.id,
            method,
            status,
            response_models=None,
            response_parameters={f"method.response.header.{name}": False for name in headers},
        )

    def integration(self, resource: Any, method: str, found: dict[str, Any]) -> None:
        kind = str(found.get("type", "")).upper()
        behaviour = found.get("passthroughBehavior")
        self.backend.put_integration(
            self.api.id,
            resource.id,
            method,
            kind,
            found.get("uri") or "",
            integration_method=found.get("httpMethod"),
            credentials=found.get("credentials"),
            request_templates=found.get("requestTemplates"),
            passthrough_behavior=str(behaviour).upper() if behaviour else "WHEN_NO_MATCH",
            timeout_in_millis=found.get("timeoutInMillis"),
            request_parameters=found.get("requestParameters"),
            content_handling=found.get("contentHandling"),
            connection_type=found.get("connectionType"),
        )
        for pattern, response in (found.get("responses") or {}).items():
            self.backend.put_integration_response(
                self.api.id,
                resource.id,
                method,
                str(response.get("statusCode", "200")),
                "" if pattern == "default" else str(pattern),
                dict(response.get("responseTemplates") or {}),
                dict(response.get("responseParameters") or {}),
                response.get("contentHandling"),
            )


def _is_key(scheme: dict[str, Any]) -> bool:
    """Whether a security scheme is that of API keys."""
    return (
        scheme.get("type") == "apiKey"
        and str(scheme.get("name", "")).lower() == "x-api-key"
        and not scheme.get(f"{EXTENSION}authorizer")
    )


def _local(schema: Any) -> Any:
    """A schema whose references are to models of the API."""
    if isinstance(schema, list):
        return [_local(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"/models/{str(value).rpartition('/')[2]}" if name == "$ref" else _local(value)
        for name, value in schema.items()
    }
