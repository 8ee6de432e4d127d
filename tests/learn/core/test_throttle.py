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
