"""boto3 clients of the account's own process."""

import functools
from typing import Any

import boto3


@functools.cache
def client(service: str, region: str) -> Any:
    """One client for each service and region: making one costs as much as four calls.

    The zygote makes the usual ones, so that its children find them.
    """
    return boto3.client(service, region_name=region)
