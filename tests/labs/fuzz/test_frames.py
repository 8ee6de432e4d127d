"""Bytes from somebody hostile on the other end of a socket."""

import json
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from labs.sandbox import seam
from tests.labs.fuzz.bounded import examples, objects

pytestmark = pytest.mark.slow

type Pair = tuple[socket.socket, socket.socket]

lengths = st.integers(0, 2**32 - 1) | st.integers(0, 300)
heads = st.binary(max_size=300) | objects("do", "report").map(
    lambda head: json.dumps(head).encode()
)


@pytest.fixture
def pair() -> Iterator[Pair]:
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def fed(data: bytes) -> list[seam.Frame]:
    """The frames that are read from so many bytes; SeamError is the only other end."""
    hostile, ours = socket.socketpair()
    with hostile, ours:
        hostile.setblocking(False)
        with suppress(BlockingIOError):
            hostile.sendall(data)
        hostile.close()
        frames = []
        with suppress(seam.SeamError):
            while True:
                frames.append(seam.receive(ours))
        return frames


@given(st.binary(max_size=2000))
@examples(300)
def test_any_bytes_end_in_frames_or_an_error(data: bytes) -> None:
    for header, body in fed(data):
        assert isinstance(header, dict)
        assert isinstance(body, bytes)


@given(lengths, lengths, heads, st.binary(max_size=300))
@example(400_000, 0, b"[" * 400_000, b"")
@example(200_000, 0, b'{"a":' * 40_000, b"")
@example(5000, 0, b'{"a": ' + b"9" * 4993 + b"}", b"")
@examples(300)
def test_any_lengths_and_contents_do(
    head_bytes: int, body_bytes: int, head: bytes, body: bytes
) -> None:
    for header, content in fed(struct.pack("!II", head_bytes, body_bytes) + head + body):
        assert isinstance(header, dict)
        assert len(content) <= len(head + body)


@given(heads, st.binary(max_size=300))
@examples(200)
def test_what_is_a_frame_is_read_as_it_was_sent(head: bytes, body: bytes) -> None:
    frames = fed(struct.pack("!II", len(head), len(body)) + head + body)

    try:
        expected = json.loads(head)
    except (ValueError, RecursionError):
        expected = None
    assert bool(frames) is isinstance(expected, dict)


@given(objects("report", "ask"), st.binary(max_size=300))
@examples(200)
def test_what_is_sent_arrives(header: dict[str, Any], body: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        seam.send(left, header, body)
        received, content = seam.receive(right)

    # As texts, because NaN differs from itself.
    assert (json.dumps(received), content) == (json.dumps(header), body)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("frame", [struct.pack("!II", 2, 0) + b"{}", b"\xff" * 8, b"\0\0"])
@pytest.mark.parametrize("receive", [seam.receive, seam.receive_with_fds])
def test_descriptors_that_a_sender_attaches_do_not_pile_up(
    pair: Pair, frame: bytes, receive: Any
) -> None:
    hostile, ours = pair
    before = descriptors()
    for _ in range(20):
        socket.send_fds(hostile, [frame], [0] * 50)
    hostile.shutdown(socket.SHUT_WR)

    with suppress(seam.SeamError):
        while True:
            _header, *rest = receive(ours)
            for fd in rest[1] if len(rest) > 1 else ():
                os.close(fd)

    assert descriptors() == before


class Dripping:
    """A socket that is never silent for long, and never done."""

    def gettimeout(self) -> float:
        return 0.05

    def recv(self, _count: int) -> bytes:
        return b"\0"


def test_a_frame_that_comes_drop_by_drop_ends() -> None:
    with pytest.raises(seam.SeamError, match="in the middle of a frame"):
        seam._exactly(Dripping(), 10**9)  # type: ignore[arg-type]
