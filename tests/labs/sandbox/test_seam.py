"""Frames between processes that do not trust each other."""

import json
import os
import socket
import struct
from collections.abc import Iterator

import pytest

from labs.sandbox import seam


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    left, right = socket.socketpair()
    with left, right:
        right.settimeout(5)
        yield left, right


type Pair = tuple[socket.socket, socket.socket]


def test_it_carries_header_and_body(pair: Pair) -> None:
    seam.send(pair[0], {"a": [1, "ü"]}, b"\x00\xff")

    assert seam.receive(pair[1]) == ({"a": [1, "ü"]}, b"\x00\xff")


def test_it_carries_file_descriptors(pair: Pair) -> None:
    reading, writing = os.pipe()
    seam.send(pair[0], {"pipe": 1}, fds=[writing])
    os.close(writing)

    header, _body, (received,) = seam.receive_with_fds(pair[1])
    os.write(received, b"through")
    os.close(received)

    assert header == {"pipe": 1}
    assert os.read(reading, 100) == b"through"
    os.close(reading)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (struct.pack("!II", 1 << 30, 0), "was announced"),
        (struct.pack("!II", 2, 1 << 30), "was announced"),
        (struct.pack("!II", 3, 0) + b"{a}", "is not JSON"),
        (struct.pack("!II", 2, 0) + b"[]", "no JSON object"),
        (struct.pack("!II", 400_000, 0) + b"[" * 400_000, "is not JSON"),
        (struct.pack("!II", 2, 0) + b"\xff\xfe", "is not JSON"),
    ],
)
def test_it_refuses_what_is_no_frame(pair: Pair, raw: bytes, message: str) -> None:
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    pair[0].sendall(raw)

    with pytest.raises(seam.SeamError, match=message):
        seam.receive(pair[1])


@pytest.mark.parametrize("sent", [b"", b"\x00\x00", struct.pack("!II", 5, 0) + b"{"])
def test_it_tells_when_the_other_end_is_gone(pair: Pair, sent: bytes) -> None:
    pair[0].sendall(sent)
    pair[0].close()

    with pytest.raises(seam.SeamClosedError):
        seam.receive(pair[1])


def test_it_does_not_wait_for_ever_within_a_frame(pair: Pair) -> None:
    pair[1].settimeout(0.01)
    pair[0].sendall(struct.pack("!II", 5, 0) + b"{")

    with pytest.raises(seam.SeamError, match="in the middle of a frame"):
        seam.receive(pair[1])


def test_it_sends_no_frame_that_the_other_end_would_refuse(pair: Pair) -> None:
    with pytest.raises(seam.SeamError, match="too large"):
        seam.send(pair[0], {}, b"x" * (seam.MAX_BODY_BYTES + 1))


def test_a_header_is_plain_json(pair: Pair) -> None:
    seam.send(pair[0], {"x": 1})
    pair[0].shutdown(socket.SHUT_WR)

    raw = pair[1].recv(1000)

    assert json.loads(raw[8:]) == {"x": 1}
