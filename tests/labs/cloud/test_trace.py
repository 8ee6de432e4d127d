"""The record of calls."""

import pytest

from labs.cloud.clock import NS_PER_MS, clock
from labs.cloud.trace import MAX_CALLS, MAX_TEXT_CHARS, UNANSWERED, Trace, error_code
from labs.verdict import Call


def call(operation: str = "PutObject", parameters: str = "") -> Call:
    return Call("s3", operation, 0, "main.py:1", UNANSWERED, parameters=parameters)


@pytest.mark.parametrize(
    ("status", "headers", "body", "code"),
    [
        (200, {}, b"<Code>No</Code>", ""),
        (404, {}, b"<Error><Code>NoSuchKey</Code></Error>", "NoSuchKey"),
        (400, {}, b'{"__type": "com.amazonaws#ValidationException"}', "ValidationException"),
        (400, {"x-amzn-ErrorType": "Throttled:http://x"}, b"", "Throttled"),
        (500, {}, b"[1]", "500"),
        (500, {}, b"\xff", "500"),
    ],
)
def test_it_finds_the_error_code(
    status: int, headers: dict[str, str], body: bytes, code: str
) -> None:
    assert error_code(status, headers, body) == code


def test_it_keeps_calls_in_the_order_in_which_they_came() -> None:
    trace = Trace()

    outer, inner = trace.begin(call("Outer")), trace.begin(call("Inner"))
    trace.end(inner, status=404, error="NoSuchKey", duration_ms=1)
    trace.end(outer, status=200, error="", duration_ms=3)

    assert [(found.operation, found.status, found.error) for found in trace.calls] == [
        ("Outer", 200, ""),
        ("Inner", 404, "NoSuchKey"),
    ]


def test_a_call_without_an_answer_is_there_as_well() -> None:
    trace = Trace()

    trace.begin(call())

    [found] = trace.calls
    assert (found.status, found.error) == (0, UNANSWERED)


def test_it_keeps_so_many_calls_and_no_more() -> None:
    trace = Trace()

    for _ in range(MAX_CALLS + 1):
        trace.end(trace.begin(call()), status=200, error="", duration_ms=1)

    assert len(trace.calls) == MAX_CALLS
    assert trace.calls[-1].status == 200


def test_it_keeps_so_much_of_their_parameters_and_no_more() -> None:
    trace = Trace()

    for _ in range(2):
        trace.begin(call(parameters="x" * (MAX_TEXT_CHARS // 2 + 1)))

    assert [bool(found.parameters) for found in trace.calls] == [True, False]


def test_it_says_when_and_during_which_check_a_call_was_made() -> None:
    trace = Trace()
    trace.begin(call("Setup"))
    trace.check = "orders"
    clock.advance(5 * NS_PER_MS)

    trace.end(trace.begin(call()), status=200, error="", duration_ms=1, answer='{"a": 1}')

    assert [(found.check, found.at_ms, found.answer) for found in trace.calls] == [
        ("", 0, ""),
        ("orders", 5, '{"a": 1}'),
    ]
