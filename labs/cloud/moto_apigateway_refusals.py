"""What API Gateway's management refuses or has by default, where moto breaks or says yes.

Only in an account: moto's own tests expect moto. Each seam has a test that fails when a new moto
moves what stands here.
"""

import functools
import json
from collections.abc import Callable
from typing import Any

from moto.apigateway.exceptions import BadRequestException, NotFoundException
from moto.apigateway.models import APIGatewayBackend, RestAPI
from moto.apigateway.responses import APIGatewayResponse
from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.responses import ApiGatewayV2Response

from labs.cloud.services.api_gateway.rest import gateway_responses
from labs.cloud.simulation import has_current

HTTP_METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY")
NO_RESPONSE = "Invalid Response status code specified"
NO_INTEGRATION = "Invalid Integration identifier specified"
# {method of the responses: what it says where moto fails with a Python error}
BREAKING = {
    "get_integration": NO_INTEGRATION,
    "delete_integration": NO_INTEGRATION,
    "get_method_response": NO_RESPONSE,
    "delete_method_response": NO_RESPONSE,
    "get_integration_response": NO_RESPONSE,
    "delete_integration_response": NO_RESPONSE,
}
BREAKING_V2 = {
    "update_authorizer": "Invalid Authorizer identifier specified",
    "update_integration": "Invalid Integration identifier specified",
    "update_integration_response": "Invalid Integration Response identifier specified",
    "update_model": "Invalid Model identifier specified",
}
# Each API has these from the beginning.
MODELS: dict[str, dict[str, Any]] = {
    "Empty": {"title": "Empty Schema", "type": "object"},
    "Error": {
        "title": "Error Schema",
        "type": "object",
        "properties": {"message": {"type": "string"}},
    },
}
DRAFT = "http://json-schema.org/draft-04/schema#"

_calls = {name: getattr(APIGatewayResponse, name) for name in BREAKING}
_calls_v2 = {name: getattr(ApiGatewayV2Response, name) for name in BREAKING_V2}
_create_api = APIGatewayBackend.create_rest_api
_answer_api = APIGatewayResponse.create_rest_api
_create_model = APIGatewayBackend.create_model
_delete_method = APIGatewayBackend.delete_method
_put_method = APIGatewayResponse.put_method
_get_response = APIGatewayResponse.get_gateway_response
_get_responses = APIGatewayResponse.get_gateway_responses


class NoSuchError(APIGatewayV2Error):  # type: ignore[misc]
    """There is nothing of the id, in API Gateway v2."""

    code = 404

    def __init__(self, text: str) -> None:
        super().__init__("NotFoundException", text)


def patch() -> None:
    """Put the seams in, before moto starts."""
    APIGatewayBackend.create_rest_api = _make_api
    APIGatewayResponse.create_rest_api = _respond_api
    APIGatewayBackend.create_model = _make_model
    APIGatewayBackend.delete_method = _drop_method
    APIGatewayResponse.put_method = _respond_method
    APIGatewayResponse.get_gateway_response = _respond_gateway_response
    APIGatewayResponse.get_gateway_responses = _respond_gateway_responses
    for name, call in _calls.items():
        refused = _unbroken(call, NotFoundException, BREAKING[name])
        setattr(APIGatewayResponse, name, refused)
    for name, call in _calls_v2.items():
        refused = _unbroken(call, NoSuchError, BREAKING_V2[name])
        setattr(ApiGatewayV2Response, name, refused)


def _unbroken(
    call: Callable[..., Any], refusal: Callable[[str], Exception], message: str
) -> Callable[..., Any]:
    """The same, with AWS's error where moto has a Python error or nothing."""

    @functools.wraps(call)
    def calling(self: Any) -> Any:
        try:
            answer = call(self)
        except (AttributeError, KeyError):
            raise refusal(message) from None
        body = answer[2] if isinstance(answer, tuple) else answer
        if has_current() and body in ("null", "{}"):
            raise refusal(message)
        return answer

    return calling


