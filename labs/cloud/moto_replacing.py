"""How a method of moto is replaced where there is an account, and left as it is elsewhere."""

import functools
from collections.abc import Callable
from typing import Any

from labs.cloud.simulation import has_current


def replace(owner: Any, name: str, ours: Callable[..., Any]) -> None:
    """Let `ours` answer instead."""
    around(owner, name, lambda _moto, *arguments, **options: ours(*arguments, **options))


def around(owner: Any, name: str, ours: Callable[..., Any]) -> None:
    """Let `ours` answer, whose first argument is moto's own method."""
    moto_own = getattr(owner, name)

    @functools.wraps(moto_own)
    def answer(*arguments: Any, **options: Any) -> Any:
        if not has_current():
            return moto_own(*arguments, **options)
        return ours(moto_own, *arguments, **options)

    setattr(owner, name, answer)
