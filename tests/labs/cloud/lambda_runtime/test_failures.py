"""How a failed invocation is reported: in the form of Lambda and of its Python runtime."""

import re
from typing import Any

import pytest

from tests.labs.cloud.lambda_runtime.programs import shown

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def failure(code: str, *, event: str = "None", options: str = "") -> dict[str, Any]:
    """The payload of a function with this app.py, of its first and of its second invocation."""
    found = shown(f"create({code!r}, {options})\nshow([invoke({event}), invoke({event})])")
    first, second = found
    assert first["errorType"] == second["errorType"]
    return dict(first)


def test_an_exception_of_the_handler_has_a_stack_trace() -> None:
    code = "def handler(event, context):\n    help()\n\ndef help():\n    raise ValueError('no')\n"

    error = failure(code)

    assert re.fullmatch(UUID, error.pop("requestId"))
    assert error == {
        "errorMessage": "no",
        "errorType": "ValueError",
        "stackTrace": [
            '  File "/var/task/app.py", line 2, in handler\n    help()\n',
            "  File \"/var/task/app.py\", line 5, in help\n    raise ValueError('no')\n",
        ],
    }


def test_invoke_says_that_nobody_handled_the_error() -> None:
    program = """
create("def handler(event, context): raise KeyError('k')")
answer = client.invoke(FunctionName="f")
show([answer["StatusCode"], answer["FunctionError"], answer["ExecutedVersion"]])
"""
    assert shown(program) == [200, "Unhandled", "$LATEST"]


def test_an_exception_keeps_its_own_class_and_an_own_str() -> None:
    code = """
class OrderError(Exception):
    def __str__(self): return 'order ' + self.args[0]
def handler(event, context): raise OrderError('7')
"""
    error = failure(code)

    assert (error["errorType"], error["errorMessage"]) == ("OrderError", "order 7")


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        (
            "import missing_module",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'missing_module'",
        ),
        (
            "from json import nothing",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': cannot import name 'nothing' from 'json'",
        ),
        (
            "def other(event, context): pass\nclass Thing: pass\nN = 1",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app': it defines other, Thing",
        ),
        (
            "N = 1",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app': it defines no function",
        ),
        ("1 / 0", "ZeroDivisionError", "division by zero"),
    ],
)
def test_a_failed_init_is_the_answer(code: str, kind: str, message: str) -> None:
    error = failure(code)

    assert error["errorType"] == kind
    assert error["errorMessage"].startswith(message)
    assert error["requestId"] == ""


def test_a_syntax_error_says_where() -> None:
    error = failure("def handler(")

    assert error["errorType"] == "Runtime.UserCodeSyntaxError"
    assert error["errorMessage"] == (
        "Syntax error in module 'app': '(' was never closed (app.py, line 1)"
    )
    assert error["stackTrace"] == ['  File "/var/task/app.py" Line 1\n    def handler(']


def test_an_exception_at_import_says_where() -> None:
    error = failure("x = 1\nx.y\n")

    assert error["errorType"] == "AttributeError"
    assert error["stackTrace"] == ['  File "/var/task/app.py", line 2, in <module>\n    x.y\n']


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [
        (
            "handler",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
        (
            "sys.exit",
            "Runtime.BuiltInModuleConflict",
            "Cannot use built-in module sys as a handler module",
        ),
        (
            "ap.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'ap': No module named 'ap' (the package holds app.py)",
        ),
    ],
)
def test_a_wrong_handler_setting_is_named(handler: str, kind: str, message: str) -> None:
    error = failure("def handler(event, context): pass", options=f"Handler={handler!r}")

    assert (error["errorType"], error["errorMessage"]) == (kind, message)


@pytest.mark.parametrize(
    "returned", ["object()", "{1, 2}", "b'raw'", "{(1, 2): 3}", "(a := [], a.append(a))[0]"]
)
def test_what_json_cannot_hold_cannot_be_returned(returned: str) -> None:
    error = failure(f"def handler(event, context): return {returned}")

    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"].startswith("Unable to marshal response: ")
    assert error["stackTrace"] == []


def test_what_is_too_large_cannot_be_returned() -> None:
    program = """
create("def handler(event, context): return 'x' * event", MemorySize=256)
show([len(invoke(5_000_000)), invoke(6_291_555)])
"""
    message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    assert shown(program) == [
        5_000_000,
        {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message},
    ]


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os\ndef handler(e, c): os._exit(3)", "exited with error: exit status 3"),
        ("import sys\ndef handler(e, c): sys.exit(4)", "exited with error: exit status 4"),
        ("import sys\ndef handler(e, c): sys.exit('no')", "exited with error: exit status 1"),
        ("import sys\ndef handler(e, c): sys.exit()", "exited without providing a reason"),
        ("import os\ndef handler(e, c): os._exit(0)", "exited without providing a reason"),
        ("import sys\nsys.exit(5)", "exited with error: exit status 5"),
        (
            "import ctypes\ndef handler(e, c): ctypes.string_at(0)",
            "exited with error: signal: segmentation fault",
        ),
    ],
)
def test_an_ended_process_is_reported(code: str, how: str) -> None:
    error = failure(code)

    assert error.keys() == {"errorType", "errorMessage"}
    assert error["errorType"] == "Runtime.ExitError"
    assert re.fullmatch(f"RequestId: {UUID} Error: Runtime {how}", error["errorMessage"])


def test_a_function_that_takes_too_long_is_ended() -> None:
    program = """
create("import time\\ndef handler(event, context):\\n    time.sleep(event)\\n    return 'slept'",
       Timeout=1)
show([invoke(0), invoke(30), invoke(0)])
"""
    first, error, third = shown(program)

    assert (first, third) == ("slept", "slept")
    assert error.keys() == {"errorType", "errorMessage"}
    assert error["errorType"] == "Sandbox.Timedout"
    assert re.fullmatch(
        f"RequestId: {UUID} Error: Task timed out after 1.00 seconds", error["errorMessage"]
    )


def test_what_sleeps_too_long_is_ended_when_its_time_is_up() -> None:
    program = """
import time
create("import time\\ndef handler(event, context):\\n    time.sleep(10)\\n    print('never')",
       Timeout=3)
before = time.time()
invoke()
show([round(time.time() - before, 1), "never" in "".join(events())])
"""
    assert shown(program) == [3.0, False]


@pytest.mark.parametrize("package", ['b"no archive"', 'package("x" * 40_000_000)'])
def test_a_package_that_cannot_be_unpacked_is_refused_behind_the_walls(package: str) -> None:
    program = f"""
client.create_function(FunctionName="f", Runtime="python3.13", Role=role, Handler="app.handler",
                       Code={{"ZipFile": {package}}})
show(invoke()["errorType"])
"""
    assert shown(program) == "Runtime.InvalidZip"
