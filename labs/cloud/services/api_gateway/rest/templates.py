"""What mapping templates see: `$input`, `$util`, `$context`, `$stageVariables`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

import base64
import binascii
import json
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from labs.cloud.services.api_gateway import documents
from labs.cloud.services.api_gateway.rest import proxy
from labs.cloud.services.api_gateway.rest.call import Call, GatewayError
from labs.cloud.vtl import Returned, TemplateError, Tool, as_text, from_json, render
from labs.cloud.vtl.values import API_GATEWAY

ESCAPES = {
    '"': '\\"',
    "'": "\\'",
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


def apply(call: Call, template: str, body: bytes, context: dict[str, Any]) -> str:
    """A template's text. `context` is `$context`, in which it may set overrides.

    Raises:
        GatewayError: the template fails.
    """
    names = {
        "input": _input(call, body),
        "util": UTIL,
        "context": context,
        "stageVariables": dict(call.stage_variables),
        # As in mappings of parameters. AWS's samples use it in templates, too.
        "method": {"request": _parameters(call)},
    }
    try:
        return render(template, names, API_GATEWAY)
    except (TemplateError, Returned, documents.PathError) as error:  # #return is AppSync's
        call.log.append(f"Execution failed due to configuration error: {error}")
        raise GatewayError("API_CONFIGURATION_ERROR") from None


def _parameters(call: Call) -> dict[str, dict[str, str]]:
    return {
        "path": dict(call.path_parameters),
        "querystring": dict(call.request.parameters()),
        "header": dict(proxy.request_headers(call)),
    }


def _input(call: Call, body: bytes) -> Tool:
    text = body.decode("utf-8", "replace")
    document = documents.loads(body)
    parameters = _parameters(call)

    def params(name: str | None = None) -> Any:
        if name is None:
            return parameters
        for place in ("path", "querystring"):
            if name in parameters[place]:
                return parameters[place][name]
        return call.request.header(name) or ""

    def as_json(path: str = "$") -> str:
        if not body:
            return "{}"
        found = documents.find(document, path)
        return documents.compact("" if found is None else found)

    def at_path(path: str = "$") -> Any:
        return from_json(documents.find(document, path))

    return Tool({"params": params, "json": as_json, "path": at_path}, {"body": text or "{}"})


def _escape(value: Any) -> str:
    """As the class StringEscapeUtils of commons-lang 2 escapes JavaScript."""
    return "".join(
        ESCAPES.get(sign) or (sign if 32 <= ord(sign) < 127 else _unicode(sign))
        for sign in ("" if value is None else as_text(value))
    )


def _unicode(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _parse_json(text: Any) -> Any:
    try:
        return from_json(json.loads(as_text(text)))
    except ValueError as error:
        raise TemplateError(f"$util.parseJson: {error}") from None


def _base64_decode(text: Any) -> str:
    plain = as_text(text)
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise TemplateError(f"$util.base64Decode: {error}") from None


UTIL = Tool(
    {
        "escapeJavaScript": _escape,
        "parseJson": _parse_json,
        "urlEncode": lambda text: quote_plus(as_text(text)),
        "urlDecode": lambda text: unquote_plus(as_text(text)),
        "base64Encode": lambda text: base64.b64encode(as_text(text).encode()).decode(),
        "base64Decode": _base64_decode,
    }
)
