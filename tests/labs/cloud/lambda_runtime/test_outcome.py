"""A function's process may answer what it likes: nothing of it can hurt the account."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labs.cloud.guest import GuestGoneError, KilledError
from labs.cloud.lambda_runtime import outcome, payload
from labs.cloud.lambda_runtime.outcome import Outcome, gone, read, read_response
from tests.labs.cloud.lambda_runtime.programs import shown

NAMES = st.sampled_from(
    ["error", "errorType", "errorMessage", "stackTrace", "log", "limit", "grown_kb", "exit", "x"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800")
VALUES = st.recursive(
    LEAVES | st.just("memory"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def is_well_formed(found: Outcome) -> bool:
    text = json.dumps([found.error, found.response, found.lines])
    errors = found.error or {"errorType": "", "errorMessage": ""}
    return (
        len("".join(found.lines)) <= outcome.MAX_LOG_CHARS
        and all(isinstance(errors[name], str) for name in ("errorType", "errorMessage"))
        and len(text) < 8_000_000
        and isinstance(found.grown_kb, int)
    )


@settings(max_examples=300, deadline=None)
@given(answer=st.dictionaries(NAMES, VALUES), body=st.binary() | VALUES.map(json.dumps))
def test_whatever_a_process_answers_is_read(answer: dict[str, Any], body: str | bytes) -> None:
    sent = body if isinstance(body, bytes) else body.encode()

    assert is_well_formed(read(answer, "id"))
    assert is_well_formed(read_response({**answer, "payload": sent}, "id"))


@pytest.mark.parametrize(
    "answer",
    [
        {"error": []},
        {"error": {"errorType": ["x"], "errorMessage": {"a": 1}, "stackTrace": "text"}},
        {"error": {"stackTrace": [["a"], None, "b" * 10_000] * 100}},
        {"error": {"errorMessage": "\ud800" * 100_000}, "log": "text"},
        {"log": ["x" * 1_000_000] * 10},
        {"log": [""] * 100_000},
        {"log": [["x"], {"a": 1}, 7, "\ud800"]},
        {"exit": "text"},
        {"exit": -(10**100)},
        {"exit": [], "limit": ["memory"]},
        {"grown_kb": 10**100},
        {"payload": b"[" * 1_000_000},
        {"payload": b"[" * 10_000 + b"]" * 10_000},
        {"payload": b"9" * 10_000},
        {"payload": b"\xff"},
        {"payload": b""},
    ],
)
def test_an_answer_is_bounded(answer: dict[str, Any]) -> None:
    assert is_well_formed(read_response({"payload": b"null", **answer}, "id"))


def test_no_more_lines_are_kept_than_a_function_may_log() -> None:
    assert len(read({"log": ["x"] * 9999}, "id").lines) == outcome.MAX_LINES


@pytest.mark.parametrize("body", [b"[" * 300 + b"]" * 300, b"{", b"", b"nul"])
def test_a_response_that_is_no_json_is_an_error(body: bytes) -> None:
    found = read_response({"payload": body}, "id")

    assert found.error
    assert found.error["errorType"] == "Runtime.MarshalError"
    assert not found.ended


def test_json_may_be_wide_but_not_deep() -> None:
    wide = [[["x"]] * 10] * 100

    assert payload.parse(json.dumps(wide)) == wide
    assert payload.parse(b"[" * 199 + b"]" * 199)
    with pytest.raises(ValueError, match="too deep"):
        payload.parse(b"[" * 201 + b"]" * 201)


@pytest.mark.parametrize(
    ("how", "message", "limit"),
    [
        ("exit status 9", "Runtime exited with error: exit status 9", ""),
        ("signal: killed", "Runtime exited with error: signal: killed", "memory"),
        ("a frame is not JSON", "Runtime exited with error: exit status 1", ""),
    ],
)
def test_how_a_process_ended_is_told_in_lambdas_words(how: str, message: str, limit: str) -> None:
    found = gone(GuestGoneError(how), "id")

    assert found.error == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: id Error: {message}",
    }
    assert (found.limit, found.ended) == (limit, True)


def test_a_fault_of_the_lab_is_no_lack_of_memory() -> None:
    found = gone(KilledError("signal: killed"), "id")

    assert (found.limit, found.by_fault, found.ended) == ("", True, True)


FORGED = """
def forge(code):
    '''A handler that writes to the control socket, descriptor 3, before it returns.'''
    create(f'''
import os, struct
def frame(header, body=b""):
    return struct.pack("!II", len(header), len(body)) + header + body
def handler(event, context):
    {code}
    return "honest"
''')
    return [invoke(), invoke()]
"""


@pytest.mark.parametrize(
    "code",
    [
        """os.write(3, b"nonsense" * 10)""",
        """os.write(3, frame(b'[' * 50000))""",
        """os.write(3, struct.pack("!II", 2**32 - 1, 0))""",
        """os.write(3, frame(b'{"log": 7, "error": 7, "limit": {}, "grown_kb": "x"}'))""",
        """os.close(3)""",
        """import json; json.dumps = None""",
        """import sys; sys.stdout = sys.stderr = None""",
    ],
)
def test_a_function_that_speaks_for_its_process_harms_only_itself(code: str) -> None:
    program = f"""{FORGED}
forged = forge({code!r})
create("def handler(event, context): return 'fine'", "other")
show([len(forged), invoke(name="other")])
"""
    assert shown(program) == [2, "fine"]
