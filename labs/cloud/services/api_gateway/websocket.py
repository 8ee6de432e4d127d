"""WebSocket APIs: connections, routes and @connections.

There is no socket: `connect` gives a connection whose messages are calls. A check is the client.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from moto.apigatewayv2.models import Api, apigatewayv2_backends
from moto.core import DEFAULT_ACCOUNT_ID

from labs.cloud import moto_lambda
from labs.cloud.clock import clock
from labs.cloud.http_payloads import SOURCE_IP, HttpRequest, HttpResponse, Pairs, message
from labs.cloud.service_calls import noted
from labs.cloud.services.api_gateway import v2, websocket_routes
from labs.cloud.services.api_gateway.websocket_routes import Refused, Sent
from labs.cloud.simulation import current

MAX_FRAME_BYTES = 128 * 1024
IDLE_MS, LONGEST_MS = 10 * 60 * 1000, 2 * 60 * 60 * 1000


class HandshakeError(Exception):
    """The API did not let the client in; `status` is that of the HTTP response."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status


@dataclass
class Connection:
    """One client's. `received` are the messages that came to it, as text or bytes."""

    id: str
    api_id: str
    region: str
    stage: str
    headers: Pairs
    connected_ms: float
    active_ms: float
    authorizer: dict[str, Any] | None = None
    received: list[str | bytes] = field(default_factory=list)
    is_open: bool = True

    @property
    def user_agent(self) -> str:
        found = (value for name, value in self.headers if name.lower() == "user-agent")
        return next(found, "")

    def send(self, text: str) -> None:
        """Send a message, which a route answers.

        Raises:
            ConnectionError: it is closed.
            MissingError: the route's integration is not simulated.
        """
        if not self.is_open:
            raise ConnectionError("the connection is closed")
        self.active_ms = clock.millis()
        if len(text.encode()) > MAX_FRAME_BYTES:
            self.close(1009, "Message too big")
            return
        api, definition = _api(self.region, self.api_id, self.stage)
        with noted(f"client {self.id}", "execute-api", "MESSAGE", {"body": text}) as answer:
            sent = _sent(self, api, "MESSAGE", text)
            reply = websocket_routes.answer(definition, sent)
            answer["ResponseMetadata"] = {"HTTPStatusCode": sent.status}
        if reply is not None:
            self.received.append(reply)

    def close(self, status: int = 1005, reason: str = "") -> None:
        """Hang up, which the route $disconnect hears of. Nothing happens if it is closed."""
        if not self.is_open:
            return
        self.is_open = False
        current().state(Connections).all.pop(self.id, None)
        api, definition = _api(self.region, self.api_id, self.stage)
        with noted(f"client {self.id}", "execute-api", "DISCONNECT", {}):
            sent = _sent(self, api, "DISCONNECT", "")
            sent.more = {"disconnectStatusCode": status, "disconnectReason": reason}
            websocket_routes.disconnected(definition, sent)


class Connections:
    """The open ones of an account, by id."""

    def __init__(self) -> None:
        self.all: dict[str, Connection] = {}


def connect(url: str, headers: dict[str, str] | None = None) -> Connection:
    """Connect to "wss://<api>.execute-api.<region>.amazonaws.com/<stage>?token=x".

    Raises:
        HandshakeError: the API refuses: there is none, or its authorizer or $connect says no.
        MissingError: an integration or authorizer is not simulated.
    """
    address = urlsplit(url)
    host = (address.hostname or "").split(".")
    stage = address.path.strip("/")
    if len(host) < 3 or host[1] != "execute-api":
        raise HandshakeError(404, "Not Found")
    try:
        api, definition = _api(host[2], host[0], stage)
    except LookupError:
        raise HandshakeError(403, "Forbidden") from None
    now = clock.millis()
    unique = base64.b64encode(bytes.fromhex(moto_lambda.new_id().replace("-", "")[:24])).decode()
    pairs = tuple((headers or {}).items())
    connection = Connection(f"{unique[:-1]}=", host[0], host[2], stage, pairs, now, now)
    with noted(f"client {connection.id}", "execute-api", "CONNECT", {"url": url}) as answer:
        sent = _sent(connection, api, "CONNECT", "", query=address.query)
        try:
            connection.authorizer = websocket_routes.connected(definition, sent)
        except Refused as refused:
            answer["ResponseMetadata"] = {"HTTPStatusCode": refused.status}
            raise HandshakeError(refused.status, str(refused)) from None
    current().state(Connections).all[connection.id] = connection
    _watch(connection)
    return connection


