"""What a function logs: its output goes on to the worker, and a copy to the account's logs."""

import contextlib
import io
import logging
import os
import sys
import time
from typing import Any, override

STDOUT, STDERR = 1, 2
# Of one invocation; what goes beyond is printed, and not kept.
MAX_BYTES, MAX_LINES = 256 * 1024, 2000


class Log:
    """The lines since they were last taken. An entry may have several lines."""

    def __init__(self) -> None:
        self._entries: list[str] = []
        self._partial = bytearray()
        self._room = MAX_BYTES
        self.request_id = ""

    def write(self, data: bytes) -> None:
        kept = data[: self._room]
        self._room -= len(kept)
        self._partial += kept

    def entry(self, text: str) -> None:
        """Add a text that is one event in CloudWatch, whatever lines it has."""
        self._split()
        self._add(text[: self._room])
        self._room -= min(self._room, len(text))

    def take(self) -> list[str]:
        self._split()
        entries, self._entries, self._room = self._entries, [], MAX_BYTES
        return entries

    def _split(self) -> None:
        if self._partial:
            for line in self._partial.decode("utf-8", "replace").removesuffix("\n").split("\n"):
                self._add(line)
            self._partial.clear()

    def _add(self, entry: str) -> None:
        if len(self._entries) < MAX_LINES:
            self._entries.append(entry)


class Copied(io.FileIO):
    """A stream of the process, of which the log gets a copy."""

    def __init__(self, fd: int, log: Log) -> None:
        super().__init__(fd, "w", closefd=False)
        self._log = log

    @override
    def write(self, data: Any) -> int:
        count = super().write(data)
        self._log.write(bytes(data[:count]))
        return count


class Handler(logging.Handler):
    """The handler that Lambda gives to the root logger: a record is one event."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            record.aws_request_id = self._log.request_id
            text = self.format(record)
        except Exception:
            self.handleError(record)
            return
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        self._log.entry(text)
        os.write(STDOUT, f"{text}\n".encode("utf-8", "backslashreplace"))


def install() -> Log:
    """Copy this process's output to a log from now on, and let `logging` write to it."""
    log = Log()
    sys.stdout, sys.stderr = _stream(STDOUT, log), _stream(STDERR, log)
    logging.getLogger().addHandler(Handler(log))
    return log


def _stream(fd: int, log: Log) -> io.TextIOWrapper:
    # By line, so that what was printed before a process is killed is not lost.
    raw = io.BufferedWriter(Copied(fd, log))
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)
