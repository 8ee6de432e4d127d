"""Which questions are asked today, and in which order."""

import datetime as dt
from itertools import groupby, pairwise

from hypothesis import given
from hypothesis import strategies as st

from learn.review.mixing import Due, chosen, next_of

TODAY = dt.date(2026, 9, 7)
MODULES = st.sampled_from(["queues", "topics", "tables"])


def cards(*modules: str) -> list[Due]:
    return [Due(pk, name, f"q{pk}", TODAY) for pk, name in enumerate(modules)]


def order(due: list[Due], seed: str = "7 2026-09-07") -> list[Due]:
    """All of them, as they are asked."""
    left, asked = list(due), list[Due]()
    while card := next_of(left, after=asked[-1].module if asked else "", seed=seed):
        asked.append(card)
        left.remove(card)
    return asked


@given(st.lists(MODULES, max_size=20))
def test_it_asks_each_card_once(modules: list[str]) -> None:
    due = cards(*modules)
    assert sorted(card.pk for card in order(due)) == [card.pk for card in due]


@given(st.lists(MODULES, min_size=2, max_size=20))
def test_it_never_stays_in_a_module_while_others_can_part_its_questions(
    modules: list[str],
) -> None:
    asked = [card.module for card in order(cards(*modules))]
    most = max(modules.count(name) for name in modules)
    longest = max(len(list(group)) for _, group in groupby(asked))
    if most <= len(modules) - most + 1:
        assert longest == 1
    assert {one for one, other in pairwise(asked) if one == other} <= {
        name for name in modules if modules.count(name) == most
    }


def test_it_is_the_same_all_day_and_another_tomorrow() -> None:
    due = cards(*["queues", "topics"] * 8)
    assert order(due) == order(list(reversed(due)))
    assert order(due) != order(due, seed="7 2026-09-08")


def test_it_comes_back_to_what_was_asked() -> None:
    due = [*cards("queues", "topics"), Due(9, "queues", "q9", TODAY, is_asked=True)]
    found = next_of(due, after="queues", seed="")
    assert found is not None
    assert found.pk == 9


def test_it_chooses_what_a_lab_asks_for_and_then_what_waits_longest() -> None:
    old, older = (Due(n, "queues", f"q{n}", TODAY - dt.timedelta(days=n)) for n in (1, 2))
    urgent = Due(3, "queues", "q3", TODAY, is_urgent=True)
    assert chosen([old, older, urgent], 2) == [urgent, older]
    assert chosen([old, older, urgent], -1) == []
