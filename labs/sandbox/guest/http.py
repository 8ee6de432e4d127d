"""HTTP out of the learner's process: requests, urllib.request, urllib3 and http.client.

There is no network. All these libraries end in http.client's connections, so their `connect`
puts an `AccountSocket` where a socket would be: what is sent to it goes over the seam as one
frame, once the answer is asked for, and the answer comes back as an HTTP response. There is no
TLS, and no name to look up.
"""

import errno
import http.client
import io
import socket
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, override

from labs.sandbox import seam
from labs.sandbox.guest.aws import NotSimulatedError, source_line

type Line = Callable[[dict[str, Any], bytes], seam.Frame]

# Where the account may have something; which address it is, is for the account to say.
DOMAINS = (".amazonaws.com", ".api.aws", ".on.aws")
PORTS = {"http": 80, "https": 443}
WITHOUT_BODY = {204, 304}
REPLACED = "urllib3.connection"


class Network:
    """What the connections of this process share: the line to the account, once there is one."""

    def __init__(self) -> None:
        self.line: Line = _no_line
        self._quiet: tuple[socket.socket, socket.socket] | None = None

    def fileno(self) -> int:
        """A descriptor from which nothing ever comes: urllib3 polls to see who has hung up."""
        self._quiet = self._quiet or socket.socketpair()
        return self._quiet[0].fileno()


def _no_line(_header: dict[str, Any], _body: bytes) -> seam.Frame:
    raise OSError(errno.ENETUNREACH, "Network is unreachable")


network = Network()


class AccountSocket:
    """As much of a socket as HTTP clients use; `scheme`, `host` and `port` are the address."""

    def __init__(self, scheme: str, host: str, port: int) -> None:
        self._address = (host, port)
        shown = host if port == PORTS[scheme] else f"{host}:{port}"
        self._origin = f"{scheme}://{shown}"
        self._sent = bytearray()
        self._response: io.BufferedReader | None = None
        self._timeout: float | None = None

    def sendall(self, data: bytes, _flags: int = 0) -> None:
        self._response = None
        self._sent += data

    def send(self, data: bytes, _flags: int = 0) -> int:
        self.sendall(data)
        return len(data)

    def makefile(self, *_arguments: Any, **_options: Any) -> io.BufferedReader:
        """The response to what was sent; nothing more, if the connection was closed instead."""
        if self._response is None:
            request, self._sent = bytes(self._sent), bytearray()
            self._response = io.BufferedReader(Response(self._origin, request))
        return self._response

    def recv(self, size: int, _flags: int = 0) -> bytes:
        return self.makefile().read(size)

    def recv_into(self, buffer: Any, size: int = 0, _flags: int = 0) -> int:
        data = self.recv(size or len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        return self._timeout

    def setsockopt(self, *_option: Any) -> None:
        """There is nothing to set."""

    def getpeername(self) -> tuple[str, int]:
        return self._address

    def fileno(self) -> int:
        return network.fileno()

    def shutdown(self, _how: int) -> None:
        """Nobody waits at the other end."""

    def close(self) -> None:
        """What was answered can still be read."""


class Response(io.RawIOBase):
    """HTTP's bytes of the answer to a request, which is made when they are first read."""

    def __init__(self, origin: str, request: bytes) -> None:
        self._origin, self._request = origin, request
        self._answer: io.BytesIO | None = None

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: Any) -> int:
        if self._answer is None:
            self._answer = io.BytesIO()  # if there is an error now, there is no answer later
            self._answer = io.BytesIO(_exchange(self._origin, self._request))
        return self._answer.readinto(buffer)


def _exchange(origin: str, request: bytes) -> bytes:
    """The account's answer to one request, both as HTTP's bytes; b"": it has hung up.

    Raises:
        NotSimulatedError: the simulated cloud lacks this.
        OSError: the address is none of the account's, or the request is too large.
    """
    head, ended, rest = request.partition(b"\r\n\r\n")
    if not ended:
        return b""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target = first.split(" ")[:2]
    headers = _headers(lines)
    body = _body(headers, rest)
    header = {
        "http": True,
        "method": method,
        "url": target if "://" in target else origin + target,
        "headers": headers,
        "source": source_line(),
    }
    try:
        answer, content = network.line(header, body)
    except seam.SeamClosedError:
        raise
    except seam.SeamError as error:
        raise OSError(errno.EMSGSIZE, f"The request is too large: {error}") from None
    if message := answer.get("not_simulated"):
        raise NotSimulatedError(message)
    if answer.get("unreachable"):
        raise unreachable(origin.partition("://")[2])
    if answer.get("lost"):
        return b""
    return _response(answer["status"], answer["headers"], content, method)


