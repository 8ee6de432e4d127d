"""Each seam into moto's Lambda still holds. When a new moto moves one, this is where it shows."""

import base64
import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from labs.cloud import moto_lambda
from labs.cloud.lambda_runtime.invocation import Invocation, ThrottledError

pytestmark = pytest.mark.usefixtures("moto")


@pytest.fixture
def client() -> Any:
    config = Config(retries={"max_attempts": 0})
    return boto3.client("lambda", region_name="us-east-1", config=config)


@pytest.fixture
def create(client: Any) -> Callable[..., str]:
    """Creates the function "worker" with more options, and returns its ARN."""
    iam = boto3.client("iam", region_name="us-east-1")
    role = iam.create_role(RoleName="role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]

    def make(**options: Any) -> str:
        answer = client.create_function(
            FunctionName="worker",
            Runtime="python3.13",
            Role=role,
            Handler="handler.handler",
            Code={"ZipFile": b"not looked into"},
            **options,
        )
        return str(answer["FunctionArn"])

    return make


def invocation(**details: Any) -> Invocation:
    found: dict[str, Any] = {"event": None, "response": None, "error": None, "cold": True}
    return Invocation("worker", **{**found, **details})


def answer_with(answer: Invocation) -> list[tuple[str, str, Any]]:
    """Let each invocation have this answer; returns the list of what was asked."""
    asked = []

    def invoke(
        function: Any, event: str, *, arn: str = "", client_context: Any = None
    ) -> Invocation:
        asked.append((arn, event, client_context))
        return answer

    moto_lambda.set_invoke(invoke)
    return asked


def refusal(call: Callable[..., Any], **options: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**options)
    error = caught.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_it_runs_functions_by_the_given_executor(client: Any, create: Any) -> None:
    arn = create()
    asked = answer_with(invocation(response={"a": 1}, log="START\nEND\n"))

    answer = client.invoke(FunctionName="worker", Payload=b'{"b": 1}', LogType="Tail")

    assert asked == [(arn, '{"b": 1}', None)]
    assert json.loads(answer["Payload"].read()) == {"a": 1}
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert base64.b64decode(answer["LogResult"]) == b"START\nEND\n"
    assert "FunctionError" not in answer


def test_a_failed_function_is_reported_as_such(client: Any, create: Any) -> None:
    create()
    answer_with(invocation(error={"errorType": "E"}))

    answer = client.invoke(FunctionName="worker")

    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read()) == {"errorType": "E"}
    assert "LogResult" not in answer


def test_an_asynchronous_invocation_tells_nothing(client: Any, create: Any) -> None:
    create()
    asked = answer_with(invocation(error={"errorType": "E"}))

    answer = client.invoke(FunctionName="worker", InvocationType="Event")

    assert asked[0][1] == "{}"
    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert "FunctionError" not in answer


def test_a_dry_run_runs_nothing(client: Any, create: Any) -> None:
    create()
    asked = answer_with(invocation())

    assert client.invoke(FunctionName="worker", InvocationType="DryRun")["StatusCode"] == 204
    assert asked == []


def test_a_throttled_invocation_is_refused(client: Any, create: Any) -> None:
    create()

    def invoke(*_call: Any, **_options: Any) -> Invocation:
        raise ThrottledError

    moto_lambda.set_invoke(invoke)

    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        client.invoke(FunctionName="worker")
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert caught.value.response["Reason"] == reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"Payload": b"{"}, "InvalidRequestContentException: Could not parse request body"),
        ({"Payload": b"[" * 100_000}, "InvalidRequestContentException: Could not parse"),
        ({"Payload": b"[" * 500 + b"]" * 500}, "InvalidRequestContentException: Could not"),
        (
            {"Payload": b'"' + b"x" * 6_291_456 + b'"'},
            "RequestTooLargeException: 6291458 byte payload is too large for the RequestResponse",
        ),
        ({"ClientContext": "%"}, "InvalidRequestContentException: Client context must be"),
        ({"ClientContext": "W10="}, "InvalidRequestContentException: Client context must be"),
    ],
)
def test_a_wrong_request_is_refused(
    client: Any, create: Any, options: dict[str, Any], reason: str
) -> None:
    create()
    asked = answer_with(invocation())

    assert refusal(client.invoke, FunctionName="worker", **options).startswith(reason)
    assert asked == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"Environment": {"Variables": {"AWS_REGION": "x", "_HANDLER": "y", "FINE": "z"}}},
            (
                "InvalidParameterValueException: Lambda was unable to configure your environment "
                "variables because the environment variables you have provided contains reserved "
                "keys that are currently not supported for modification. Reserved keys used in "
                "this request: AWS_REGION, _HANDLER"
            ),
        ),
        (
            {"Environment": {"Variables": {"2": "x"}}},
            "ValidationException: 1 validation error detected: Value at 'environment.variables'",
        ),
        (
            {"Environment": {"Variables": {"LONG": "x" * 4096}}},
            (
                "InvalidParameterValueException: Lambda was unable to configure your environment "
                "variables because the environment variables you have provided exceeded the 4KB "
                "limit"
            ),
        ),
        ({"Timeout": 901}, "ValidationException: 1 validation error detected: Value '901' at"),
        (
            {"MemorySize": 10241},
            "ValidationException: 1 validation error detected: Value '10241' at 'memorySize'",
        ),
    ],
)
def test_a_wrong_configuration_is_refused(
    client: Any, create: Any, options: dict[str, Any], reason: str
) -> None:
    assert refusal(create, **options).startswith(reason)
    assert client.list_functions()["Functions"] == []

    create(Timeout=7)
    update = client.update_function_configuration
    assert refusal(update, FunctionName="worker", **options).startswith(reason)
    found = client.get_function_configuration(FunctionName="worker")
    assert (found["Timeout"], found["MemorySize"]) == (7, 128)
    assert "Environment" not in found


