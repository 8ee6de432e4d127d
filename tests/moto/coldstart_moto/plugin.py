"""pytest plugin: moto's own tests, on moto with our seams.

Where tests need functions to run (MOTO_TESTS_RUN=1), each test gets an account, whose functions
run in sandboxed processes as those of learners do, without Docker. What a call sets in motion is
delivered when it has been answered. Everywhere, `time.sleep` passes virtual time.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from labs.cloud import moto_seams
from labs.cloud.account import Account
from labs.cloud.clock import CALL_NS, clock
from labs.cloud.simulation import set_current
from moto.core.botocore_stubber import BotocoreStubber

from . import docker_like
from .processes import Processes

# Of real time, in each sleep: moto's interpreter of state machines and its servers are threads.
THREADS_SECONDS = 0.05

_account: Account | None = None
_runs_functions = os.environ.get("MOTO_TESTS_RUN") == "1"


def pytest_configure() -> None:
    """Put the seams in, and start what runs functions."""
    moto_seams.install()
    BotocoreStubber.process_request = _delivering(BotocoreStubber.process_request)
    clock.reset()
    clock.start()
    time.sleep = _pass_time  # type: ignore[assignment]
    if _runs_functions:
        docker_like.install()


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes | None]:
    """Sandboxed processes, from a zygote of their own."""
    if not _runs_functions:
        yield None
        return
    with Processes() as found:
        yield found


@pytest.fixture(scope="class", autouse=True)
def account(processes: Processes | None) -> Iterator[None]:
    """An account that asks for no permission, as moto does."""
    global _account
    clock.reset()
    if processes is None:
        set_current(None)
        yield
        return
    _account = Account(processes.start_guest, seed=1, real_time=True)
    _account.simulation.checks_permissions = False
    yield
    _account.close()
    _account = None
    set_current(None)
    processes.end_all()


def _delivering(process: Callable[..., Any]) -> Callable[..., Any]:
    def process_and_deliver(self: BotocoreStubber, request: Any) -> Any:
        clock.advance(CALL_NS)
        answer = process(self, request)
        if _account and not _account._busy:
            _account._deliver_now()
        return answer

    return process_and_deliver


_sleep = time.sleep


def _pass_time(seconds: float) -> None:
    _sleep(min(seconds, THREADS_SECONDS))
    if _account:
        _account.let_pass(seconds)
    else:
        with contextlib.suppress(OverflowError):
            clock.advance(round(seconds * 1e9))
