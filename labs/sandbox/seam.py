"""Frames over a socket: how the worker, the cloud process and the learner's process talk.

A frame is two lengths (4 bytes each, big-endian), a JSON object and raw bytes. No pickle: the
other end may be hostile, so lengths are checked before anything is read and JSON is bounded.
"""

import json
import os
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

from labs.errors import EngineError

MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_BODY_BYTES = 32 * 1024 * 1024
MAX_FDS = 8
_LENGTHS = struct.Struct("!II")

type Frame = tuple[dict[str, Any], bytes]


class SeamError(EngineError):
    """The other end sent what is no frame."""


class SeamClosedError(SeamError):
    """The other end is gone."""


def send(
    sock: socket.socket, header: dict[str, Any], body: bytes = b"", fds: Sequence[int] = ()
) -> None:
    """Send one frame; `fds` travel with it.

    Raises:
        SeamClosedError: the other end is gone.
        SeamError: the frame is too large to be sent.
    """
    head = json.dumps(header, separators=(",", ":")).encode()
    if len(head) > MAX_HEADER_BYTES or len(body) > MAX_BODY_BYTES:
        raise SeamError(f"a frame of {len(head) + len(body):,} bytes is too large")
    lengths = _LENGTHS.pack(len(head), len(body))
    try:
        if fds:
            socket.send_fds(sock, [lengths], list(fds))
            lengths = b""
        sock.sendall(lengths + head + body)
    except OSError as error:
        raise SeamClosedError(str(error)) from None


def receive(sock: socket.socket) -> Frame:
    """Wait for one frame.

    Raises:
        SeamClosedError: the other end is gone.
        SeamError: what came is no frame, or the socket's timeout passed.
    """
    return _frame(sock, _exactly(sock, _LENGTHS.size))


def receive_with_fds(sock: socket.socket) -> tuple[dict[str, Any], bytes, list[int]]:
    """Wait for one frame and the file descriptors that came with it."""
    try:
        lengths, fds, _flags, _address = socket.recv_fds(sock, _LENGTHS.size, MAX_FDS)
    except OSError as error:
        raise SeamClosedError(str(error)) from None
    if not lengths:
        raise SeamClosedError("closed")
    try:
        lengths += _exactly(sock, _LENGTHS.size - len(lengths))
        return *_frame(sock, lengths), fds
    except SeamError:
        for fd in fds:
            os.close(fd)
        raise


def _frame(sock: socket.socket, lengths: bytes) -> Frame:
    head_bytes, body_bytes = _LENGTHS.unpack(lengths)
    if head_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise SeamError(f"a frame of {head_bytes + body_bytes:,} bytes was announced")
    head, body = _exactly(sock, head_bytes), _exactly(sock, body_bytes)
    try:
        header = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise SeamError(f"a frame is not JSON: {error}") from None
    if not isinstance(header, dict):
        raise SeamError("a frame is no JSON object")
    return header, body


def _exactly(sock: socket.socket, count: int) -> bytes:
    """So many bytes; the socket's timeout is for all of them, or they might come one by one."""
    timeout = sock.gettimeout()
    end = None if timeout is None else time.monotonic() + timeout
    chunks = []
    while count:
        try:
            chunk = sock.recv(min(count, 1 << 20))
        except TimeoutError:
            raise SeamError("the other end stopped in the middle of a frame") from None
        except OSError as error:
            raise SeamClosedError(str(error)) from None
        if not chunk:
            raise SeamClosedError("closed")
        chunks.append(chunk)
        count -= len(chunk)
        if count and end is not None and time.monotonic() > end:
            raise SeamError("the other end stopped in the middle of a frame")
    return b"".join(chunks)
