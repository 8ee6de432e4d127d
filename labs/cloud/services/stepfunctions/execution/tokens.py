"""Task tokens: who holds one may end its task, or say that it is still at work."""

import base64
from dataclasses import dataclass, field

from moto.moto_api._internal import mock_random

from labs.cloud.services.stepfunctions.execution.flow import Pending, Timer
from labs.cloud.services.stepfunctions.execution.store import store

TOKEN_BYTES = 420  # tokens of AWS are about as long


@dataclass(eq=False)
class WaitingTask:
    """A task whose token is out. `ended` gets its output, or its error.

    `late` is done when no heartbeat came for `heartbeat_seconds`.
    """

    token: str
    flow_name: str
    heartbeat_seconds: float | None = None
    ended: Pending = field(default_factory=Pending)
    late: Pending = field(default_factory=Pending)
    _timer: Timer | None = None

    def beat(self) -> None:
        """A sign of life, or the beginning of waiting for one."""
        self._stop_timer()
        if self.heartbeat_seconds is not None:
            self._timer = Timer(self.flow_name, self.heartbeat_seconds * 1000, background=True)
            self._timer.when_done(self.late.resolve)

    def close(self) -> None:
        """Whoever sends something with the token from now on is too late."""
        self._stop_timer()
        store().tokens[self.token] = None

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()


def new_token() -> str:
    words = [mock_random.uuid4().bytes for _ in range(TOKEN_BYTES // 16)]
    return "AQC" + base64.b64encode(b"".join(words)).decode().rstrip("=")


def hand_out(token: str, flow_name: str, heartbeat_seconds: float | None) -> WaitingTask:
    """A task begins to wait."""
    waiting = WaitingTask(token, flow_name, heartbeat_seconds)
    store().tokens[token] = waiting
    return waiting