def unreachable(host: str) -> OSError:
    """The error for an address that is none of the account's."""
    return OSError(
        errno.ENETUNREACH,
        f"Network is unreachable: the sandbox reaches only the simulated cloud, not {host}",
    )


def _headers(lines: list[str]) -> dict[str, str]:
    """By name; the values of one that comes twice are joined, as HTTP allows."""
    headers: dict[str, str] = {}
    names: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name = names.setdefault(name.lower(), name)
        value = value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _body(headers: dict[str, str], sent: bytes) -> bytes:
    """What was sent after the head; one in chunks put together, with its length in `headers`."""
    chunked = [name for name in headers if name.lower() == "transfer-encoding"]
    if not chunked:
        return sent
    for name in chunked:
        del headers[name]
    body = _joined(sent)
    headers["Content-Length"] = str(len(body))
    return body


def _joined(chunks: bytes) -> bytes:
    body, start = bytearray(), 0
    while (end := chunks.find(b"\r\n", start)) >= 0:
        length = int(chunks[start:end].partition(b";")[0], 16)
        if not length:
            break
        body += chunks[end + 2 : end + 2 + length]
        start = end + 2 + length + 2
    return bytes(body)


def _response(status: int, headers: dict[str, str], content: bytes, method: str) -> bytes:
    """HTTP's bytes. A header's value of several lines is that header several times."""
    known = http.client.responses.get(status, "")
    lines = [f"HTTP/1.1 {status} {known}".rstrip()]
    length = str(len(content))
    for name, values in headers.items():
        if name.lower() == "content-length" and method == "HEAD" and not content:
            length = values
        elif name.lower() not in {"content-length", "transfer-encoding", "connection"}:
            lines += [f"{name}: {value}" for value in values.splitlines() or [""]]
    has_body = status >= 200 and status not in WITHOUT_BODY
    if has_body:
        lines.append(f"Content-Length: {length}")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head + content if has_body and method != "HEAD" else head


def install() -> None:
    """Take over http.client and urllib3, also a urllib3 that the learner brings along."""
    http.client.HTTPConnection.connect = _connect_plain  # type: ignore[method-assign, assignment]
    http.client.HTTPSConnection.connect = _connect_secure  # type: ignore[method-assign, assignment]
    import urllib3.connection

    take_over(urllib3.connection)


def _connect_plain(connection: http.client.HTTPConnection) -> None:
    _connect(connection, "http")


def _connect_secure(connection: http.client.HTTPSConnection) -> None:
    _connect(connection, "https")


def _connect(connection: http.client.HTTPConnection, scheme: str) -> None:
    host = str(connection.host).rstrip(".").lower()
    # Behind a proxy (`set_tunnel`) this is the proxy's name, and there is none.
    if not host.endswith(DOMAINS):
        raise unreachable(connection.host)
    port = connection.port or PORTS[scheme]
    connection.sock = AccountSocket(scheme, host, port)


def take_over(module: ModuleType) -> None:
    """Do the same to the connections of this urllib3.connection."""

    def connect(connection: Any, scheme: str) -> None:
        try:
            _connect(connection, scheme)
        except OSError as error:
            message = f"Failed to establish a new connection: {error}"
            raise module.NewConnectionError(connection, message) from error

    def connect_secure(connection: Any) -> None:
        # It warns of connections whose certificate it has not seen.
        connection.is_verified = True
        connect(connection, "https")

    module.HTTPConnection.connect = lambda self: connect(self, "http")
    module.HTTPSConnection.connect = connect_secure


class BroughtAlong(MetaPathFinder):
    """Takes over the urllib3 that a package or a layer brings along, once it is imported."""

    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.endswith(REPLACED):
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec and spec.loader:
            spec.loader = _Wrapped(spec.loader)
        return spec


class _Wrapped(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    @override
    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    @override
    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        take_over(module)


def warm() -> None:
    """In the zygote: load what programs use for HTTP."""
    import urllib.request  # noqa: F401

    import requests  # noqa: F401


def see_imports() -> None:
    """Look at each import from now on."""
    sys.meta_path.insert(0, BroughtAlong())
