"""boto3 clients of the account's own process."""

import functools
from typing import Any

import boto3
from botocore.config import Config

# Between attempts boto3 would wait, for real.
ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})


@functools.cache
def client(service: str, region: str) -> Any:
    """One client for each service and region: making one costs as much as four calls.

    The zygote makes the usual ones, so that its children find them.
    """
    return boto3.client(service, region_name=region, config=ONE_ATTEMPT)
