"""What came of one invocation. A function's process is not to be believed: all is checked here.

The forms of the errors are those of Lambda and of its Python runtime:
https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html.
"""

from dataclasses import dataclass, replace
from typing import Any

from labs.cloud.guest import GuestGoneError, GuestTimedOutError, KilledError
from labs.cloud.lambda_runtime import payload

MAX_TYPE = 200
MAX_MESSAGE = 4000
MAX_FRAMES, MAX_FRAME = 20, 500
MAX_LINES, MAX_LOG_CHARS = 2000, 256 * 1024
MAX_RESPONSE_BYTES = 6_291_556
MAX_GROWTH_KB = 16 * 1024 * 1024
LIMITS = ("memory", "disk", "files", "processes")
ENDINGS = ("exit status ", "signal: ")
OUT_OF_MEMORY = "signal: killed"  # as the kernel ends what exceeds its memory on Lambda

type Error = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """`error` is None after a success. `lines` are what the function logged.

    `ended` is set if the environment cannot be used again, `by_fault` if a fault of the lab ended
    it, and `grown_kb` is by how much memory the process had grown at its peak.
    """

    response: Any = None
    response_bytes: int = 0
    error: Error | None = None
    lines: tuple[str, ...] = ()
    limit: str = ""
    last_line: str = ""
    grown_kb: int = 0
    ended: bool = False
    timed_out: bool = False
    by_fault: bool = False


def read(answer: dict[str, Any], request_id: str) -> Outcome:
    """What the process says about an invocation, or about its init (then without request id)."""
    seen = Outcome(
        lines=_lines(answer.get("log")),
        limit=limit if (limit := answer.get("limit")) in LIMITS else "",
        grown_kb=_bounded(answer.get("grown_kb")),
    )
    if seen.limit == "memory":
        return replace(seen, error=exited(OUT_OF_MEMORY, request_id), ended=True)
    if "exit" in answer:
        how = f"exit status {_bounded(answer['exit']) % 256}"
        return replace(seen, error=exited(how, request_id), ended=True)
    if (error := answer.get("error")) is not None:
        return replace(seen, error=_error(error, request_id))
    return seen


def read_response(answer: dict[str, Any], request_id: str) -> Outcome:
    """As `read`, of an invocation: one without an error has returned something."""
    outcome = read(answer, request_id)
    if outcome.error:
        return outcome
    body = answer.get("payload", b"")
    if len(body) > MAX_RESPONSE_BYTES:
        return replace(outcome, error=_too_large())
    try:
        return replace(outcome, response=payload.parse(body), response_bytes=len(body))
    except (ValueError, TypeError) as error:
        kind, message = "Runtime.MarshalError", f"Unable to marshal response: {error}"
        return replace(outcome, error=_form(kind, message, request_id))


def gone(error: GuestGoneError, request_id: str) -> Outcome:
    """The process ended in the middle."""
    how, by_fault = str(error), isinstance(error, KilledError)
    limit = "memory" if how == OUT_OF_MEMORY and not by_fault else ""
    failed = exited(how, request_id)
    return Outcome(error=failed, limit=limit, ended=True, by_fault=by_fault)


def timed_out(error: GuestTimedOutError, request_id: str, seconds: float) -> Outcome:
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return Outcome(
        error={"errorType": "Sandbox.Timedout", "errorMessage": message},
        last_line=error.last_line,
        ended=True,
        timed_out=True,
    )


def exited(how: str, request_id: str) -> Error:
    """The error of a process that ended: `how` is "exit status 1", "signal: killed"."""
    if not how.startswith(ENDINGS):
        how = "exit status 1"
    reason = f"exited with error: {how}"
    if how == "exit status 0":
        reason = "exited without providing a reason"
    return {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime {reason}",
    }


def _error(error: Any, request_id: str) -> Error:
    if not isinstance(error, dict):
        return _form("Runtime.Unknown", "", request_id)
    stack = error.get("stackTrace")
    frames = stack[:MAX_FRAMES] if isinstance(stack, list) else []
    return _form(
        _text(error.get("errorType"), MAX_TYPE),
        _text(error.get("errorMessage"), MAX_MESSAGE),
        request_id,
        [_text(frame, MAX_FRAME) for frame in frames],
    )


def _form(kind: str, message: str, request_id: str, stack: list[str] | None = None) -> Error:
    return {
        "errorMessage": message,
        "errorType": kind,
        "requestId": request_id,
        "stackTrace": stack or [],
    }


def _too_large() -> Error:
    message = (
        "Response payload size exceeded maximum allowed payload size "
        f"({MAX_RESPONSE_BYTES} bytes)."
    )
    return {"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"}


def _lines(log: Any) -> tuple[str, ...]:
    lines, room = [], MAX_LOG_CHARS
    for line in log[:MAX_LINES] if isinstance(log, list) else ():
        lines.append(_text(line, room))
        room -= len(lines[-1])
    return tuple(lines)


def _text(value: Any, most: int) -> str:
    """A text that UTF-8 can carry; JSON can also hold halves of a character."""
    text = value if isinstance(value, str) else ""
    return text[:most].encode("utf-8", "replace").decode()


def _bounded(value: Any) -> int:
    return min(max(value, 0), MAX_GROWTH_KB) if isinstance(value, int) else 0
