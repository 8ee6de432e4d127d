"""What stands in moto's Secrets Manager where a seam is put, and what it changes."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from labs.cloud.account import Account

type Client = Callable[[str], Any]


def test_a_name_has_letters_that_aws_allows(client: Client, account: Account) -> None:
    secrets = client("secretsmanager")

    with pytest.raises(ClientError, match=r"Invalid name\. Must be a valid name") as raised:
        secrets.create_secret(Name="not a name", SecretString="1")

    assert raised.value.response["Error"]["Code"] == "ValidationException"
    assert secrets.create_secret(Name="db/prod-1_a+=.@!", SecretString="1")["ARN"]
