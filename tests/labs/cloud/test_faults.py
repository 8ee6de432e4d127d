"""What a check can let go wrong, as the learner's code and its author see it."""

import pytest

from labs.cloud.fault_answers import throttling
from labs.cloud.faults import BadFaultError, Faults, Hit
from labs.cloud.trace import error_code


def hits(faults: Faults, count: int) -> list[bool]:
    """Of so many calls of s3.PutObject, which are hit."""
    return [faults.of_call("s3", "PutObject") != Hit() for _ in range(count)]


def test_it_hits_so_many_times_after_so_many_calls() -> None:
    faults = Faults(7)

    faults.throttle("s3", "PutObject", times=2, after=1)

    assert hits(faults, 5) == [False, True, True, False, False]


def test_it_hits_each_call_if_there_is_no_limit() -> None:
    faults = Faults(7)

    faults.lose_response("s3", "PutObject", times=None)

    assert hits(faults, 3) == [True] * 3


def test_it_leaves_other_calls_alone() -> None:
    faults = Faults(7)
    faults.throttle("s3", "GetObject")
    faults.throttle("dynamodb", "PutItem")

    assert hits(faults, 2) == [False, False]


def test_it_hits_calls_with_a_parameter_and_counts_no_others() -> None:
    faults = Faults(7)
    faults.throttle("s3", "PutObject", times=1, after=1, where={"Bucket": "b"})

    buckets = ["b", "c", "c", "b", "b"]
    found = [faults.of_call("s3", "PutObject", {"Bucket": name}) != Hit() for name in buckets]

    assert found == [False, False, False, True, False]
    assert hits(faults, 2) == [False, False]


def test_a_probability_follows_from_the_seed() -> None:
    def pattern(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.throttle("s3", "PutObject", probability=0.5, times=None)
        return hits(faults, 50)

    assert pattern(7) == pattern(7) != pattern(8)
    assert 10 < sum(pattern(7)) < 40


def test_faults_add_up() -> None:
    faults = Faults(7)
    faults.delay("s3", "PutObject", milliseconds=200, times=None)
    faults.delay("s3", "PutObject", milliseconds=300)
    faults.fail("s3", "PutObject", code="InternalError", status=500)

    first, second = (faults.of_call("s3", "PutObject") for _ in range(2))

    assert (first.delay_ns, second.delay_ns) == (500_000_000, 200_000_000)
    assert first.error is not None
    assert first.error[0]["status"] == 500
    assert second.error is None


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("dynamodb", "PutItem", "ProvisionedThroughputExceededException"),
        ("sqs", "SendMessage", "RequestThrottled"),
        ("s3", "PutObject", "SlowDown"),
        ("lambda", "Invoke", "TooManyRequestsException"),
        ("sns", "Publish", "Throttling"),
        ("iam", "CreateRole", "Throttling"),
        ("events", "PutEvents", "ThrottlingException"),
        ("stepfunctions", "StartExecution", "ThrottlingException"),
        ("apigateway", "GetRestApis", "TooManyRequestsException"),
    ],
)
def test_each_service_has_its_own_word_for_too_many(
    service: str, operation: str, code: str
) -> None:
    faults = Faults(7)
    faults.throttle(service, operation)

    error = faults.of_call(service, operation).error

    assert error is not None
    answer, body = error
    assert throttling(service)[0] == code
    assert error_code(answer["status"], answer["headers"], body) == code


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("dynamo", "PutItem"), "AWS has no service 'dynamo'"),
        (("dynamodb", "PutItm"), "dynamodb has no operation 'PutItm': do you mean PutItem?"),
        (("s3", "put_object"), "s3 has no operation 'put_object': do you mean PutObject?"),
    ],
)
def test_unknown_names_are_the_authors_mistake(wrong: tuple[str, str], sentence: str) -> None:
    with pytest.raises(BadFaultError) as caught:
        Faults(7).throttle(*wrong)

    assert sentence in str(caught.value)


def test_what_cannot_be_is_the_authors_mistake() -> None:
    faults = Faults(7)

    with pytest.raises(BadFaultError, match="at least once"):
        faults.throttle("s3", "PutObject", times=0)
    with pytest.raises(BadFaultError, match="probability"):
        faults.throttle("s3", "PutObject", probability=1.5)
    with pytest.raises(BadFaultError, match="status"):
        faults.fail("s3", "PutObject", code="Fine", status=200)
    with pytest.raises(BadFaultError, match="takes time"):
        faults.delay("s3", "PutObject", milliseconds=0)
    with pytest.raises(BadFaultError, match="after a call"):
        faults.kill("worker", after_calls=0)


def test_it_kills_after_the_call_of_that_number() -> None:
    faults = Faults(7)
    faults.kill("worker", after_calls=2)

    killed = [faults.kills("worker", calls) for calls in (1, 2, 1, 2)]

    assert killed == [False, True, False, False]
    assert not faults.kills("other", 2)


def test_it_keeps_messages_of_that_queue() -> None:
    faults = Faults(7)
    faults.deliver_twice("orders")

    assert [faults.keeps("mail"), faults.keeps("orders"), faults.keeps("orders")] == [
        False,
        True,
        False,
    ]
