"""HTTP APIs out of OpenAPI 3 documents.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
"""

from typing import Any

from moto.apigatewayv2.models import Api

METHODS = {"get", "put", "post", "delete", "options", "head", "patch"}
EXTENSION = "x-amazon-apigateway-"
CORS = {
    "allowOrigins": "allowOrigins",
    "allowMethods": "allowMethods",
    "allowHeaders": "allowHeaders",
    "exposeHeaders": "exposeHeaders",
    "allowCredentials": "allowCredentials",
    "maxAge": "maxAge",
}


def put(api: Api, document: dict[str, Any]) -> None:
    """Make what a document describes."""
    info = document.get("info") or {}
    api.name = str(info.get("title") or api.name)
    if info.get("version"):
        api.version = str(info["version"])
    if cors := document.get(f"{EXTENSION}cors"):
        api.cors_configuration = {name: cors[name] for name in CORS if name in cors}
    shared = (document.get("components") or {}).get(f"{EXTENSION}integrations") or {}
    authorizers = _authorizers(api, document)
    for path, item in (document.get("paths") or {}).items():
        for name, operation in (item or {}).items():
            is_any = name == f"{EXTENSION}any-method"
            if name.lower() not in METHODS and not is_any:
                continue
            method = "ANY" if is_any else name.upper()
            is_default = path in ("$default", "/$default")
            key = "$default" if is_default else f"{method} {path}"
            _route(api, key, operation or {}, document, (shared, authorizers))


def _authorizers(api: Api, document: dict[str, Any]) -> dict[str, Any]:
    """Those of the security schemes, by their names."""
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    made = {}
    for name, scheme in schemes.items():
        found = scheme.get(f"{EXTENSION}authorizer")
        if not found:
            continue
        sources = found.get("identitySource") or []
        made[name] = api.create_authorizer(
            auth_creds_arn=found.get("authorizerCredentials"),
            auth_payload_format_version=found.get("authorizerPayloadFormatVersion"),
            auth_result_ttl=found.get("authorizerResultTtlInSeconds"),
            authorizer_type=str(found.get("type", "request")).upper(),
            authorizer_uri=found.get("authorizerUri"),
            enable_simple_response=found.get("enableSimpleResponses"),
            identity_source=sources.split(",") if isinstance(sources, str) else sources,
            identity_validation_expr=found.get("identityValidationExpression"),
            jwt_config=found.get("jwtConfiguration"),
            name=name,
        )
    return made


def _route(
    api: Api,
    key: str,
    operation: dict[str, Any],
    document: dict[str, Any],
    known: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    shared, authorizers = known
    declared = operation.get(f"{EXTENSION}integration") or {}
    reference = str(declared.get("$ref", "")).rpartition("/")[2]
    integration = _integration(api, shared.get(reference, declared))
    kind, authorizer, scopes = "NONE", None, []
    for requirement in operation.get("security", document.get("security")) or []:
        for name, wanted in requirement.items():
            if name in authorizers:
                authorizer = authorizers[name]
                kind = "JWT" if authorizer.authorizer_type == "JWT" else "CUSTOM"
                scopes = list(wanted or [])
    if (operation.get(f"{EXTENSION}auth") or {}).get("type") == "AWS_IAM":
        kind = "AWS_IAM"
    api.create_route(
        api_key_required=False,
        authorization_scopes=scopes,
        authorization_type=kind,
        authorizer_id=authorizer.id if authorizer else None,
        operation_name=operation.get("operationId"),
        route_key=key,
        target=f"integrations/{integration.id}" if integration else "",
    )


def _integration(api: Api, found: dict[str, Any]) -> Any:
    if not found:
        return None
    return api.create_integration(
        connection_type=str(found.get("connectionType") or "INTERNET"),
        connection_id=found.get("connectionId"),
        description="",
        integration_method=str(found.get("httpMethod") or "POST"),
        integration_type=str(found.get("type") or "").upper(),
        integration_uri=str(found.get("uri") or ""),
        integration_subtype=found.get("subtype"),
        credentials_arn=found.get("credentials"),
        payload_format_version=str(found.get("payloadFormatVersion") or "1.0"),
        request_parameters=found.get("requestParameters"),
        response_parameters=found.get("responseParameters"),
        timeout_in_millis=found.get("timeoutInMillis"),
    )
