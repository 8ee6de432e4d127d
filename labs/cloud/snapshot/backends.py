"""moto's backends that have come into being in this account, without making others."""

from collections.abc import Iterator
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID


def existing(backends: Any) -> Iterator[Any]:
    """The backend of each region (or partition) that has been used."""
    yield from dict.get(backends, DEFAULT_ACCOUNT_ID, {}).values()
