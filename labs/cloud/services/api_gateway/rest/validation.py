"""Request validators: required parameters, and bodies that fit a model.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
"""

import json
from typing import Any, cast

# moto's API Gateway has both loaded anyway.
import jsonschema
from jsonschema.exceptions import SchemaError, UnknownType
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4

from labs.cloud.http_payloads import multiple
from labs.cloud.services.api_gateway.rest import media
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError

REFERENCE = "/models/"


def check(call: Call) -> None:
    """Raises GatewayError where the method's validator finds a fault."""
    validator = call.api.validators.get(call.method.get("requestValidatorId") or "")
    if validator is None:
        return
    if validator.get("validateRequestParameters"):
        _check_parameters(call)
    if validator.get("validateRequestBody"):
        _check_body(call)


def _check_parameters(call: Call) -> None:
    given = {
        "querystring": set(multiple(call.request.parameters())),
        "header": {name.lower() for name, _ in call.request.headers},
        "path": {name for name, value in call.path_parameters.items() if value},
    }
    missing = []
    for parameter, is_required in sorted((call.method.get("requestParameters") or {}).items()):
        kind, _, name = parameter.removeprefix("method.request.").partition(".")
        known = name.lower() if kind == "header" else name
        if str(is_required).lower() == "true" and known not in given.get(kind, {known}):
            missing.append(name)
    if missing:
        text = f"Missing required request parameters: [{', '.join(missing)}]"
        raise GatewayError("BAD_REQUEST_PARAMETERS", text)


def _check_body(call: Call) -> None:
    models = call.method.get("requestModels") or {}
    content_type = media.plain(call.request.header("content-type")) or "application/json"
    name = models.get(content_type) or models.get("$default")
    model = call.api.models.get(name or "")
    if model is None or not model.get("schema"):
        return
    try:
        document = json.loads(call.request.body or b"{}")
    except (ValueError, RecursionError):
        raise _invalid("Invalid JSON") from None
    try:
        _check_schema(call, json.loads(model["schema"]), document)
    except (ValueError, Unresolvable, SchemaError, UnknownType) as error:
        call.log.append(f"Execution failed: the model is no JSON schema: {error}")
        raise GatewayError("API_CONFIGURATION_ERROR") from None


def _check_schema(call: Call, schema: Any, document: Any) -> None:
    def retrieve(uri: str) -> Any:
        """Models refer to each other as https://apigateway.amazonaws.com/restapis/x/models/y."""
        found = call.api.models.get(uri.rpartition(REFERENCE)[2])
        contents = json.loads(found["schema"]) if found else {}
        return Resource.from_contents(contents, default_specification=DRAFT4)

    registry = cast("Any", Registry)(retrieve=retrieve)
    validator = jsonschema.Draft4Validator(schema, registry=registry)
    errors = [error.message for error in validator.iter_errors(document)]
    if errors:
        raise _invalid("[" + ", ".join(errors) + "]")


def _invalid(why: str) -> GatewayError:
    error = GatewayError("BAD_REQUEST_BODY")
    error.validation = why
    return error
