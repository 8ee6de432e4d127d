"""The types of resources that a template may have."""

from labs.cloud.services.cloudformation.kinds import (
    apis,
    custom,
    functions,
    identities,
    messaging,
    storage,
    workflows,
)
from labs.cloud.services.cloudformation.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    **apis.KINDS,
    **custom.KINDS,
    **functions.KINDS,
    **identities.KINDS,
    **messaging.KINDS,
    **storage.KINDS,
    **workflows.KINDS,
}


def find(name: str) -> Kind | None:
    """The kind of a type ("AWS::SQS::Queue", "Custom::Seed"), or None if it is not simulated."""
    return custom.CUSTOM if name.startswith("Custom::") else KINDS.get(name)
