"""State machines in an account of this process."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from labs.cloud.account import Account
from labs.cloud.clock import clock

ROLE = "arn:aws:iam::123456789012:role/machine"


class Machines:
    """Makes machines of the account, runs them, and tells how it went."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.client = boto3.client("stepfunctions", region_name="us-east-1")
        self._made = 0

    def create(self, states: dict[str, Any], *, start: str = "", **options: Any) -> str:
        """Its ARN. `states` are its states, of which the first is the start."""
        self._made += 1
        extra = options.pop("extra", {})
        definition = {"StartAt": start or next(iter(states)), "States": states, **extra}
        created = self.client.create_state_machine(
            name=options.pop("name", f"machine-{self._made}"),
            definition=json.dumps(definition),
            roleArn=ROLE,
            **options,
        )
        return str(created["stateMachineArn"])

    def start(self, machine: str, data: Any = None, **options: Any) -> str:
        """The execution's ARN; it has not done anything yet."""
        text = json.dumps({} if data is None else data)
        started = self.client.start_execution(stateMachineArn=machine, input=text, **options)
        return str(started["executionArn"])

    def finish(self, execution: str, *, seconds: float = 1_000_000) -> dict[str, Any]:
        """What DescribeExecution says at its end, or after so long."""
        until = clock.millis() + seconds * 1000
        self.account.wait_until(lambda: not self.is_running(execution), until=until)
        return dict(self.client.describe_execution(executionArn=execution))

    def is_running(self, execution: str) -> bool:
        told = self.client.describe_execution(executionArn=execution)
        return bool(told["status"] == "RUNNING")

    def run(self, states: dict[str, Any], data: Any = None, **options: Any) -> dict[str, Any]:
        """Create, start and finish."""
        return self.finish(self.start(self.create(states, **options), data))

    def output(self, states: dict[str, Any], data: Any = None, **options: Any) -> Any:
        told = self.run(states, data, **options)
        assert told["status"] == "SUCCEEDED", (told.get("error"), told.get("cause"))
        return json.loads(told["output"])

    def kinds(self, execution: str) -> list[str]:
        """The types of its events."""
        pages = self.client.get_paginator("get_execution_history")
        events = [
            event for page in pages.paginate(executionArn=execution) for event in page["events"]
        ]
        return [event["type"] for event in events]


@pytest.fixture
def machines(account: Account) -> Machines:
    return Machines(account)


@pytest.fixture
def elapsed() -> Callable[[], float]:
    """Seconds of virtual time since the test began."""
    begun = clock.millis()
    return lambda: (clock.millis() - begun) / 1000
