"""Containers' programs that are lists of what they do, in place of processes."""

from typing import TYPE_CHECKING, Any

from labs.cloud.guest import GuestGoneError

if TYPE_CHECKING:
    from collections.abc import Callable

NS = 1_000_000_000
# (seconds slept before, its exit status or None for a sleep that it tells of)
type Step = tuple[float, int | None]


class Program:
    """Stands for a `Guest`. On SIGTERM it does what `on_signal` says: its exit status."""

    def __init__(self, steps: list[Step], on_signal: int | None = 0) -> None:
        self._steps = list(steps)
        self._on_signal = on_signal
        self.began: dict[str, Any] = {}
        self.signals: list[int] = []
        self.is_killed = False
        self.let_pass: Callable[[int], None] = lambda _slept: None
        self.seed = ""

    def request(self, _do: str, _body: bytes = b"", **_fields: Any) -> dict[str, Any]:
        return {}

    def begin(self, _do: str, _body: bytes = b"", **fields: Any) -> None:
        self.began = fields

    def next_event(self) -> tuple[bool, dict[str, Any], bytes]:
        if self.is_killed:
            raise GuestGoneError("signal: killed")
        seconds, status = self._steps.pop(0) if self._steps else (0, 0)
        self.let_pass(round(seconds * NS))
        if status is None:
            return False, {"slept": True, "log": ["tick"]}, b""
        return True, {"exit_status": status, "log": ["done"]}, b""

    def answer(self, _header: dict[str, Any], _body: bytes, *, number: int = 0) -> None:
        if number:
            self.signals.append(number)
            if self._on_signal is not None:
                self._steps = [(0, self._on_signal)]

    def kill(self) -> None:
        self.is_killed = True

    def close(self) -> None:
        pass
