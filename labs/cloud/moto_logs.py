"""What the cloud reads of moto's CloudWatch Logs, and writes into them by itself."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.logs.models import logs_backends

from labs.cloud.clock import clock


def resource_policies(region: str) -> list[str]:
    """The documents (JSON) by which log groups of a region let services in."""
    backend = logs_backends[DEFAULT_ACCOUNT_ID][region]
    return [policy.policy_document for policy in backend.describe_resource_policies()]


def write(group_arn: str, stream: str, line: str) -> None:
    """Write a service's log line; nothing happens where there is no such group."""
    region, name = group_arn.split(":")[3], group_arn.split(":log-group:")[-1].removesuffix(":*")
    backend = logs_backends[DEFAULT_ACCOUNT_ID][region]
    if name in backend.groups:
        backend.ensure_log_stream(name, stream)
        event = {"timestamp": int(clock.millis()), "message": line}
        backend.put_log_events(name, stream, [event])