def check_policy(text: str) -> None:
    """Raises BadRequestException: it is no policy."""
    try:
        is_policy = not text or isinstance(json.loads(text), dict)
    except ValueError:
        is_policy = False
    if not is_policy:
        raise BadRequestException(
            "Invalid policy document. Please check the policy syntax and ensure that "
            "Principals are valid."
        )


def _make_api(self: APIGatewayBackend, name: str, *arguments: Any, **options: Any) -> Any:
    if not has_current():
        return _create_api(self, name, *arguments, **options)
    if not name:
        raise BadRequestException("API Name cannot be blank")
    check_policy(str(options.get("policy") or ""))
    api = _create_api(self, name, *arguments, **options)
    for model, schema in MODELS.items():
        api.add_model(model, "", json.dumps({"$schema": DRAFT, **schema}), "application/json")
    return api


def _respond_api(self: APIGatewayResponse) -> Any:
    """moto forgets some of what it is told."""
    status, headers, body = _answer_api(self)
    api = self.backend.apis.get(json.loads(body).get("id", "")) if status == 200 else None
    if api is None or not has_current():
        return status, headers, body
    api.binaryMediaTypes = list(self._get_param("binaryMediaTypes") or api.binaryMediaTypes)
    api.version = self._get_param("version") or api.version
    return status, headers, json.dumps(api.to_dict())


def _make_model(
    self: APIGatewayBackend, rest_api_id: str, name: str, content_type: str, *more: Any, **o: Any
) -> Any:
    schema = o.get("schema", more[1] if len(more) > 1 else None)
    try:
        json.loads((schema if has_current() else None) or "{}")
    except ValueError:
        raise BadRequestException(
            "Invalid model specified: Validation Result: warnings : [], errors : "
            "[Invalid model schema specified]"
        ) from None
    return _create_model(self, rest_api_id, name, content_type, *more, **o)


def _drop_method(
    self: APIGatewayBackend, function_id: str, resource_id: str, method_type: str
) -> None:
    if has_current():
        self.get_method(function_id, resource_id, method_type)
    _delete_method(self, function_id, resource_id, method_type)


def _respond_method(self: APIGatewayResponse) -> Any:
    if has_current():
        parts = self.path.split("/")
        api = self.backend.get_rest_api(parts[2])
        if parts[6] not in HTTP_METHODS:
            options = ",".join(HTTP_METHODS)
            raise BadRequestException(f"Invalid HttpMethod specified. Valid options are {options}")
        _check_authorizer(self, api)
    return _put_method(self)


def _check_authorizer(self: APIGatewayResponse, api: RestAPI) -> None:
    kind, authorizer = self._get_param("authorizationType"), self._get_param("authorizerId")
    if kind in ("CUSTOM", "COGNITO_USER_POOLS") and authorizer not in api.authorizers:
        raise BadRequestException(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
            "COGNITO_USER_POOLS requires a valid authorizer."
        )


def _default_response(kind: str) -> dict[str, Any]:
    template = {"application/json": gateway_responses.DEFAULT_TEMPLATE}
    known = gateway_responses.KINDS[kind]
    status = {} if kind.startswith("DEFAULT_") else {"statusCode": str(known.status)}
    return {
        "responseType": kind,
        **status,
        "responseParameters": {},
        "responseTemplates": template,
        "defaultResponse": True,
    }


def _respond_gateway_response(self: APIGatewayResponse) -> Any:
    """One that was not changed is as it is by default."""
    parts = self.path.split("/")
    if has_current() and parts[4] in gateway_responses.KINDS:
        api = self.backend.get_rest_api(parts[2])
        if parts[4] not in api.gateway_responses:
            return 200, {}, json.dumps(_default_response(parts[4]))
    return _get_response(self)


def _respond_gateway_responses(self: APIGatewayResponse) -> Any:
    if not has_current():
        return _get_responses(self)
    api = self.backend.get_rest_api(self.path.split("/")[2])
    found = {kind: _default_response(kind) for kind in gateway_responses.KINDS}
    found |= {kind: one.to_json() for kind, one in api.gateway_responses.items()}
    return 200, {}, json.dumps({"item": list(found.values())})
