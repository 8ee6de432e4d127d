"""Execution environments: each a sandboxed process that holds one function's code.

The first invocation of a function starts one (cold), later ones find it (warm). An environment
whose process died, or whose code could not be imported, is thrown away, as Lambda does.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labs.cloud import moto_seams
from labs.cloud.guest import Guest, GuestGoneError, GuestTimedOutError

type StartGuest = Callable[[int], Guest]  # with so many MB of memory

MAX_DEPTH = 6
MAX_ENVIRONMENTS = 8
MAX_ERROR_TEXT = 4000
RECURSION = {
    "errorType": "RecursiveInvocationException",
    "errorMessage": f"Functions invoked each other more than {MAX_DEPTH} levels deep.",
}


@dataclass(frozen=True)
class Invocation:
    """One invocation. `error` is AWS's payload of a failed one, None if the handler returned."""

    function: str
    event: Any
    response: Any
    error: dict[str, Any] | None
    cold: bool
    init_failed: bool = False


class Environments:
    """All environments of an account, and the record of what was invoked."""

    def __init__(self, start_guest: StartGuest) -> None:
        self._start_guest = start_guest
        # By generation of the function, the least recently used first.
        self._idle: dict[str, list[Guest]] = {}
        self._busy = 0
        self.invocations: list[Invocation] = []

    def invoke(self, function: Any, event: str) -> tuple[str, bool, str]:
        """Run moto's `function`; returns (payload, whether it failed, log), all texts."""
        # A new upload is a new generation, even of the same code: it must start cold.
        generation = moto_seams.generation(function)
        idle = self._idle.pop(generation, [])
        self._idle[generation] = idle
        cold = not idle
        self._busy += 1
        try:
            answer = self._run(function, event, idle)
        finally:
            self._busy -= 1
        error = _failure(answer)
        response = None if error else _payload(answer)
        invocation = Invocation(
            function=function.function_name,
            event=json.loads(event),
            response=response,
            error=error,
            cold=cold,
            init_failed=bool(error and answer.get("init")),
        )
        self.invocations.append(invocation)
        return json.dumps(response if error is None else error), error is not None, ""

    def close(self) -> None:
        """Throw all environments away."""
        for guests in self._idle.values():
            for guest in guests:
                guest.close()
        self._idle.clear()

    def _run(self, function: Any, event: str, idle: list[Guest]) -> dict[str, Any]:
        """What an idle environment, or else a new one, answers; never to be believed."""
        if self._busy > MAX_DEPTH:
            return {"error": RECURSION}
        seconds = float(function.timeout)
        try:
            guest = idle.pop() if idle else self._start(function)
            answer = guest.request("invoke", event.encode(), seconds=seconds, **_request(function))
        except GuestTimedOutError:
            message = f"Task timed out after {seconds:.2f} seconds"
            return {"error": {"errorType": "Sandbox.Timedout", "errorMessage": message}}
        except GuestGoneError:
            return {"error": {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited"}}
        error = _failure(answer)
        if error and (error["errorType"].startswith("Runtime.") or answer.get("init")):
            guest.close()
        else:
            idle.append(guest)
        return answer

    def _start(self, function: Any) -> Guest:
        self._make_room()
        guest = self._start_guest(int(function.memory_size))
        guest.request("load", function.code_bytes, environment=_environment(function))
        return guest

    def _make_room(self) -> None:
        """Throw idle environments away, so that no more than MAX_ENVIRONMENTS live at once."""
        for guests in self._idle.values():
            while guests and self._busy + sum(map(len, self._idle.values())) > MAX_ENVIRONMENTS:
                guests.pop(0).close()


def _environment(function: Any) -> dict[str, str]:
    return {
        **{str(name): str(value) for name, value in function.environment_vars.items()},
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": _version(function),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "_HANDLER": function.handler,
    }


def _request(function: Any) -> dict[str, Any]:
    context = {
        "function_name": function.function_name,
        "function_version": _version(function),
        "invoked_function_arn": function.function_arn,
        "memory_limit_in_mb": str(function.memory_size),
        "aws_request_id": str(uuid.uuid4()),
        "log_group_name": function.logs_group_name,
        "log_stream_name": f"[{_version(function)}]",
        "timeout_seconds": float(function.timeout),
    }
    return {"handler": function.handler, "context": context}


def _version(function: Any) -> str:
    return str(function.version or "$LATEST")


def _failure(answer: dict[str, Any]) -> dict[str, Any] | None:
    """The error that the process reports, in AWS's form whatever it sent."""
    error = answer.get("error")
    if error is None:
        return None
    if not isinstance(error, dict):
        return {"errorType": "Runtime.Unknown", "errorMessage": ""}
    failure: dict[str, Any] = {
        "errorType": str(error.get("errorType"))[:200],
        "errorMessage": str(error.get("errorMessage"))[:MAX_ERROR_TEXT],
    }
    if isinstance(stack := error.get("stackTrace"), list):
        failure["stackTrace"] = [str(line)[:500] for line in stack[:20]]
    return failure


def _payload(answer: dict[str, Any]) -> Any:
    try:
        return json.loads(answer["payload"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
