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
from labs.cloud.guest import Guest, GuestGoneError
from labs.errors import EngineError

type StartGuest = Callable[[], Guest]

MAX_DEPTH = 6
MAX_ENVIRONMENTS = 8
MAX_ERROR_TEXT = 4000


@dataclass(frozen=True)
class Invocation:
    """One invocation. `error` is AWS's payload of a failed one, None if the handler returned."""

    function: str
    event: Any
    response: Any
    error: dict[str, Any] | None
    cold: bool


class Environments:
    """All environments of an account, and the record of what was invoked."""

    def __init__(self, start_guest: StartGuest) -> None:
        self._start_guest = start_guest
        self._idle: dict[str, list[Guest]] = {}
        self._depth = 0
        self._count = 0
        self.invocations: list[Invocation] = []

    def invoke(self, function: Any, event: str) -> tuple[str, bool, str]:
        """Run moto's `function`; returns (payload, whether it failed, log), all texts."""
        if self._depth >= MAX_DEPTH:
            raise EngineError(f"{function.function_name} was invoked {MAX_DEPTH} levels deep")
        self._depth += 1
        try:
            invocation = self._run(function, event)
        finally:
            self._depth -= 1
        self.invocations.append(invocation)
        payload = invocation.response if invocation.error is None else invocation.error
        return json.dumps(payload), invocation.error is not None, ""

    def close(self) -> None:
        """Throw all environments away."""
        for guests in self._idle.values():
            for guest in guests:
                guest.close()
        self._idle.clear()
        self._count = 0

    def _run(self, function: Any, event: str) -> Invocation:
        # A new upload is a new key, even of the same code: it must start cold.
        idle = self._idle.setdefault(moto_seams.generation(function), [])
        cold = not idle
        try:
            guest = self._start(function) if cold else idle.pop()
            answer = guest.request("invoke", event.encode(), **_request(function))
        except GuestGoneError:
            self._count -= 1
            error = {"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited"}
            return Invocation(function.function_name, json.loads(event), None, error, cold)
        failure = _failure(answer)
        if failure and (failure["errorType"].startswith("Runtime.") or answer.get("init")):
            guest.close()
            self._count -= 1
        else:
            idle.append(guest)
        response = None if failure else _payload(answer)
        return Invocation(function.function_name, json.loads(event), response, failure, cold)

    def _start(self, function: Any) -> Guest:
        if self._count >= MAX_ENVIRONMENTS:
            raise EngineError(f"more than {MAX_ENVIRONMENTS} execution environments are needed")
        guest = self._start_guest()
        self._count += 1
        guest.request("load", function.code_bytes, environment=_environment(function))
        return guest


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
    stack = error.get("stackTrace")
    return {
        "errorType": str(error.get("errorType"))[:200],
        "errorMessage": str(error.get("errorMessage"))[:MAX_ERROR_TEXT],
        "stackTrace": [str(line)[:500] for line in stack[:20]] if isinstance(stack, list) else [],
    }


def _payload(answer: dict[str, Any]) -> Any:
    try:
        return json.loads(answer["payload"])
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
