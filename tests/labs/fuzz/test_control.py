"""Control: a learner's process that answers anything, a cloud process that asks for anything."""

import json
import socket
import struct
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labs import grader
from labs.checks.program import Program, ProgramError
from labs.cloud.guest import Guest, GuestError
from labs.sandbox import seam
from labs.sandbox.run import Run, RunLimits
from labs.verdict import Verdict
from tests.labs.fuzz.bounded import examples, objects, values

pytestmark = pytest.mark.slow

ANSWERS = ("error", "limit", "payload", "slept_ns", "skipped_ns", "exit", "log", "syntax")
ASKS = ("report", "ask", "guest", "memory_mb", "error")


class Host:
    """The worker, as the account's end of a process knows it."""

    def kill(self) -> str:
        return ""

    def ended(self) -> str:
        return ""


def frame(header: Any, body: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return struct.pack("!II", len(head), len(body)) + head + body


def said_already(data: bytes) -> socket.socket:
    """Our end of a socket on which somebody has said so much, and hung up."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    with theirs, suppress(BlockingIOError):
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
    return ours


def guest(control: bytes, line: bytes) -> Guest:
    """A learner's process that has said all this already."""

    def serve(header: dict[str, Any], body: bytes) -> seam.Frame:
        if "url" not in header:
            raise seam.SeamError("no AWS request")
        return {"status": 200}, body

    return Guest(said_already(control), said_already(line), serve, Host())


answers = st.lists(
    st.builds(frame, objects(*ANSWERS) | values, st.binary(max_size=50) | st.just(b"7")),
    max_size=3,
).map(b"".join) | st.binary(max_size=100)


@given(answers, answers)
@example(frame({"slept_ns": 10**400}), b"")
@example(frame({"slept_ns": -1}), b"")
@example(frame({"slept_ns": True}), b"")
@examples(200)
def test_a_request_ends_in_an_answer_or_in_the_guests_error(control: bytes, line: bytes) -> None:
    process = guest(control, line)
    with suppress(GuestError):
        assert isinstance(process.request("run", file="main.py"), dict)
    process.close()


@given(answers, answers)
@example(frame({}) + frame({}, b"[" * 100_000), b"")
@example(frame({}) + frame({}, b"\xff"), b"")
@example(frame({}) + frame({}, b"9" * 5000), b"")
@example(frame({}) + frame({"error": {"errorType": [], "errorMessage": {}}, "limit": []}), b"")
@example(frame({}) + frame({"error": {"stackTrace": [[], {}, None, "\ud800" * 600]}}), b"")
@examples(200)
def test_a_call_ends_in_json_or_in_the_programs_error(control: bytes, line: bytes) -> None:
    program = Program(lambda: guest(control, line), {"handler.py": ""})
    with suppress(ProgramError, GuestError):
        json.dumps(program.call("handler.handler", 1))
    program.close()


@pytest.fixture(scope="module", autouse=True)
def _zygotes() -> None:
    grader.warm_up()


def served(said: bytes) -> tuple[Any, Verdict | None]:
    """What a worker makes of a cloud process that says this: its report, and what stopped it."""
    ours, theirs = socket.socketpair()
    limits = RunLimits(wall_seconds=0.3, cpu_seconds=1, memory_mb=64, output_bytes=1000)
    theirs.setblocking(False)
    with ours, theirs, Run(grader.zygotes(), limits) as run:
        ours.settimeout(0.3)
        with suppress(BlockingIOError):
            theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        try:
            return run._serve(ours), run._stopped
        except seam.SeamError:
            return None, run._stopped


asked = st.lists(st.builds(frame, objects(*ASKS) | values), max_size=4).map(b"".join)


@given(asked | st.binary(max_size=100))
@example(frame({"report": 5}))
@example(frame({"report": {}}) + frame({"report": {"checks": []}}))
@example(frame({"ask": []}))
@example(frame({"ask": {"guest": 1}}))
@example(frame({"ask": "guest", "memory_mb": 10**30}) * 3)
@example(frame({"ask": "guest", "memory_mb": -5}) + frame({"ask": "kill", "guest": True}))
@example(frame({"ask": "kill", "guest": []}) + frame({"ask": "ended", "guest": {}}))
@example(frame({"ask": "kill", "guest": 0.0}) + frame({"ask": "ended", "guest": 10**400}))
@example(frame({"ask": "guest"}) + frame({"ask": "kill", "guest": 0}) * 3)
@example(frame({"ask": "ended", "guest": 7}) * 2000)
@examples(100)
def test_a_worker_survives_whatever_a_cloud_process_says(said: bytes) -> None:
    report, _stopped = served(said)

    assert report is None or isinstance(report, dict)


def test_a_cloud_process_that_asks_for_processes_without_end_gets_no_more() -> None:
    before = grader.zygotes().get("labs.sandbox.guest.learner").started

    report, _stopped = served(frame({"ask": "guest"}) * 200)

    assert report is None
    assert grader.zygotes().get("labs.sandbox.guest.learner").started - before <= 64


def test_a_worker_ends_with_a_cloud_process_that_says_nothing() -> None:
    ours, theirs = socket.socketpair()
    limits = RunLimits(wall_seconds=0.1, cpu_seconds=1, memory_mb=64, output_bytes=1000)
    with ours, theirs, Run(grader.zygotes(), limits) as run, pytest.MonkeyPatch.context() as patch:
        patch.setattr("labs.sandbox.run.GRACE_SECONDS", 0.1)
        assert run._serve(ours) is None
        assert run._stopped is Verdict.TIMED_OUT
