"""What is in flight is done in the order of its time."""

import pytest

from labs.cloud.agenda import Agenda
from labs.cloud.clock import EPOCH, clock


@pytest.fixture
def agenda() -> Agenda:
    clock.reset(EPOCH)
    return Agenda()


def run_all(agenda: Agenda) -> None:
    while agenda.run_next():
        pass


def test_it_keeps_the_order_of_moments_then_of_arrival(agenda: Agenda) -> None:
    done: list[str] = []
    agenda.put(lambda: done.append("late"), what="late", after_ms=5)
    agenda.put(lambda: done.append("first"), what="first")
    agenda.put(lambda: done.append("second"), what="second")
    clock.advance(10_000_000)

    run_all(agenda)

    assert done == ["first", "second", "late"]


def test_what_is_not_due_waits(agenda: Agenda) -> None:
    agenda.put(lambda: None, what="later", after_ms=1000)

    assert not agenda.run_next()
    assert agenda.next_moment() == clock.millis() + 1000


def test_the_background_is_done_in_its_time_but_not_waited_for(agenda: Agenda) -> None:
    done: list[str] = []
    agenda.put(lambda: done.append("schedule"), what="schedule", after_ms=1, background=True)
    agenda.put(lambda: done.append("event"), what="event", after_ms=2)

    assert agenda.next_moment() == clock.millis() + 2
    assert agenda.next_moment(background=True) == clock.millis() + 1
    clock.advance(2_000_000)
    run_all(agenda)
    assert done == ["schedule", "event"]


def test_what_is_cancelled_is_not_done(agenda: Agenda) -> None:
    agenda.put(lambda: pytest.fail("it was cancelled"), what="timer").cancel()

    assert agenda.next_moment() is None
    assert not agenda.run_next()


def test_a_loop_is_named_by_what_goes_on_in_it(agenda: Agenda) -> None:
    def again() -> None:
        agenda.put(back, what="topic b to function a")

    def back() -> None:
        agenda.put(again, what="function a to topic b")

    again()
    for _ in range(100):
        agenda.run_next()

    assert agenda.loop().count("topic b to function a") == 1
    assert "function a to topic b" in agenda.loop()


def test_it_knows_how_long_a_chain_is_and_not_how_broad(agenda: Agenda) -> None:
    for number in range(100):
        agenda.put(lambda: None, what=f"beside {number}")
    run_all(agenda)
    assert agenda.depth == 1

    def again(rounds: int) -> None:
        if rounds:
            agenda.put(lambda: again(rounds - 1), what="again")

    again(10)
    run_all(agenda)
    assert agenda.depth >= 10
    agenda.put(lambda: None, what="later", after_ms=1)
    clock.advance(2_000_000)
    run_all(agenda)
    assert agenda.depth == 0
