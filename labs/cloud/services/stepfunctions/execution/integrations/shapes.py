"""Between the JSON of a state and the parameters and results of AWS's API.

In a state all names are in PascalCase, whatever the API has:
https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from labs.cloud.clock import clock
from labs.cloud.services.stepfunctions.execution.history import as_json


def to_parameters(value: Any, shape: Any) -> Any:
    """A state's JSON as botocore wants it for `shape`; null is left out."""
    match getattr(shape, "type_name", None):
        case "structure" if isinstance(value, dict):
            return _structure(value, shape)
        case "list" if isinstance(value, list):
            return [to_parameters(one, shape.member) for one in value]
        case "map" if isinstance(value, dict):
            return {key: to_parameters(one, shape.value) for key, one in value.items()}
        case "blob":
            return (value if isinstance(value, str) else as_json(value)).encode()
        case "string" if not isinstance(value, str):
            return as_json(value)
        case "integer" | "long" if isinstance(value, float) and value.is_integer():
            return int(value)
        case "float" | "double" if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
    return value


def _structure(value: dict[str, Any], shape: Any) -> dict[str, Any]:
    names = {name.lower(): name for name in shape.members}
    found = {}
    for key, one in value.items():
        name = names.get(key.lower(), key)
        if one is not None:
            found[name] = to_parameters(one, shape.members.get(name))
    return found


def faults_of(value: Any, shape: Any, name: str = "") -> list[str]:
    """What Step Functions itself refuses of a task's arguments, in AWS's words.

    Objects become texts where the API wants texts; numbers do not.
    """
    match getattr(shape, "type_name", None):
        case "structure" if isinstance(value, dict):
            members = {key.lower(): member for key, member in shape.members.items()}
            return [
                fault
                for key, one in value.items()
                if one is not None
                for fault in faults_of(one, members.get(key.lower()), key)
            ]
        case "list" if isinstance(value, list):
            return [fault for one in value for fault in faults_of(one, shape.member, name)]
        case "map" if isinstance(value, dict):
            return [fault for one in value.values() for fault in faults_of(one, shape.value, name)]
        case "string" if isinstance(value, int | float):
            return [f"The value for the field '{name}' must be a STRING"]
    return []


def to_json(value: Any, shape: Any, *, dates: str = "iso") -> Any:
    """An API's answer as a state's JSON. `dates`: "iso", or "millis" since 1970."""
    match value:
        case dict() if getattr(shape, "type_name", "") == "structure":
            return {
                key[0].upper() + key[1:]: to_json(one, shape.members.get(key), dates=dates)
                for key, one in value.items()
                if one is not None
            }
        case dict():
            inner = getattr(shape, "value", None)
            return {key: to_json(one, inner, dates=dates) for key, one in value.items()}
        case list():
            return [to_json(one, getattr(shape, "member", None), dates=dates) for one in value]
        case datetime():
            return iso(value) if dates == "iso" else round(value.timestamp() * 1000)
        case bytes():
            return text_of(value)
        case _ if hasattr(value, "read"):
            return text_of(value.read())
    return value


def text_of(data: bytes) -> str:
    """A binary value as text: as it is where it is UTF-8, else in base 64."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()


def iso(moment: datetime) -> str:
    """As Java writes an instant."""
    utc = moment.astimezone(UTC)
    millis = f".{utc.microsecond // 1000:03d}" if utc.microsecond >= 1000 else ""
    return f"{utc:%Y-%m-%dT%H:%M:%S}{millis}Z"


def http_metadata(
    answer: Mapping[str, Any], content_type: str = "application/x-amz-json-1.0"
) -> dict[str, Any]:
    """What the optimised integrations say of the HTTP answer, beside the result."""
    told = answer.get("ResponseMetadata", {})
    headers = {str(key).lower(): str(value) for key, value in told.get("HTTPHeaders", {}).items()}
    request_id = str(told.get("RequestId") or headers.get("x-amzn-requestid", ""))
    plain = {
        "x-amzn-RequestId": request_id,
        "connection": "keep-alive",
        "Content-Length": headers.get("content-length", "0"),
        "Date": headers.get("date") or format_datetime(clock.now(), usegmt=True),
        "Content-Type": headers.get("content-type", content_type),
    }
    return {
        "SdkHttpMetadata": {
            "AllHttpHeaders": {key: [value] for key, value in plain.items()},
            "HttpHeaders": plain,
            "HttpStatusCode": told.get("HTTPStatusCode", 200),
        },
        "SdkResponseMetadata": {"RequestId": request_id},
    }
