"""Limits on tries."""

from learn.core.throttle import Throttle


def test_it_is_used_up_after_its_amount() -> None:
    throttle = Throttle("codes", amount=2, seconds=60)

    throttle.count(1)
    assert not throttle.is_used_up(1)
    throttle.count(1)

    assert throttle.is_used_up(1)
    assert not throttle.is_used_up(2)


def test_it_keeps_throttles_apart() -> None:
    Throttle("one", amount=1, seconds=60).count(1)

    assert not Throttle("two", amount=1, seconds=60).is_used_up(1)


def test_it_starts_again_after_its_time() -> None:
    throttle = Throttle("codes", amount=1, seconds=0)

    throttle.count(1)

    assert not throttle.is_used_up(1)


def test_it_refuses_who_has_used_it_up_and_counts_the_others() -> None:
    throttle = Throttle("codes", amount=2, seconds=60)

    assert [throttle.refuses(1) for _ in range(3)] == [False, False, True]
    assert not throttle.refuses(2)


def test_an_amount_of_nothing_is_no_limit() -> None:
    throttle = Throttle("codes", amount=0, seconds=60)

    assert not any(throttle.refuses(1) for _ in range(3))
