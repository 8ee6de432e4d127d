"""One execution environment: a sandboxed process that holds one function's code and layers.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from dataclasses import replace
from typing import Any

from labs.cloud import moto_lambda
from labs.cloud.clock import clock
from labs.cloud.guest import Guest, GuestGoneError, GuestTimedOutError
from labs.cloud.lambda_runtime import logs
from labs.cloud.lambda_runtime.invocation import Request
from labs.cloud.lambda_runtime.outcome import Outcome, gone, read, read_response, timed_out

# Longer, and Lambda would init once more, within the function's own timeout.
INIT_SECONDS = 10.0


class Environment:
    """Cold until its first invocation, in which it is made ready; then warm."""

    def __init__(self, guest: Guest, function: Any, *, kind: str = "on-demand") -> None:
        self._guest = guest
        self._kind = kind
        self._function = function
        self._version = str(function.version)
        self._timeout = float(function.timeout)
        self._stream = logs.stream_name(self._version, moto_lambda.new_id().replace("-", ""))
        self.init_failed = False
        self.cold = True

    def make_ready(self, request: Request) -> None:
        """Init before there is an invocation; one that fails is left to the first invocation."""
        self.cold = self._init(request).error is not None

    def invoke(self, request: Request) -> tuple[Outcome, str]:
        """What came of it, and its log."""
        before = self._init(request) if self.cold else Outcome()
        started = clock.millis()
        outcome = before if before.error else self._run(request)
        lasted = clock.millis() - started
        lines = [
            *before.lines,
            logs.start_line(request.id, self._version),
            *(outcome.lines if outcome is not before else ()),
            *logs.end_lines(
                request.id,
                outcome,
                # After an init that took too long, Lambda tries again for as long as this.
                milliseconds=self._timeout * 1000 if outcome.timed_out else lasted,
                memory_mb=int(self._function.memory_size),
                cold=self.cold,
            ),
        ]
        self.cold = False
        moto_lambda.log(self._function, self._stream, lines)
        return outcome, "\n".join(lines) + "\n"

    def close(self) -> None:
        self._guest.close()

    def _init(self, request: Request) -> Outcome:
        """Load the code and import the handler's module."""
        packed = moto_lambda.archives(self._function)
        try:
            answer = self._guest.request(
                "init",
                b"".join(packed),
                seconds=INIT_SECONDS,
                archives=[len(archive) for archive in packed],
                environment=self._variables(),
                handler=str(self._function.handler),
            )
        except GuestTimedOutError as error:
            outcome = timed_out(error, request.id, self._timeout)
        except GuestGoneError as error:
            outcome = gone(error, request.id)
        else:
            outcome = read(answer, request.id)
            if outcome.error and "requestId" in outcome.error:
                # Nothing was requested yet when this happened.
                outcome = replace(outcome, error={**outcome.error, "requestId": ""}, ended=True)
        self.init_failed = outcome.error is not None and not outcome.timed_out
        return outcome

    def _run(self, request: Request) -> Outcome:
        try:
            answer = self._guest.request(
                "invoke",
                request.event.encode(),
                seconds=self._timeout,
                request_id=request.id,
                arn=request.arn,
                client_context=request.client_context,
                deadline_ms=int(clock.millis() + self._timeout * 1000),
            )
        except GuestTimedOutError as error:
            return timed_out(error, request.id, self._timeout)
        except GuestGoneError as error:
            return gone(error, request.id)
        return read_response(answer, request.id)

    def _variables(self) -> dict[str, str]:
        """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
        function = self._function
        return {
            **{str(name): str(value) for name, value in function.environment_vars.items()},
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": self._version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_INITIALIZATION_TYPE": self._kind,
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
            "AWS_LAMBDA_LOG_STREAM_NAME": self._stream,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "_HANDLER": str(function.handler),
        }
