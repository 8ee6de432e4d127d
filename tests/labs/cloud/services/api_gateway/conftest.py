"""APIs in the account of this process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from labs.cloud.account import Account
from tests.labs.cloud.conftest import FakeGuest, Functions
from tests.labs.cloud.services.api_gateway.support import ACCOUNT, REGION, RestApi


@pytest.fixture
def rest(account: Account, client: Callable[[str], Any]) -> RestApi:
    return RestApi(client)


@pytest.fixture
def permit(client: Callable[[str], Any]) -> Callable[..., None]:
    """Let an API call a function: permit("f", api_id)."""

    def permitting(name: str, api_id: str = "*") -> None:
        client("lambda").add_permission(
            FunctionName=name,
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*",
        )

    return permitting


@pytest.fixture
def fresh(account: Account, functions: Functions) -> Iterator[Callable[[], Account]]:
    """Gives another account like the first one, which is empty again."""
    made: list[Account] = []

    def making() -> Account:
        made.append(Account(lambda _serve, _memory: FakeGuest(functions), seed=7))  # type: ignore[arg-type, return-value]
        return made[-1]

    yield making
    for one in made:
        one.close()
