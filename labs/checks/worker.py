"""The worker as the cloud process sees it: brings the job, gives processes, takes the report."""

import json
import signal
import socket
from typing import Any

from labs.cloud.guest import Guest, GuestError, GuestGoneError, Serve, StoppedError
from labs.sandbox import seam

MAX_SENTENCE = 1000

type Json = dict[str, Any]


class CallsExceededError(GuestError):
    """The job's limit on AWS calls was hit; the text is the line that made one too many."""


class RejectedError(GuestError):
    """The submitted files are no Python. The text is a sentence for the learner."""


class Worker:
    """The socket to the worker, and the count of the job's AWS calls."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._calls_left = 0
        self._unchecked: Json = {}

    def job(self) -> Json:
        job = seam.receive(self._sock)[0]
        self._calls_left = job["aws_calls"]
        self._unchecked = job["files"]
        return job

    def start_guest(self, serve: Serve, memory_mb: int = 0) -> Guest:
        """A learner's process; with 0, of as much memory as the lab allows.

        Raises:
            StoppedError: a limit has ended the job.
            RejectedError: the submitted files are no Python; the first process finds out.
        """
        seam.send(self._sock, {"ask": "guest", "memory_mb": memory_mb})
        answer, _body, fds = seam.receive_with_fds(self._sock)
        if "refused" in answer:
            raise StoppedError(answer["refused"])
        control, line = (socket.socket(fileno=fd) for fd in fds)
        host = GuestHost(self._sock, answer["guest"])
        guest = Guest(control, line, self._counted(serve), host)
        if files := self._unchecked:
            self._unchecked = {}
            _check_syntax(guest, files)
        return guest

    def check_syntax(self) -> None:
        """Compile the submitted files, unless a process has done so already.

        Raises:
            RejectedError: they are no Python.
        """
        if self._unchecked:
            self.start_guest(_no_calls).close()

    def report(self, report: Json) -> None:
        seam.send(self._sock, {"report": report})

    def _counted(self, serve: Serve) -> Serve:
        def counting(header: Json, body: bytes) -> seam.Frame:
            self._calls_left -= 1
            if self._calls_left < 0:
                raise CallsExceededError(str(header.get("source"))[:100])
            return serve(header, body)

        return counting


def _check_syntax(guest: Guest, files: Json) -> None:
    """By a process in which no code of the learner has run yet: it has no reason to lie."""
    try:
        answer = guest.request("check", json.dumps(files).encode())
    except GuestGoneError as error:
        raise RejectedError(f"Python's compiler broke down over your files ({error}).") from None
    if sentence := answer.get("syntax"):
        guest.close()
        raise RejectedError(str(sentence)[:MAX_SENTENCE])


def _no_calls(_header: Json, _body: bytes) -> seam.Frame:
    raise seam.SeamError("a compiler makes no AWS calls")


class GuestHost:
    """The worker, asked about the learner's process to which it gave a number."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self._sock = sock
        self._number = number

    def kill(self) -> str:
        return str(self._ask("kill")["last_line"])

    def ended(self) -> str:
        answer = self._ask("ended")
        if answer["stopped"]:
            raise StoppedError("a limit has ended the job")
        if number := answer.get("signal"):
            return f"signal: {(signal.strsignal(number) or str(number)).lower()}"
        return f"exit status {answer['status']}" if "status" in answer else ""

    def _ask(self, what: str) -> Json:
        seam.send(self._sock, {"ask": what, "guest": self._number})
        return seam.receive(self._sock)[0]
