"""One learner's process, played by this test: what it says about time is believed in bounds."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from labs.cloud.clock import NS_PER_MS, clock
from labs.cloud.guest import (
    MAX_SKIPPED_NS,
    Guest,
    GuestGoneError,
    GuestTimedOutError,
    KilledError,
    Serve,
)
from labs.sandbox import seam

HOUR_NS = 3600 * 10**9
ANSWER = ({"status": 200, "headers": {}}, b"")


class Host:
    """The worker, which notes what it is told."""

    def __init__(self) -> None:
        self.killed = 0

    def kill(self) -> str:
        self.killed += 1
        return "handler.py:3"

    def ended(self) -> str:
        return ""


class Process:
    """The other end: makes one call, then answers the request, in a thread of its own."""

    def __init__(self, control: socket.socket, line: socket.socket) -> None:
        self._control = control
        self._line = line
        self.asked: dict[str, Any] = {}
        self.call: dict[str, Any] | None = {}
        self.answer: dict[str, Any] = {}
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.asked = seam.receive(self._control)[0]
            if self.call is not None:
                seam.send(self._line, self.call)
                seam.receive(self._line)
            seam.send(self._control, self.answer)
        except seam.SeamError:
            pass  # it was hung up on


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def process() -> Iterator[tuple[Process, socket.socket, socket.socket]]:
    control, theirs = socket.socketpair()
    line, their_line = socket.socketpair()
    process = Process(theirs, their_line)
    clock.reset()
    yield process, control, line
    control.close()
    line.close()
    process.thread.join()
    theirs.close()
    their_line.close()


type Ends = tuple[Process, socket.socket, socket.socket]


def request(
    ends: Ends, host: Host, serve: Serve = lambda _header, _body: ANSWER, **options: Any
) -> dict[str, Any]:
    process, control, line = ends
    process.thread.start()
    return Guest(control, line, serve, host).request("run", **options)


def test_it_is_told_the_accounts_time(process: Ends, host: Host) -> None:
    before = clock.now_ns()

    request(process, host)

    assert process[0].asked["now_ns"] == before


@pytest.mark.parametrize("where", ["call", "answer"])
def test_it_is_believed_to_have_slept_as_long_as_it_can_have(
    process: Ends, host: Host, where: str
) -> None:
    setattr(process[0], where, {"slept_ns": HOUR_NS})
    before = clock.now_ns()

    request(process, host)

    assert 0 < clock.now_ns() - before < 60 * 10**9


def test_it_is_believed_to_have_slept_so_long_without_waiting(process: Ends, host: Host) -> None:
    process[0].call = {"skipped_ns": HOUR_NS}
    process[0].answer = {"skipped_ns": MAX_SKIPPED_NS}
    before = clock.now_ns()

    request(process, host)

    assert clock.now_ns() - before == MAX_SKIPPED_NS


def test_it_tells_that_it_slept_without_making_a_call(process: Ends, host: Host) -> None:
    def refuse(_header: dict[str, Any], _body: bytes) -> seam.Frame:
        raise AssertionError("this is no call")

    process[0].call = {"slept": True, "skipped_ns": HOUR_NS}
    before = clock.now_ns()

    request(process, host, refuse)

    assert clock.now_ns() - before == HOUR_NS


def test_one_that_sleeps_too_long_is_ended_at_its_time(process: Ends, host: Host) -> None:
    process[0].call = {"slept": True, "skipped_ns": HOUR_NS}
    before = clock.now_ns()

    with pytest.raises(GuestTimedOutError):
        request(process, host, seconds=3)

    assert 3 * 10**9 <= clock.now_ns() - before < 3 * 10**9 + 10


@pytest.mark.parametrize("value", [-1, 0.5, "1", True, None, [1]])
@pytest.mark.parametrize("name", ["slept_ns", "skipped_ns"])
def test_what_is_no_time_ends_the_talk(
    process: Ends, host: Host, name: str, value: object
) -> None:
    process[0].call = {name: value}

    with pytest.raises(GuestGoneError, match="no time"):
        request(process, host)


def test_it_times_out_by_the_accounts_clock(process: Ends, host: Host) -> None:
    def slow(_header: dict[str, Any], _body: bytes) -> seam.Frame:
        clock.advance(3001 * NS_PER_MS)
        return ANSWER

    with pytest.raises(GuestTimedOutError) as caught:
        request(process, host, slow, seconds=3)

    assert host.killed == 1
    assert caught.value.last_line == "handler.py:3"


def test_it_times_out_by_the_real_clock_which_the_account_follows(
    process: Ends, host: Host
) -> None:
    process[0].call = None
    control = process[1]
    before = clock.now_ns()
    guest = Guest(control, process[2], lambda _header, _body: ANSWER, host)

    with pytest.raises(GuestTimedOutError):
        guest.request("run", seconds=0.01)  # nobody is there to answer

    assert clock.now_ns() - before == 10 * NS_PER_MS
    process[0].thread.start()


def test_a_fault_ends_it_in_the_middle(process: Ends, host: Host) -> None:
    def kill(_header: dict[str, Any], _body: bytes) -> seam.Frame:
        raise KilledError("signal: killed")

    with pytest.raises(KilledError):
        request(process, host, kill)

    assert host.killed == 1
