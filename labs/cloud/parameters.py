"""A call's parameters as a short text for people: long ones cut, binary ones counted, no secrets.

Cut from the inside first, so that what is left is still JSON in nearly every case.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_TEXT = 500
MAX_STRING = 120
MAX_MEMBERS = 12
MAX_DEPTH = 8
HIDDEN = "***"
# As in SecretString, MasterUserPassword, DB_PASSWORD; not as in SecretId or NextToken.
_SECRET = re.compile(
    r"secret_?(string|binary|access_?key|key|value)|passw(or)?d|plaintext|private_?key"
    r"|(session|access|auth|security)_?token|api_?key_?value",
    re.IGNORECASE,
)
# What boto3 adds by itself to requests of S3 and says nothing about them.
_NOISE = re.compile(r"Content(Length|Encoding|MD5)|Checksum\w+|EncodingType")
# Bytes for the protocol, but text by AWS's own rules.
_TEXTS = {"Payload"}


def as_text(parameters: Mapping[str, Any]) -> str:
    """`parameters` as JSON, at most MAX_TEXT characters and an ellipsis."""
    if parameters.get("Type") == "SecureString":
        parameters = {**parameters, "Value": HIDDEN}
    asked = {name: value for name, value in parameters.items() if _is_asked(name, value)}
    text = json.dumps(_short(asked, "", MAX_DEPTH), ensure_ascii=False)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def is_secret(name: str) -> bool:
    """Whether what is named so is kept from readers: a password, a key, a token."""
    return _SECRET.search(name) is not None


def size(count: int) -> str:
    return f"<{count:,} byte>" if count == 1 else f"<{count:,} bytes>"


def _is_asked(name: str, value: Any) -> bool:
    return value not in (None, {}, []) and not _NOISE.fullmatch(name)


def _short(value: Any, name: str, depth: int) -> Any:
    if is_secret(name):
        return HIDDEN
    match value:
        case bytes() if name not in _TEXTS:
            return size(len(value))
        case bytes():
            return _cut(value[: MAX_STRING * 4].decode("utf-8", "replace"))
        case str():
            return _cut(value)
        case bool() | int() | float() | None:
            return value
        case dict() | list() if depth == 0:
            return "…"
        case dict():
            members = list(value.items())[:MAX_MEMBERS]
            short = {_cut(str(key)): _short(item, str(key), depth - 1) for key, item in members}
            return short | _rest("…", len(value))
        case list():
            short_list = [_short(item, name, depth - 1) for item in value[:MAX_MEMBERS]]
            return short_list + list(_rest("…", len(value)).values())
    return _cut(str(value))


def _rest(key: str, count: int) -> dict[str, str]:
    return {key: f"{count - MAX_MEMBERS} more"} if count > MAX_MEMBERS else {}


def _cut(text: str) -> str:
    return text if len(text) <= MAX_STRING else text[:MAX_STRING] + "…"
