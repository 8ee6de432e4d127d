"""Ordering: places, what an order is worth, and what is said of an item."""

from itertools import pairwise, permutations
from pathlib import Path

import pytest

from learn.questions.fields import AnswerError, BlankAnswerError
from learn.questions.kinds.ordering import Ordering, kendall_share
from learn.questions.variants import variant_of
from tests.learn.questions.kinds.ordering_samples import LIFE, PARTIAL, placed
from tests.learn.questions.question_files import problems, question


def variant(folder: Path, text: str = LIFE, seed: int = 1) -> Ordering:
    made = variant_of(question(folder, text), seed)
    assert isinstance(made, Ordering)
    return made


def test_it_never_shows_the_right_order(tmp_path: Path) -> None:
    orders = [variant(tmp_path, seed=seed) for seed in range(200)]
    assert all(asked.items != asked.solution for asked in orders)
    # All others come up.
    assert len({asked.items for asked in orders}) == 4 * 3 * 2 - 1


def test_it_reads_an_order(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    order = asked.read(placed(asked, [2, 1, 3, 4]))
    assert [each.item.place for each in order] == [2, 1, 3, 4]
    assert [each.is_right for each in order] == [False, False, True, True]


def test_it_refuses_a_place_that_is_given_twice(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    with pytest.raises(AnswerError, match=r"^Place 2 is given twice\. Give each item its own\.$"):
        asked.read(placed(asked, [1, 2, 2, 4]))


def test_it_refuses_an_item_without_a_place(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    fields = dict(placed(asked, [1, 2, 3, 4]))
    fields[asked.items[0].id] = [""]
    with pytest.raises(
        BlankAnswerError, match=r"^Give every item a place\. Some have none yet\.$"
    ):
        asked.read(fields)
    with pytest.raises(BlankAnswerError, match=r"^Put the items in order\. None has a place yet"):
        asked.read({asked.items[0].id: [""]})


@pytest.mark.parametrize("place", ["0", "5", "-1", "1.0", " 1", "01", "\u0661", "first", "\0"])
def test_it_refuses_what_is_no_place(tmp_path: Path, place: str) -> None:
    asked = variant(tmp_path)
    with pytest.raises(AnswerError, match="does not fit its question"):
        asked.read({**placed(asked, [1, 2, 3, 4]), asked.items[0].id: [place]})


def test_it_refuses_two_places_of_one_item(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    with pytest.raises(AnswerError, match="does not fit its question"):
        asked.read({**placed(asked, [1, 2, 3, 4]), asked.items[0].id: ["1", "2"]})


def test_it_gives_nothing_but_the_whole_where_credit_is_exact(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    orders = list(permutations([1, 2, 3, 4]))
    scores = {order: asked.mark(asked.read(placed(asked, order))).score for order in orders}
    assert [order for order, score in scores.items() if score] == [(1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("places", "worth"),
    [
        ([1, 2, 3, 4], 1),
        ([2, 1, 3, 4], 2 / 3),
        ([1, 3, 2, 4], 2 / 3),
        ([2, 3, 4, 1], 0),
        ([4, 1, 2, 3], 0),
        ([1, 4, 2, 3], 1 / 3),
        ([4, 3, 2, 1], 0),
    ],
)
def test_it_gives_partial_credit_by_pairs(tmp_path: Path, places: list[int], worth: float) -> None:
    asked = variant(tmp_path, PARTIAL)
    assert asked.mark(asked.read(placed(asked, places))).score == pytest.approx(worth)


def test_it_never_takes_for_putting_two_neighbours_right() -> None:
    for order in permutations(range(5)):
        for index, (first, second) in enumerate(pairwise(order)):
            if first > second:
                mended = (*order[:index], second, first, *order[index + 2 :])
                assert kendall_share(mended) >= kendall_share(order)


def test_it_says_something_of_items_at_a_wrong_place(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    mark = asked.mark(asked.read(placed(asked, [1, 3, 2, 4])))
    assert {str(remark.html) for remark in mark.remarks} == {
        "<p>Nothing can be received before it was sent.</p>",
        "<p>It starts when the message is received.</p>",
    }
    assert mark.misconceptions == ("The timeout starts when a message is sent",)


def test_it_says_nothing_of_a_right_order(tmp_path: Path) -> None:
    asked = variant(tmp_path)
    mark = asked.mark(asked.read(placed(asked, [1, 2, 3, 4])))
    assert (mark.remarks, mark.misconceptions) == ((), ())


def test_it_needs_three_items(tmp_path: Path) -> None:
    two = LIFE[: LIFE.index("  - text: The visibility")] + "explanation: Short.\n"
    [problem] = problems(tmp_path, two)
    assert problem.startswith("3: items: tuple should have at least 3 items")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "  - text: The producer calls `SendMessage`.\n",
            "  - The producer calls.\n",
            "4: items.0: input should be an object",
        ),
        (
            "The consumer receives it.",
            "The producer calls  `SendMessage`.",
            "3: items: 'The producer calls `SendMessage`.' stands twice in items; name it once",
        ),
        (
            "kind: ordering\n",
            "kind: ordering\ncredit: all\n",
            "2: credit: input should be 'exact'",
        ),
        ("items:", "options:", "the key 'items' is missing"),
        ("    misconception:", "    misconceptions:", "unknown key 'items.2.misconceptions'"),
    ],
)
def test_it_says_what_an_author_must_mend(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in LIFE
    found = problems(tmp_path, LIFE.replace(old, new))
    assert any(expected in problem for problem in found), found


def test_it_fills_parameters_in(tmp_path: Path) -> None:
    text = """\
        kind: ordering
        parameters:
          first: {from: 2, to: 4}
        prompt: From small to large
        items:
          - {text: "{{ first }} seconds", feedback: "{{ first }} is least"}
          - {text: "{{ first + 1 }} seconds"}
          - {text: "{{ first * 3 }} seconds"}
        explanation: "{{ first }} is less than {{ first * 3 }}."
    """
    shown = [str(item.html) for item in variant(tmp_path, text).solution]
    assert shown in [[f"{n} seconds", f"{n + 1} seconds", f"{n * 3} seconds"] for n in (2, 3, 4)]
