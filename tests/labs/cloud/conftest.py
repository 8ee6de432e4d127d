"""An account in this process, whose functions are functions of the test."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import pytest

from labs.cloud.account import Account
from labs.cloud.simulation import set_current

ROLE = {"RoleName": "worker", "AssumeRolePolicyDocument": "{}"}

type Handler = Callable[[Any], Any]


class Functions:
    """Deploys Lambda functions whose handlers are Python functions here; `events` is what came."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self.events: dict[str, list[Any]] = {}

    def deploy(
        self,
        name: str,
        handler: Handler = lambda _event: None,
        *,
        region: str = "us-east-1",
        **options: Any,
    ) -> str:
        """Its ARN; `options` are other parameters of CreateFunction."""
        iam = boto3.client("iam", region_name="us-east-1")
        roles = {role["RoleName"]: role["Arn"] for role in iam.list_roles()["Roles"]}
        arn = roles.get(ROLE["RoleName"]) or iam.create_role(**ROLE)["Role"]["Arn"]
        self._handlers[name] = handler
        self.events[name] = []
        parameters = {"Runtime": "python3.13", "Handler": "handler.handler", **options}
        code = {"ZipFile": b"not looked into"}
        created = boto3.client("lambda", region_name=region).create_function(
            FunctionName=name, Role=arn, Code=code, **parameters
        )
        return str(created["FunctionArn"])

    def answer(self, name: str, event: Any) -> dict[str, Any]:
        """What a function's process says about an invocation."""
        self.events[name].append(event)
        try:
            return {"payload": json.dumps(self._handlers[name](event)).encode()}
        except Exception as error:
            failed = {"errorType": type(error).__name__, "errorMessage": str(error)}
            return {"error": failed, "payload": b""}


class FakeGuest:
    """Stands for a learner's process."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._name = ""
        self.seed = ""

    def request(self, do: str, body: bytes = b"", **fields: Any) -> dict[str, Any]:
        if do == "init":
            self._name = fields["environment"]["AWS_LAMBDA_FUNCTION_NAME"]
            return {}
        return self._functions.answer(self._name, json.loads(body))

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def functions() -> Functions:
    return Functions()


@pytest.fixture
def account(
    moto: None, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Account]:
    """An empty account, whose boto3 clients of this process are those of a check."""
    # As in the sandbox: moto does not know the addresses that hold an account's number.
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")
    found = Account(lambda _serve, _memory: FakeGuest(functions), seed=7)  # type: ignore[arg-type, return-value]
    yield found
    found.close()
    set_current(None)


@pytest.fixture
def client(account: Account) -> Callable[[str], Any]:
    """boto3 clients of that account."""
    return partial(boto3.client, region_name="us-east-1")
