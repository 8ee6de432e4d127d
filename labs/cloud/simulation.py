"""What the parts of one simulated account share. moto's services live in globals, and so do they.

There is one at a time in a process; `current()` is it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from labs.cloud.agenda import Agenda
from labs.cloud.faults import FailedEntry, Faults
from labs.cloud.trace import Trace
from labs.errors import EngineError

if TYPE_CHECKING:
    from labs.cloud.guest import Guest
    from labs.cloud.lambda_runtime.environments import Environments


@dataclass(frozen=True)
class Caller:
    """Who makes the call that is being answered: "script", "function worker", "rule nightly"."""

    made_by: str
    source: str = ""
    request_id: str = ""


class WaitUntil(Protocol):
    """Lets everything go on until `done()`, at most to the moment `until` (ms since 1970).

    Returns whether it is done.
    """

    def __call__(self, done: Callable[[], bool], *, until: float) -> bool: ...


class Source(Protocol):
    """What is polled by the cloud: a queue with a mapping, a stream, a pipe."""

    def deliver(self) -> int:
        """Deliver one batch of what is there now; how many deliveries that were."""
        ...

    def next_moment(self) -> float | None:
        """When there will be something to deliver (ms since 1970); None if nothing will."""
        ...


class Simulation:
    """`callers` are those whose calls are being answered, the innermost last; none: the check.

    `checks_permissions` is whether a delivery needs the permission that AWS asks for,
    `enforces_iam` whether a call needs those of its role or user. `start_guest` gives a process
    for the learner's code, with so many MB of memory (0: as much as the job has).
    """

    start_guest: "Callable[[int], Guest]"

    def __init__(self, seed: int, environments: "Environments", wait_until: WaitUntil) -> None:
        self.seed = seed
        self.environments = environments
        self.wait_until = wait_until
        self.agenda = Agenda()
        self.trace = Trace()
        self.faults = Faults(seed)
        self.sources: list[Source] = []
        self.callers: list[Caller] = []
        self.checks_permissions = True
        self.enforces_iam = False
        # The learner's, {relative POSIX path: text}: a template may refer to them.
        self.files: Mapping[str, str] = {}
        self._states: dict[Any, Any] = {}

    def failed_entry(self, service: str, operation: str) -> FailedEntry | None:
        """What a fault makes of this entry of a batch: None, if the check sends it itself."""
        return self.faults.of_entry(service, operation) if self.callers else None

    def state[T](self, kind: Callable[[], T]) -> T:
        """A service's own state in this account, made by `kind()` when it is first asked for."""
        if kind not in self._states:
            self._states[kind] = kind()
        found: T = self._states[kind]
        return found


_current: Simulation | None = None


def current() -> Simulation:
    """The account's simulation.

    Raises:
        EngineError: there is none in this process.
    """
    if _current is None:
        raise EngineError("there is no account in this process")
    return _current


def has_current() -> bool:
    """Whether there is an account in this process; else moto is left as it is."""
    return _current is not None


def set_current(simulation: Simulation | None) -> None:
    global _current
    _current = simulation
