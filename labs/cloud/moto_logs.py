"""What the cloud reads of moto's CloudWatch Logs."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends


def resource_policies(region: str) -> list[str]:
    """The documents (JSON) by which log groups of a region let services in."""
    backend = logs_backends[DEFAULT_ACCOUNT_ID][region]
    return [policy.policy_document for policy in backend.describe_resource_policies()]
