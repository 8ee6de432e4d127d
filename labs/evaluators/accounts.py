"""An empty account for what is evaluated by calls of AWS's API."""

from collections.abc import Iterator
from contextlib import contextmanager

from labs.cloud.account import Account
from labs.cloud.clock import EPOCH, clock
from labs.cloud.guest import Guest, Serve, StoppedError

SEED = 1  # the same ids and jitter in each evaluation


@contextmanager
def empty_account() -> Iterator[Account]:
    """One in which no code runs, and time begins at EPOCH."""
    account = Account(_no_guest, seed=SEED)
    clock.reset(EPOCH)
    try:
        yield account
    finally:
        account.close()


def _no_guest(_serve: Serve, _memory_mb: int) -> Guest:
    raise StoppedError("no code runs while an artefact is evaluated")
