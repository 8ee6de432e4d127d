"""An API's schema: its SDL with AWS's scalars and directives, ready to be executed.

https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html
"""

import functools
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    assert_valid_schema,
    build_ast_schema,
    parse,
)

_SCALARS = "AWSDate AWSTime AWSDateTime AWSTimestamp AWSEmail AWSJSON AWSURL AWSPhone AWSIPAddress"
DEFINITIONS = (
    "\n".join(f"scalar {name}" for name in _SCALARS.split())
    + """
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
directive @aws_api_key on FIELD_DEFINITION | OBJECT
directive @aws_iam on FIELD_DEFINITION | OBJECT
directive @aws_oidc on FIELD_DEFINITION | OBJECT
directive @aws_lambda on FIELD_DEFINITION | OBJECT
directive @aws_cognito_user_pools(cognito_groups: [String!]) on FIELD_DEFINITION | OBJECT
"""
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s()-]{3,20}")


@functools.lru_cache(maxsize=64)
def build(sdl: str) -> GraphQLSchema:
    """The schema that this SDL defines.

    Raises:
        GraphQLError, TypeError: it is none.
    """
    schema = build_ast_schema(parse(f"{sdl}\n{DEFINITIONS}"))
    assert_valid_schema(schema)
    for name, check in _CHECKS.items():
        scalar = schema.type_map[name]
        if isinstance(scalar, GraphQLScalarType):
            _bind(scalar, check)
    return schema


def _bind(scalar: GraphQLScalarType, check: Callable[[Any], Any]) -> None:
    def read(value: Any) -> Any:
        try:
            return check(value)
        except (ValueError, TypeError):
            raise GraphQLError(f"{json.dumps(value)} is not a valid {scalar.name}") from None

    def write(value: Any) -> Any:
        if scalar.name == "AWSJSON":
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        try:
            check(value)
        except (ValueError, TypeError):
            name = scalar.name.removeprefix("AWS")
            message = f"Unable to serialize `{value}` as a valid {name} Object."
            raise GraphQLError(message) from None
        return value

    scalar.coerce_input_value, scalar.coerce_output_value = read, write


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _is(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_text(value)):
        raise ValueError(value)
    return str(value)


def _same(convert: Callable[[str], Any]) -> Callable[[Any], str]:
    """A check by converting; the value stays as it came."""

    def check(value: Any) -> str:
        convert(_text(value))
        return str(value)

    return check


def _timestamp(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no number")
    return value


def _url(value: str) -> None:
    if not urlsplit(value).scheme or not urlsplit(value).netloc:
        raise ValueError(value)


def _moment(value: str) -> None:
    if "T" not in value or datetime.fromisoformat(value).tzinfo is None:
        raise ValueError(value)


def _address(value: str) -> None:
    ipaddress.ip_interface(value)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "AWSDate": _same(lambda value: date.fromisoformat(value.rstrip("Z"))),
    "AWSTime": _same(lambda value: time.fromisoformat(value)),
    "AWSDateTime": _same(_moment),
    "AWSTimestamp": _timestamp,
    "AWSEmail": functools.partial(_is, _EMAIL),
    "AWSJSON": lambda value: json.loads(_text(value)),
    "AWSURL": _same(_url),
    "AWSPhone": functools.partial(_is, _PHONE),
    "AWSIPAddress": _same(_address),
}
