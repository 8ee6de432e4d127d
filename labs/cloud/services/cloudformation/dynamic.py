"""Dynamic references: {{resolve:ssm:name}}, {{resolve:secretsmanager:id:SecretString:key}}.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
"""

import json
import re
from typing import Any

from labs.cloud import service_calls
from labs.cloud.services.cloudformation.errors import ResourceError

_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}")
_ARN_PARTS = 7


def resolve(value: Any, stack: str, region: str) -> Any:
    """The value with its references filled in.

    Raises:
        ResourceError: one names nothing.
    """
    if isinstance(value, dict):
        return {name: resolve(item, stack, region) for name, item in value.items()}
    if isinstance(value, list):
        return [resolve(item, stack, region) for item in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value
    return _REFERENCE.sub(lambda found: _read(found[1], found[2], stack, region), value)


def _read(service: str, what: str, stack: str, region: str) -> str:
    try:
        if service == "secretsmanager":
            return _secret(what, stack, region)
        name = what.rpartition(":")[0] if what.rpartition(":")[2].isdigit() else what
        asked = {"Name": name, "WithDecryption": True}
        found = service_calls.call(f"stack {stack}", "ssm", "GetParameter", asked, region=region)
        return str(found["Parameter"]["Value"])
    except NotImplementedError:
        raise
    except Exception as error:
        message = f"Could not resolve the dynamic reference {service}:{what}: {error}"
        raise ResourceError(message) from None


def _secret(what: str, stack: str, region: str) -> str:
    """The id may be an ARN, which has colons too."""
    parts = what.split(":")
    size = _ARN_PARTS if parts[0] == "arn" else 1
    secret, rest = ":".join(parts[:size]), parts[size:]
    asked = {"SecretId": secret}
    found = service_calls.call(
        f"stack {stack}", "secretsmanager", "GetSecretValue", asked, region=region
    )
    text = str(found["SecretString"])
    key = rest[1] if len(rest) > 1 else ""
    return str(json.loads(text)[key]) if key else text
