"""Operations on executions: starting, listing, stopping, redriving, logging, events."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from labs.cloud.clock import clock

PASS = {"Pass": {"Type": "Pass", "Result": {"ok": True}, "End": True}}
WAIT = {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}


def test_a_name_is_taken_once(machines: Any) -> None:
    machine = machines.create(WAIT)
    first = machines.start(machine, {"a": 1}, name="one")

    assert machines.start(machine, {"a": 1}, name="one") == first
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machines.start(machine, {"a": 2}, name="one")

    machines.finish(first)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        machines.start(machine, {"a": 1}, name="one")


def test_unnamed_executions_are_different_ones(machines: Any) -> None:
    machine = machines.create(PASS)

    assert machines.start(machine) != machines.start(machine)


@pytest.mark.parametrize(
    ("call", "asked", "code"),
    [
        ("start_execution", {"stateMachineArn": "none"}, "InvalidArn"),
        ("describe_execution", {"executionArn": "none"}, "InvalidArn"),
        (
            "start_execution",
            {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:none"},
            "StateMachineDoesNotExist",
        ),
        (
            "get_execution_history",
            {"executionArn": "arn:aws:states:us-east-1:123456789012:execution:none:none"},
            "ExecutionDoesNotExist",
        ),
    ],
)
def test_what_is_not_there_is_refused(
    machines: Any, call: str, asked: dict[str, str], code: str
) -> None:
    with pytest.raises(ClientError, match=code):
        getattr(machines.client, call)(**asked)


def test_an_input_must_be_json(machines: Any) -> None:
    machine = machines.create(PASS)

    with pytest.raises(ClientError, match="Unrecognized token 'not'"):
        machines.client.start_execution(stateMachineArn=machine, input="not json")


def test_executions_are_listed_newest_first_in_pages(machines: Any) -> None:
    machine = machines.create(PASS)
    started = [machines.start(machine) for _ in range(5)]
    machines.account.settle()

    pages = machines.client.get_paginator("list_executions").paginate(
        stateMachineArn=machine, PaginationConfig={"PageSize": 2}
    )

    assert [row["executionArn"] for page in pages for row in page["executions"]] == started[::-1]
    running = machines.client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    assert running["executions"] == []


def test_history_goes_backwards_and_without_data(machines: Any) -> None:
    told = machines.run(PASS)

    history = machines.client.get_execution_history(
        executionArn=told["executionArn"], reverseOrder=True, includeExecutionData=False
    )

    assert [event["id"] for event in history["events"]] == [4, 3, 2, 1]
    assert "output" not in history["events"][0]["executionSucceededEventDetails"]


def test_a_stopped_execution_is_aborted(machines: Any) -> None:
    execution = machines.start(machines.create(WAIT))
    machines.account.let_pass(1)

    machines.client.stop_execution(executionArn=execution, error="E", cause="C")

    told = machines.finish(execution)
    assert (told["status"], told["error"], told["cause"]) == ("ABORTED", "E", "C")
    assert machines.kinds(execution)[-1] == "ExecutionAborted"


def test_describing_in_a_loop_sees_the_end(machines: Any, elapsed: Callable[[], float]) -> None:
    execution = machines.start(machines.create({"Wait": {**WAIT["Wait"], "Seconds": 1}}))

    while machines.is_running(execution):
        machines.account.let_pass(0.1)

    assert elapsed() < 2


def test_a_function_that_asks_again_and_again_sees_the_end(machines: Any, functions: Any) -> None:
    machine = machines.create(WAIT)

    def ask(_event: Any) -> float:
        execution, begun = machines.start(machine), clock.millis()
        while machines.is_running(execution):
            clock.advance(10_000_000_000)
        return (clock.millis() - begun) / 1000

    functions.deploy("asker", ask, Timeout=900)
    answer = boto3.client("lambda", region_name="us-east-1").invoke(FunctionName="asker")

    assert 60 <= json.load(answer["Payload"]) <= 71


def test_a_synchronous_execution_ends_before_the_answer(
    machines: Any, elapsed: Callable[[], float]
) -> None:
    machine = machines.create(WAIT, type="EXPRESS")

    told = machines.client.start_sync_execution(stateMachineArn=machine, input='{"a": 1}')

    assert (told["status"], json.loads(told["output"])) == ("SUCCEEDED", {"a": 1})
    assert told["billingDetails"]["billedMemoryUsedInMB"] == 64
    assert 60 <= elapsed() < 61


def test_express_executions_end_after_five_minutes(machines: Any) -> None:
    machine = machines.create({"Wait": {**WAIT["Wait"], "Seconds": 900}}, type="EXPRESS")

    told = machines.client.start_sync_execution(stateMachineArn=machine)

    assert told["status"] == "TIMED_OUT"


def test_express_and_standard_have_operations_of_their_own(machines: Any) -> None:
    standard = machines.create(PASS)
    express = machines.create(PASS, type="EXPRESS")

    with pytest.raises(ClientError, match="StateMachineTypeNotSupported"):
        machines.client.start_sync_execution(stateMachineArn=standard)
    with pytest.raises(ClientError, match="StateMachineTypeNotSupported"):
        machines.client.describe_execution(executionArn=machines.start(express))


def test_a_redrive_goes_on_at_the_state_that_failed(machines: Any, functions: Any) -> None:
    broken = [True]

    def work(event: Any) -> Any:
        if broken and event == "second":
            raise ValueError("broken")
        return event

    arn = functions.deploy("work", work)
    task = {"Type": "Task", "Resource": arn}
    first = {"Type": "Pass", "Result": "first", "Next": "First"}
    states = {
        "Begin": first,
        "First": {**task, "Next": "Middle"},
        "Middle": {"Type": "Pass", "Result": "second", "Next": "Second"},
        "Second": {**task, "End": True},
    }
    told = machines.run(states)
    assert (told["status"], told["redriveStatus"]) == ("FAILED", "REDRIVABLE")

    broken.clear()
    machines.client.redrive_execution(executionArn=told["executionArn"])
    again = machines.finish(told["executionArn"])

    assert (again["status"], again["redriveCount"]) == ("SUCCEEDED", 1)
    assert functions.events["work"] == ["first", "second", "second"]
    assert "ExecutionRedriven" in machines.kinds(told["executionArn"])


def test_a_redrive_keeps_the_iterations_that_succeeded(machines: Any, functions: Any) -> None:
    broken = [True]

    def work(event: Any) -> Any:
        if broken and event == 3:
            raise ValueError("broken")
        return event

    task = {"Type": "Task", "Resource": functions.deploy("work", work), "End": True}
    processor = {"StartAt": "Work", "States": {"Work": task}}
    states = {
        "Each": {"Type": "Map", "ItemProcessor": processor, "MaxConcurrency": 1, "End": True}
    }
    told = machines.run(states, [1, 2, 3, 4])

    broken.clear()
    machines.client.redrive_execution(executionArn=told["executionArn"])

    assert json.loads(machines.finish(told["executionArn"])["output"]) == [1, 2, 3, 4]
    assert functions.events["work"] == [1, 2, 3, 3, 4]


def test_what_succeeded_is_not_redriven(machines: Any) -> None:
    told = machines.run(PASS)

    assert told["redriveStatus"] == "NOT_REDRIVABLE"
    with pytest.raises(ClientError, match="ExecutionNotRedrivable"):
        machines.client.redrive_execution(executionArn=told["executionArn"])


def test_versions_and_aliases_run_what_they_were(machines: Any) -> None:
    machine = machines.create(PASS, publish=True)
    version = f"{machine}:1"
    alias = machines.client.create_state_machine_alias(
        name="live", routingConfiguration=[{"stateMachineVersionArn": version, "weight": 100}]
    )["stateMachineAliasArn"]
    changed = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "Result": 2, "End": True}}}
    machines.client.update_state_machine(stateMachineArn=machine, definition=json.dumps(changed))

    old = machines.finish(machines.start(alias))
    new = machines.finish(machines.start(machine))

    assert (json.loads(old["output"]), json.loads(new["output"])) == ({"ok": True}, 2)
    assert (old["stateMachineVersionArn"], old["stateMachineAliasArn"]) == (version, alias)


def test_events_are_logged_as_the_level_says(machines: Any) -> None:
    logs = boto3.client("logs", region_name="us-east-1")
    logs.create_log_group(logGroupName="machine")
    group = "arn:aws:logs:us-east-1:123456789012:log-group:machine:*"
    destinations = [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]
    failing = {"Fail": {"Type": "Fail", "Error": "Broken"}}

    def logged(level: str) -> list[str]:
        logging = {"level": level, "includeExecutionData": True, "destinations": destinations}
        machine = machines.create(
            failing, type="EXPRESS", name=level, loggingConfiguration=logging
        )
        machines.start(machine)
        machines.account.settle()
        events = logs.filter_log_events(logGroupName="machine")["events"]
        lines = [json.loads(event["message"]) for event in events]
        return [line["type"] for line in lines if f":{level}:" in line["execution_arn"]]

    assert logged("ALL") == ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]
    assert logged("FATAL") == ["ExecutionFailed"]


def test_the_default_bus_hears_of_each_status(machines: Any) -> None:
    events = boto3.client("events", region_name="us-east-1")
    sqs = boto3.client("sqs", region_name="us-east-1")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:heard"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events.put_rule(Name="status", EventPattern=json.dumps({"source": ["aws.states"]}))
    events.put_targets(Rule="status", Targets=[{"Id": "q", "Arn": arn}])

    machines.run(PASS)
    machines.account.settle()

    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    details = [json.loads(message["Body"])["detail"] for message in messages]
    assert [detail["status"] for detail in details] == ["RUNNING", "SUCCEEDED"]
    assert details[1]["output"] == '{"ok":true}'
