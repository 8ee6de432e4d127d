"""A worker with a secret of its own."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _secret_of_the_worker() -> Iterator[None]:
    """In the environment before the first zygote is started; no sandbox may find it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKERS_SECRET", "WORKERS-SECRET-VALUE")
        yield