def _watch(connection: Connection) -> None:
    """Close it after ten idle minutes, or two hours."""
    due = min(connection.active_ms + IDLE_MS, connection.connected_ms + LONGEST_MS)

    def look() -> None:
        if not connection.is_open:
            return
        now = clock.millis()
        if now >= connection.active_ms + IDLE_MS or now >= connection.connected_ms + LONGEST_MS:
            connection.close(1001, "Going away")
        else:
            _watch(connection)

    what = f"the end of connection {connection.id}"
    current().agenda.put(look, what=what, at=due, background=True)


def _api(region: str, api_id: str, stage: str) -> tuple[Api, v2.Definition]:
    """Raises LookupError: there is no such WebSocket API, or nothing deployed to the stage."""
    # Another region than AWS's is a KeyError, which is a LookupError too.
    api = apigatewayv2_backends[DEFAULT_ACCOUNT_ID][region].apis.get(api_id)
    if api is None or api.protocol_type != "WEBSOCKET" or stage not in api.stages:
        raise LookupError(api_id)
    definition = v2.deployed(api, api.stages[stage])
    if definition is None:
        raise LookupError(stage)
    return api, definition


def _sent(connection: Connection, api: Api, kind: str, body: str, query: str = "") -> Sent:
    stage = api.stages[connection.stage]
    return Sent(
        connection.id,
        kind,
        connection.stage,
        f"{connection.api_id}.execute-api.{connection.region}.amazonaws.com",
        connection.connected_ms,
        body,
        connection.headers,
        query,
        connection.authorizer,
        dict(stage.stage_variables or {}),
        user_agent=connection.user_agent,
    )


def answer(api: Api, request: HttpRequest) -> HttpResponse:
    """HTTP to a WebSocket API: @connections, and nothing else.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
    """
    stage, _, rest = request.path.removeprefix("/").partition("/")
    word, _, connection_id = unquote(rest).partition("/")
    if word != "@connections" or not connection_id:
        return message(426, "Upgrade Required")
    if "AWS4-HMAC-SHA256" not in (request.header("authorization") or ""):
        kind = "MissingAuthenticationTokenException"
        return message(403, "Missing Authentication Token", kind=kind)
    connection = current().state(Connections).all.get(connection_id)
    if connection is None or (connection.api_id, connection.stage) != (api.api_id, stage):
        return HttpResponse(410, (("x-amzn-ErrorType", "GoneException"),), b"{}")
    return _managed(connection, request)


def _managed(connection: Connection, request: HttpRequest) -> HttpResponse:
    kind = (("Content-Type", "application/json"),)
    if request.method == "GET":
        found = {
            "connectedAt": _moment(connection.connected_ms),
            "identity": {"sourceIp": SOURCE_IP, "userAgent": connection.user_agent},
            "lastActiveAt": _moment(connection.active_ms),
        }
        return HttpResponse(200, kind, json.dumps(found).encode())
    if request.method == "DELETE":
        what = f"the disconnection of {connection.id}"
        current().agenda.put(lambda: connection.close(1005, ""), what=what)
        return HttpResponse(204)
    if request.method != "POST":
        return message(403, "Forbidden", kind="ForbiddenException")
    if len(request.body) > MAX_FRAME_BYTES:
        return message(413, "Payload too large", kind="PayloadTooLargeException")
    connection.active_ms = clock.millis()
    try:
        connection.received.append(request.body.decode())
    except UnicodeDecodeError:
        connection.received.append(request.body)
    return HttpResponse(200)


def _moment(millis: float) -> str:
    seconds = int(millis // 1000)
    return clock.now().fromtimestamp(seconds, tz=clock.now().tzinfo).strftime("%Y-%m-%dT%H:%M:%SZ")
