"""Methods of moto answer differently where there is an account."""

from typing import Any

from labs.cloud.account import Account
from labs.cloud.moto_replacing import around, replace


class Backend:
    def one(self, number: int) -> int:
        return number

    def two(self, number: int) -> int:
        return number


def test_without_an_account_moto_answers() -> None:
    class Own(Backend):
        pass

    replace(Own, "one", lambda _self, number: -number)
    assert Own().one(1) == 1


def test_with_an_account_we_do(account: Account) -> None:
    class Own(Backend):
        pass

    def doubled(moto: Any, self: Any, number: int) -> int:
        return 2 * int(moto(self, number))

    replace(Own, "one", lambda _self, number: -number)
    around(Own, "two", doubled)
    assert Own().one(1) == -1
    assert Own().two(1) == 2
