"""Every place in which moto's Secrets Manager is bent."""

import re
from collections.abc import Callable
from typing import Any

from moto.secretsmanager.exceptions import ValidationException
from moto.secretsmanager.models import SecretsManagerBackend

from labs.cloud.moto_replacing import around

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")
INVALID = (
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the "
    "following: -/_+=.@!"
)


def patch() -> None:
    """Put the seam in, once."""
    if not hasattr(SecretsManagerBackend.create_secret, "__wrapped__"):
        around(SecretsManagerBackend, "create_secret", _create_secret)


def _create_secret(
    create: Callable[..., str], self: Any, name: str, *more: Any, **named: Any
) -> str:
    """moto takes any name."""
    if not NAME.fullmatch(name):
        raise ValidationException(INVALID)
    return create(self, name, *more, **named)
