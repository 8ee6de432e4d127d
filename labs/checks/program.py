"""The learner's files as a program that works on the account from outside, as a script would."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from labs.checks.package import zip_files
from labs.cloud.guest import Guest, GuestGoneError
from labs.errors import LabsError

_LINE = re.compile(r'File "[^"\n]*/task/([A-Za-z0-9_./-]{1,100})", line (\d{1,6})')


# What the process says of the code itself, in sentences of its own.
OURS = ("MissingFunction", "NotJson")


class ProgramError(LabsError):
    """The learner's code raised, or ended its process. The text is a sentence for the learner.

    `kind` is the exception's class ("KeyError"), `limit` the limit of the sandbox that was hit
    ("memory", "disk", "files", "processes"), or "". All of it is the untrusted process's word.
    """

    def __init__(self, kind: str, detail: str, *, line: str = "", limit: str = "") -> None:
        self.kind = kind
        self.detail = detail
        self.limit = limit
        where = f" ({line})" if line else ""
        raised = f"Your code raised {kind}: {detail.removesuffix('.')}{where}."
        super().__init__(detail if kind in OURS else raised)


class ProgramGoneError(ProgramError):
    """The learner's process ended in the middle."""

    def __init__(self, how: str) -> None:
        super().__init__("Runtime.ExitError", f"The process ended early ({how})")
        self.args = (f"Your code ended its own process ({how}).",)


class Program:
    """One process with the learner's files; it starts with the first call and stays."""

    def __init__(self, start: Callable[[], Guest], files: Mapping[str, str]) -> None:
        self._start = start
        self._files = files
        self._guest: Guest | None = None

    def run(self, file: str = "main.py") -> None:
        """Run a file as `python FILE` would.

        Raises:
            ProgramError: an exception, or an exit status that is not 0.
        """
        self._request("run", file=file)

    def call(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Call "module.function" with arguments that are JSON; what it returns is JSON as well.

        The result is the word of an untrusted process: it may be a lie, but is nothing but JSON.

        Raises:
            ProgramError: it raised, is not there, or returned what is no JSON.
        """
        body = json.dumps({"args": args, "kwargs": kwargs}).encode()
        answer = self._request("call", body, function=function)
        try:
            return json.loads(answer["payload"])
        except (KeyError, TypeError, ValueError, RecursionError):
            raise ProgramError("NotJson", "What it returned is not JSON.") from None

    def close(self) -> None:
        if self._guest:
            self._guest.close()

    def _request(self, do: str, body: bytes = b"", **fields: Any) -> dict[str, Any]:
        try:
            if self._guest is None:
                self._guest = self._start()
                load = self._guest.request("load", zip_files(self._files), environment={})
                _raise_error(load)
            answer = self._guest.request(do, body, **fields)
        except GuestGoneError as error:
            self._guest = None
            raise ProgramGoneError(str(error)) from None
        _raise_error(answer)
        return answer


def _raise_error(answer: Mapping[str, Any]) -> None:
    """Raise what the process reports as an error, whatever shape it has."""
    if (error := answer.get("error")) is None:
        return
    if not isinstance(error, dict):
        raise ProgramError("Error", "It failed without saying how.")
    kind, detail = str(error.get("errorType"))[:200], str(error.get("errorMessage"))[:1000]
    limit = answer.get("limit")
    raise ProgramError(
        kind,
        detail,
        line=last_line(error.get("stackTrace")),
        limit=limit if isinstance(limit, str) else "",
    )


def last_line(stack: object) -> str:
    """Where the innermost frame of the learner's files was ("handler.py:14"), or ""."""
    entries = stack[:20] if isinstance(stack, list) else []
    places = [place for entry in entries if (place := _LINE.search(str(entry)[:500]))]
    return f"{places[-1][1]}:{places[-1][2]}" if places else ""