def test_layers_are_bounded_in_number_and_size(client: Any, create: Any) -> None:
    def layers(count: int, size: int) -> list[str]:
        content = {"ZipFile": b"x" * size}
        publish = client.publish_layer_version
        return [
            publish(LayerName=f"l{number}", Content=content)["LayerVersionArn"]
            for number in range(count)
        ]

    assert refusal(create, Layers=layers(6, 10)) == (
        "InvalidParameterValueException: Layers: Cannot reference more than 5 layers."
    )
    assert refusal(create, Layers=layers(4, 10_000_000)) == (
        "InvalidParameterValueException: Function code combined with layers exceeds the maximum "
        "allowed size of 33554432 bytes. The actual size is 40000015 bytes."
    )


def test_a_function_gives_its_package_and_its_layers(client: Any, create: Any) -> None:
    publish = client.publish_layer_version
    arns = [
        publish(LayerName=name, Content={"ZipFile": name.encode()})["LayerVersionArn"]
        for name in ("one", "two")
    ]
    arn = create(Layers=arns)
    client.delete_layer_version(LayerName="two", VersionNumber=1)

    function = moto_lambda.function(arn)

    assert function is not None
    assert moto_lambda.archives(function) == [b"not looked into", b"one", b"two"]


def test_it_finds_what_an_arn_names(client: Any, create: Any) -> None:
    arn = create()
    client.publish_version(FunctionName="worker")
    client.create_alias(FunctionName="worker", Name="live", FunctionVersion="1")

    found = [moto_lambda.function(f"{arn}{tail}") for tail in ("", ":1", ":live", ":2")]

    assert [str(function and function.version) for function in found] == [
        "$LATEST",
        "1",
        "1",
        "None",
    ]


def test_each_update_is_another_generation(client: Any, create: Any) -> None:
    arn = create()
    seen = set()
    for update, options in (
        (client.get_function, {}),
        (client.update_function_code, {"ZipFile": b"not looked into"}),
        (client.update_function_configuration, {"Timeout": 3}),
    ):
        update(FunctionName="worker", **options)
        function = moto_lambda.function(arn)
        assert function is not None
        seen.add(moto_lambda.generation(function))

    assert len(seen) == 3


def test_a_function_made_again_is_another_generation(client: Any, create: Any) -> None:
    seen = []
    for _ in range(2):
        function = moto_lambda.function(create())
        assert function is not None
        assert moto_lambda.generation(function) == moto_lambda.generation(function)
        seen.append(moto_lambda.generation(function))
        client.delete_function(FunctionName="worker")

    assert seen[0] != seen[1]


def test_a_reserved_concurrency_is_shared_by_the_versions(client: Any, create: Any) -> None:
    arn = create()
    client.publish_version(FunctionName="worker")
    client.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=2)
    version = moto_lambda.function(f"{arn}:1")
    assert version is not None

    assert moto_lambda.reserved_concurrency(version) == 2

    client.delete_function_concurrency(FunctionName="worker")
    assert moto_lambda.reserved_concurrency(version) is None


def test_logs_are_written_and_bounded(
    client: Any, create: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = moto_lambda.function(create())
    assert function is not None
    monkeypatch.setattr(moto_lambda, "MAX_LOG_BYTES", 2000)

    for _ in range(3):
        moto_lambda.log(function, "stream", ["x" * 600, "y"])

    logs = boto3.client("logs", region_name="us-east-1")
    events = logs.filter_log_events(logGroupName="/aws/lambda/worker")["events"]
    assert [event["message"][0] for event in events] == ["x", "y", "x", "y"]


def test_a_log_may_be_subscribed_to_what_is_not_there(client: Any, create: Any) -> None:
    arn = create()
    function = moto_lambda.function(arn)
    assert function is not None
    moto_lambda.log(function, "stream", ["line"])
    boto3.client("logs", region_name="us-east-1").put_subscription_filter(
        logGroupName="/aws/lambda/worker", filterName="f", filterPattern="", destinationArn=arn
    )
    client.delete_function(FunctionName="worker")

    moto_lambda.log(function, "stream", ["line"])
