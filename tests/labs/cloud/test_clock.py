"""Virtual time."""

from datetime import UTC, datetime, timedelta

from labs.cloud.clock import Clock


def test_it_stands_still_until_it_is_told() -> None:
    clock = Clock()

    assert clock.now() == clock.now()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_jumps_and_goes_on_from_there() -> None:
    clock = Clock()
    goal = clock.millis() + 60_000

    clock.advance_to(goal)
    clock.tick()

    assert goal <= clock.millis() < goal + 5_000


def test_it_never_goes_back() -> None:
    clock = Clock()
    before = clock.now()

    clock.advance_to(0)

    assert clock.now() == before


def test_reset_returns_to_real_time() -> None:
    clock = Clock()
    clock.advance_to(clock.millis() + 1e9)

    clock.reset()

    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
