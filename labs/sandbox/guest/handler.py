"""A Lambda function, started and called as Lambda's Python runtime does.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from types import ModuleType
from typing import Any

from labs.sandbox.folders import layers_root, task_root
from labs.sandbox.guest import log as logs
from labs.sandbox.guest.context import LambdaContext
from labs.sandbox.guest.failure import described, failure, text
from labs.sandbox.guest.package import PackageError, files, forget_replaced, unpack
from labs.sandbox.guest.program import defined

type Answer = dict[str, Any]

MAX_NAMES = 20


class InitError(Exception):
    """A function cannot be started, for a reason that Lambda has a name for."""

    def __init__(self, kind: str, message: str, stack: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.stack = stack


class Function:
    """What this process holds: a handler, and the log of its calls."""

    def __init__(self) -> None:
        self._log = logs.Log()
        self._handler: Callable[[Any, Any], Any] = _no_handler
        self._base_kb = 0

    def init(self, request: Answer, body: bytes) -> Answer:
        """Unpack the code, then import the handler's module."""
        self._base_kb = _peak_kb()
        os.environ.update(request["environment"])
        self._log = logs.install()
        return self._logged(lambda: self._start(request, body))

    def invoke(self, request: Answer, body: bytes) -> Answer:
        """Call the handler; the body is the event's JSON."""
        self._log.request_id = request["request_id"]
        context = LambdaContext(
            request_id=request["request_id"],
            arn=request["arn"],
            client_context=request["client_context"],
            deadline_ms=request["deadline_ms"],
        )
        return self._logged(lambda: _marshalled(self._handler(json.loads(body), context)))

    def _start(self, request: Answer, body: bytes) -> Answer:
        packages = list(_split(body, request["archives"]))
        folders = [task_root(), *[layers_root()] * (len(packages) - 1)]
        try:
            unpack(zip(packages, folders, strict=True))
        except PackageError as error:
            raise InitError("Runtime.InvalidZip", str(error)) from None
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        layers = [
            f"{layers_root()}/python/lib/{python}/site-packages",
            f"{layers_root()}/python",
        ]
        # The function's own code, its layers, then what the runtime brings.
        sys.path[1:1] = layers
        forget_replaced([task_root(), *layers])
        self._handler = find_handler(request["handler"])
        return {}

    def _logged(self, act: Callable[[], Answer]) -> Answer:
        """What `act` answers, or how it failed, with what was logged meanwhile."""
        answer = _outcome(act)
        if error := answer.get("error"):
            self._log.entry(_error_text(error))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        return {**answer, "log": self._log.take(), "grown_kb": _peak_kb() - self._base_kb}


def find_handler(name: str) -> Callable[[Any, Any], Any]:
    """The function that a handler's name ("app.handler", "folder/app.handler") stands for.

    Raises:
        InitError: there is none, as Lambda says it, and what there is instead.
    """
    module_name, dot, attribute = name.rpartition(".")
    if not dot:
        message = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise InitError("Runtime.MalformedHandlerName", message)
    if module_name.partition(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise InitError("Runtime.BuiltInModuleConflict", message)
    module = _module(module_name)
    try:
        return getattr(module, attribute)  # type: ignore[no-any-return]
    except AttributeError:
        names = ", ".join(defined(module)[:MAX_NAMES]) or "no function"
        message = f"Handler '{attribute}' missing on module '{module_name}': it defines {names}"
        raise InitError("Runtime.HandlerNotFound", message) from None


def _module(name: str) -> ModuleType:
    dotted = name.replace("/", ".")
    try:
        return importlib.import_module(dotted)
    except ImportError as error:
        message = f"Unable to import module '{name}': {text(error)}"
        if isinstance(error, ModuleNotFoundError) and f"{dotted}.".startswith(f"{error.name}."):
            there = ", ".join(files(task_root())[:MAX_NAMES]) or "no Python file"
            message += f" (the package holds {there})"
        raise InitError("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        message = f"Syntax error in module '{name}': {text(error)}"
        raise InitError("Runtime.UserCodeSyntaxError", message, [place]) from None


def _outcome(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except InitError as error:
        return failure(error.kind, str(error), error.stack)
    except SystemExit as end:
        return {"exit": _status(end.code)}
    except BaseException as error:
        return described(error)


def _marshalled(result: Any) -> Answer:
    try:
        return {"payload": json.dumps(result, default=_number)}
    except MemoryError:
        raise
    except Exception as error:
        return failure("Runtime.MarshalError", f"Unable to marshal response: {text(error)}")


def _number(value: Any) -> int | float:
    """A Decimal, as boto3 reads numbers from DynamoDB, as the number that it is."""
    if isinstance(value, Decimal):
        is_whole = value.is_finite() and value.as_tuple().exponent == 0
        return int(value) if is_whole else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _status(code: object) -> int:
    """The exit status that Python makes of SystemExit."""
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr)  # noqa: T201 - as Python does
    return 1


def _error_text(error: Answer) -> str:
    """How the runtime logs an error."""
    first = f"[ERROR] {error['errorType']}: {error['errorMessage']}"
    stack = "".join(error["stackTrace"]).rstrip("\n")
    return f"{first}\nTraceback (most recent call last):\n{stack}".rstrip("\n")


def _split(body: bytes, lengths: list[int]) -> Iterator[bytes]:
    start = 0
    for length in lengths:
        yield body[start : start + length]
        start += length


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _no_handler(_event: Any, _context: Any) -> Any:
    raise InitError("Runtime.HandlerNotFound", "The function was not started.")


function = Function()
