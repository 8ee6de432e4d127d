"""The embedded broker: messages as files, none lost, none halved, none read twice."""

import threading
import time
import uuid
from pathlib import Path

import pytest
from celery import Celery
from kombu import Connection

import labs
from labs.broker import POLLING_SECONDS, filesystem_options


@pytest.fixture
def options(tmp_path: Path) -> dict[str, object]:
    return filesystem_options(tmp_path)


@pytest.fixture
def name() -> str:
    """A queue's name; kombu remembers for the whole process which ones it has bound."""
    return f"grading-{uuid.uuid4().hex}"


def connect(options: dict[str, object]) -> Connection:
    return Connection(
        "filesystem://",
        transport="labs.filesystem_broker:Transport",
        transport_options=options,
    )


def test_it_delivers_in_order_and_leaves_no_file(
    tmp_path: Path, options: dict[str, object], name: str
) -> None:
    with connect(options) as connection:
        queue = connection.SimpleQueue(name)
        for number in range(5):
            queue.put({"number": number})
        received = []
        for _ in range(5):
            message = queue.get(timeout=5)
            message.ack()
            received.append(message.payload["number"])

    assert received == [0, 1, 2, 3, 4]
    assert list(tmp_path.rglob("*.msg")) == []


def test_it_keeps_queues_apart(options: dict[str, object], name: str) -> None:
    with connect(options) as connection:
        queue = connection.SimpleQueue(name)
        connection.SimpleQueue(f"other.{name}").put({"for": "other"})
        queue.put({"for": "grading"})

        message = queue.get(timeout=5)
        message.ack()

        assert message.payload == {"for": "grading"}
        with pytest.raises(queue.Empty):
            queue.get(block=False)


def test_a_reader_does_not_wait_for_long(options: dict[str, object], name: str) -> None:
    """So that a worker soon sees that it was told to stop."""
    with connect(options) as connection, connection.SimpleQueue(name):
        started = time.monotonic()

        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=20)

        assert time.monotonic() - started < 10


def test_two_readers_share_the_messages(options: dict[str, object], name: str) -> None:
    count, lock = 60, threading.Lock()
    received: list[int] = []
    with connect(options) as connection:
        queue = connection.SimpleQueue(name)

        def read() -> None:
            with connect(options) as own:
                mine = own.SimpleQueue(name)
                while len(received) < count:
                    try:
                        message = mine.get(timeout=0.2)
                    except mine.Empty:
                        continue
                    message.ack()
                    with lock:
                        received.append(message.payload["number"])

        readers = [threading.Thread(target=read, daemon=True) for _ in range(2)]
        for reader in readers:
            reader.start()
        for number in range(count):
            queue.put({"number": number, "padding": "x" * 50_000})
        for reader in readers:
            reader.join(timeout=20)

    assert sorted(received) == list(range(count))


def test_a_laptop_needs_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    monkeypatch.setenv("COLDSTART_DATA", str(tmp_path))

    app = Celery("test", set_as_current=False)
    app.conf.update(labs.celery_settings())

    assert app.conf.broker_transport_options["polling_interval"] == POLLING_SECONDS
    assert (tmp_path / "messages" / "queued").stat().st_mode & 0o777 == 0o700
    with app.connection_for_write() as connection:
        assert type(connection.transport).__module__ == "labs.filesystem_broker"


def test_an_environment_variable_names_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")

    settings = labs.celery_settings()

    assert settings["broker_url"] == "redis://127.0.0.1:1/0"
    assert "broker_transport" not in settings
