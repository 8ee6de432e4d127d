"""boto3's way out of the learner's process: each request goes over the seam to the account."""

import socket
import sys
import threading
from copy import copy
from io import BytesIO
from types import FrameType
from typing import Any

import boto3.s3.transfer
from boto3.s3.transfer import TransferConfig
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.handlers import BUILTIN_HANDLERS

from labs.sandbox import seam
from labs.sandbox.folders import task_root
from labs.sandbox.guest.clock import clock
from labs.sandbox.guest.container import container, deliver


class NotSimulatedError(Exception):
    """The simulated cloud lacks this operation. That is our gap, not the learner's mistake."""


class Body(BytesIO):
    """A response's body as botocore reads it from urllib3."""

    def stream(self, **_kwargs: Any) -> Any:
        while chunk := self.read(1 << 16):
            yield chunk


class Line:
    """The socket to the account. One call at a time: threads wait for each other."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()

    def __call__(self, header: dict[str, Any], body: bytes) -> seam.Frame:
        with self._lock:
            seam.send(self._sock, {**header, **clock.passed(), **container.told()}, body)
            answer, content = seam.receive(self._sock)
            clock.follow(answer)
        if number := answer.get("signal"):
            with clock.interrupted():
                deliver(number)
        return answer, content

    def tell_slept(self) -> None:
        """Nothing but the time that has passed in this process, which each frame tells."""
        self({"slept": True}, b"")

    def is_answering(self) -> bool:
        """Whether a thread waits for the account."""
        return self._lock.locked()


# Of the services whose answers are XML.
XML_HOSTS = ("//s3.", ".s3.")


class Canned:
    """Answers everything with an empty reply: what a zygote warms up its clients with."""

    def __call__(self, header: dict[str, Any], body: bytes) -> seam.Frame:
        is_xml = any(host in header["url"] for host in XML_HOSTS)
        return {"status": 200, "headers": {}}, b"<R/>" if is_xml else b"{}"


class Transport:
    """botocore's `before-send` hook: answers each request itself, so that no socket is opened."""

    def __init__(self) -> None:
        self.line: Line | Canned = Canned()

    def __call__(
        self, request: AWSPreparedRequest, event_name: str = "", **_kwargs: Any
    ) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        header = {
            "operation": operation,
            "method": request.method,
            "url": request.url,
            "headers": {name: _text(value) for name, value in request.headers.items()},
            "source": source_line(),
        }
        answer, content = self.line(header, body.encode() if isinstance(body, str) else body)
        if message := answer.get("not_simulated"):
            raise NotSimulatedError(message)
        if answer.get("lost"):
            raise ConnectionClosedError(endpoint_url=request.url)
        return AWSResponse(request.url, answer["status"], answer["headers"], Body(content))


def install() -> Transport:
    """Hook all sessions of this process; to be called before the first one is made."""
    transport = Transport()
    BUILTIN_HANDLERS.append(("before-send", transport))
    # Threads would send the parts of a large file in another order each time.
    boto3.s3.transfer._create_default_transfer_manager = _in_one_thread
    return transport


_create_transfer_manager = boto3.s3.transfer._create_default_transfer_manager


def _in_one_thread(client: Any, config: TransferConfig, osutil: Any = None) -> Any:
    config = copy(config)
    config.use_threads = False
    return _create_transfer_manager(client, config, osutil)


def source_line() -> str:
    """The place in the learner's files that is being run, as "handler.py:14", or ""."""
    if place := _own_line(sys._getframe(1)):
        return place
    # A library's thread: the main thread waits for it in the learner's code.
    main = threading.main_thread().ident
    return _own_line(sys._current_frames().get(main)) if main else ""


def _own_line(frame: FrameType | None) -> str:
    root = f"{task_root()}/"
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(root):
            return f"{name.removeprefix(root)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
