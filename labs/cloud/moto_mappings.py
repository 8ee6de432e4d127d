"""Every place in which moto's event source mappings are bent."""

from typing import Any

from moto.awslambda.models import EventSourceMapping, LambdaBackend, lambda_backends
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud.missing import MissingError
from labs.cloud.trace import DEFAULT_REGION

_create_any_mapping = LambdaBackend.create_event_source_mapping


def patch() -> None:
    """Put the seams in, before moto starts."""
    LambdaBackend.create_event_source_mapping = _create_mapping


def event_source_mappings() -> list[EventSourceMapping]:
    """All mappings of the account, oldest first."""
    backend = lambda_backends[DEFAULT_ACCOUNT_ID][DEFAULT_REGION]
    return list(backend._event_source_mappings.values())


def _create_mapping(self: LambdaBackend, spec: dict[str, Any]) -> Any:
    """A mapping that would deliver what AWS filters out is refused, not made."""
    if spec.get("FilterCriteria"):
        raise MissingError("with FilterCriteria")
    return _create_any_mapping(self, spec)
