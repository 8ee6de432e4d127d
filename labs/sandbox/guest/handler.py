"""A Lambda handler, called as Lambda's Python runtime calls it."""

import importlib
import json
import os
import time
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from labs.sandbox.guest.failure import described, failure, text


@dataclass
class Context:
    """The `context` argument of a handler, with AWS's names."""

    function_name: str
    function_version: str
    invoked_function_arn: str
    memory_limit_in_mb: str
    aws_request_id: str
    log_group_name: str
    log_stream_name: str
    timeout_seconds: float
    identity: object = None
    client_context: object = None

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.timeout_seconds
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def invoke(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Call a handler as Lambda's Python runtime does; the body is the event's JSON."""
    try:
        handler = _handler(request["handler"])
    except BaseException as error:
        return _init_failure(request["handler"], error)
    try:
        result = handler(json.loads(body), Context(**request["context"]))
    except SystemExit as end:
        message = f"Runtime exited with error: exit status {end.code or 0}"
        return failure("Runtime.ExitError", message)
    except BaseException as error:
        return described(error)
    try:
        return {"payload": json.dumps(result)}
    except BaseException as error:
        return failure("Runtime.MarshalError", f"Unable to marshal response: {text(error)}")


def _handler(name: str) -> Any:
    module_name, _, function = name.rpartition(".")
    module = importlib.import_module(module_name.replace("/", "."))
    try:
        return getattr(module, function)
    except AttributeError:
        defined = [key for key, value in vars(module).items() if _defined_in(module, value)]
        raise HandlerNotFoundError(
            f"Handler '{function}' missing on module '{module_name}': "
            f"it defines {', '.join(defined) or 'no function'}"
        ) from None


def _defined_in(module: Any, value: object) -> bool:
    return callable(value) and getattr(value, "__module__", None) == module.__name__


class HandlerNotFoundError(Exception):
    """The module has no such function."""


def _init_failure(handler: str, error: BaseException) -> dict[str, Any]:
    module = handler.rpartition(".")[0]
    match error:
        case HandlerNotFoundError():
            return failure("Runtime.HandlerNotFound", str(error))
        case SyntaxError():
            place = f"{os.path.basename(error.filename or '')}:{error.lineno}"  # noqa: PTH119
            message = f"Syntax error in module '{module}': {error.msg} ({place})"
            return failure("Runtime.UserCodeSyntaxError", message)
        case ImportError():
            message = f"Unable to import module '{module}': {text(error)}"
            return failure("Runtime.ImportModuleError", message)
    return {**described(error), "init": True}
