"""A resource's properties as the parameters of a call: the same names, nearly."""

import json
from collections.abc import Mapping
from typing import Any

from labs.cloud.services.cloudformation.errors import ResourceError
from labs.cloud.services.cloudformation.intrinsics import text


def convert(properties: Mapping[str, Any], shape: Any, where: str = "#") -> dict[str, Any]:
    """The properties as members of botocore's shape, which differ in case and in types alone.

    Raises:
        ResourceError: one is no member.
    """
    members = {_plain(name): name for name in shape.members}
    found = {}
    for name, value in properties.items():
        member = members.get(_plain(name))
        if member is None:
            raise ResourceError(
                "Properties validation failed for resource with message: "
                f"[{where}: extraneous key [{name}] is not permitted]"
            )
        found[member] = _value(value, shape.members[member], f"{where}/{name}")
    return found


def members(shape: Any) -> dict[str, str]:
    """{name in lower case: name} of a shape's members."""
    return {_plain(name): name for name in shape.members} if shape else {}


def _plain(name: str) -> str:
    return name.lower()


def _value(value: Any, shape: Any, where: str) -> Any:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        # A document of any form.
        return (
            dict(value)
            if getattr(shape, "is_document_type", False)
            else convert(value, shape, where)
        )
    if kind == "list" and isinstance(value, list):
        return [_value(item, shape.member, f"{where}/{index}") for index, item in enumerate(value)]
    if kind == "map":
        return _map(value, shape, where)
    return _scalar(value, kind, where)


def _map(value: Any, shape: Any, where: str) -> Any:
    """Tags stand in templates as a list of Key and Value."""
    if isinstance(value, list) and all(isinstance(one, Mapping) and "Key" in one for one in value):
        value = {one["Key"]: one.get("Value", "") for one in value}
    if not isinstance(value, Mapping):
        return value
    return {
        str(name): _value(item, shape.value, f"{where}/{name}") for name, item in value.items()
    }


def _scalar(value: Any, kind: str, where: str) -> Any:
    try:
        if kind == "string" and isinstance(value, dict | list):
            return json.dumps(value)
        if kind == "string":
            return text(value)
        if kind == "boolean" and isinstance(value, str):
            return value.lower() == "true"
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("double", "float"):
            return float(value)
    except (TypeError, ValueError):
        name = where.rpartition("/")[2]
        message = f"[{where}: expected type: Number, found: {value!r}] ({name})"
        raise ResourceError(
            f"Properties validation failed for resource with message: {message}"
        ) from None
    return value
