"""All execution environments of an account, and what was invoked in them.

The first invocation of a function starts one (cold), later ones find it (warm). One whose process
died, or whose code could not be imported, is thrown away, as Lambda does.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from labs.cloud import moto_lambda, moto_lambda_concurrency, moto_lambda_versions
from labs.cloud.guest import Guest
from labs.cloud.lambda_runtime import payload
from labs.cloud.lambda_runtime.environment import Environment
from labs.cloud.lambda_runtime.invocation import Invocation, Request, Running, ThrottledError
from labs.cloud.lambda_runtime.outcome import Outcome

type StartGuest = Callable[[int], Guest]  # with so many MB of memory

MAX_DEPTH = 6
MAX_ENVIRONMENTS = 8
# Of events, answers and logs together. Parsed, JSON takes up to twenty times its length.
MAX_REMEMBERED_CHARS = 16 * 1024 * 1024
RECURSION = {
    "errorType": "RecursiveInvocationException",
    "errorMessage": f"Functions invoked each other more than {MAX_DEPTH} levels deep.",
}


class Environments:
    """`running` are the invocations in progress, the innermost last."""

    def __init__(self, start_guest: StartGuest) -> None:
        self._start_guest = start_guest
        # By generation of the function, the least recently used first.
        self._idle: dict[str, list[Environment]] = {}
        self._remembered_chars = 0
        self.running: list[Running] = []
        self.invocations: list[Invocation] = []

    def invoke(
        self,
        function: Any,
        event: str,
        *,
        arn: str = "",
        client_context: dict[str, Any] | None = None,
        request_id: str = "",
    ) -> Invocation:
        """Run moto's `function` with an event (JSON); `arn` is how the caller named it.

        `request_id` is that of an earlier attempt, if this is not the first one.

        Raises:
            ThrottledError: its reserved concurrency is used up.
        """
        self._throttle(function)
        function = moto_lambda_versions.routed(function, arn)
        request = Request(
            request_id or moto_lambda.new_id(), event, arn or function.function_arn, client_context
        )
        self.running.append(Running(function.function_name, request.id, str(function.role)))
        try:
            invocation = self._run(function, request)
        finally:
            self.running.pop()
        self._remember(invocation, len(event) + len(invocation.log))
        return invocation

    def close(self) -> None:
        """Throw all environments away."""
        for environments in self._idle.values():
            for environment in environments:
                environment.close()
        self._idle.clear()

    def _throttle(self, function: Any) -> None:
        reserved = moto_lambda.reserved_concurrency(function)
        name = function.function_name
        at_work = sum(running.function == name for running in self.running)
        if reserved is not None and at_work >= reserved:
            raise ThrottledError(f"{name} has a reserved concurrency of {reserved}")

    def _run(self, function: Any, request: Request) -> Invocation:
        if len(self.running) > MAX_DEPTH:
            return _invocation(function, request, Outcome(error=RECURSION))
        # A new upload is a new generation, even of the same code: it must start cold.
        generation = moto_lambda.generation(function)
        idle = self._idle.pop(generation, [])
        self._idle[generation] = idle
        environment = idle.pop() if idle else self._start(function, request)
        cold = environment.cold
        outcome, log = environment.invoke(request)
        if outcome.ended:
            environment.close()
        else:
            idle.append(environment)
        failed = environment.init_failed
        return _invocation(function, request, outcome, cold=cold, init_failed=failed, log=log)

    def _start(self, function: Any, request: Request) -> Environment:
        """A new one; cold, unless it is one of those that are provisioned."""
        self._make_room()
        guest = self._start_guest(int(function.memory_size))
        name = function.function_name
        at_work = sum(running.function == name for running in self.running)
        if at_work > moto_lambda_concurrency.provisioned(function, request.arn):
            return Environment(guest, function)
        environment = Environment(guest, function, kind="provisioned-concurrency")
        environment.make_ready(request)
        if not environment.cold:
            return environment
        environment.close()
        return Environment(self._start_guest(int(function.memory_size)), function)

    def _make_room(self) -> None:
        """Throw idle environments away, so that no more than MAX_ENVIRONMENTS live at once."""
        count = len(self.running) + sum(map(len, self._idle.values()))
        for environments in self._idle.values():
            while environments and count > MAX_ENVIRONMENTS:
                environments.pop(0).close()
                count -= 1

    def _remember(self, invocation: Invocation, chars: int) -> None:
        """Keep it for the checks; where there is too much of it, only that it was."""
        self._remembered_chars += chars + invocation.response_bytes
        if self._remembered_chars > MAX_REMEMBERED_CHARS:
            invocation = replace(invocation, event=None, response=None, log="")
        self.invocations.append(invocation)


def _invocation(
    function: Any, request: Request, outcome: Outcome, *, cold: bool = False, **details: Any
) -> Invocation:
    return Invocation(
        function=function.function_name,
        event=payload.parse(request.event),
        response=outcome.response,
        response_bytes=outcome.response_bytes,
        error=outcome.error,
        cold=cold,
        request_id=request.id,
        version=str(function.version),
        limit=outcome.limit,
        last_line=outcome.last_line,
        by_fault=outcome.by_fault,
        **details,
    )
