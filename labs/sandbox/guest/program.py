"""The learner's files as a program: run as a whole, or one function called."""

import atexit
import contextlib
import importlib
import json
import runpy
import sys
import threading
import traceback
from collections.abc import Callable
from types import ModuleType
from typing import Any

from labs.sandbox.folders import task_root
from labs.sandbox.guest.failure import described, failure, is_own, text


def run_program(request: dict[str, Any], _body: bytes) -> dict[str, Any]:
    """Run a file as `python FILE` would."""
    try:
        runpy.run_path(f"{task_root()}/{request['file']}", run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            if not isinstance(end.code, int):
                print(end.code, file=sys.stderr)  # noqa: T201 - as Python does
            ended = failure("SystemExit", f"The program ended with exit status {end.code}.")
            return {**ended, **end_program()}
    except BaseException as error:
        print_traceback(error)
        found = described(error)
        # The threads of one that has too many would be waited for until the time is up.
        return found if "limit" in found else {**found, **end_program()}
    return end_program()


def end_program() -> dict[str, Any]:
    """What Python does after the last line: wait for threads, run what atexit has."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    return {}


def print_traceback(error: BaseException) -> None:
    """As Python would, without the frames of this file that lead to the program."""
    while error.__traceback__ and not is_own(error.__traceback__.tb_frame.f_code.co_filename):
        error = error.with_traceback(error.__traceback__.tb_next)
    with contextlib.suppress(Exception):  # of a hostile __str__
        traceback.print_exception(error)


def call(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Call a function of the learner's files; the body is `{"args": [...], "kwargs": {...}}`."""
    try:
        arguments = json.loads(body)
        function = _function(request["function"])
        result = function(*arguments["args"], **arguments["kwargs"])
    except MissingFunctionError as error:
        return failure("MissingFunction", str(error))
    except SystemExit as end:
        return failure("SystemExit", f"The program ended with exit status {end.code}.")
    except BaseException as error:
        print_traceback(error)
        return described(error)
    try:
        return {"payload": json.dumps(result)}
    except BaseException as error:
        name = request["function"]
        return failure("NotJson", f"What {name} returned is not JSON: {text(error)}.")


class MissingFunctionError(Exception):
    """The module has no such function."""


def _function(name: str) -> Callable[..., Any]:
    module_name, _, function = name.rpartition(".")
    module = importlib.import_module(module_name)
    if callable(found := getattr(module, function, None)):
        return found  # type: ignore[no-any-return]
    names = ", ".join(defined(module)) or "no function"
    file = f"{module_name.replace('.', '/')}.py"
    raise MissingFunctionError(f"{file} has no function {function}: it defines {names}.")


def defined(module: ModuleType) -> list[str]:
    """The names of the functions and classes that a module itself defines."""
    return [
        name
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", None) == module.__name__
    ]
