"""Multiple select: how many to pick, what is worth what, and what is said of each option."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learn.questions.fields import AnswerError, BlankAnswerError, Fields
from learn.questions.kinds.multiple_select import MultipleSelect, share
from learn.questions.variants import variant_of
from tests.learn.questions.kinds.multiple_select_samples import (
    AT_LEAST_ONCE,
    PARTIAL,
    PICK,
    chosen,
)
from tests.learn.questions.question_files import problems, question


@pytest.fixture
def pick_three(tmp_path: Path) -> MultipleSelect:
    return variant(tmp_path, PICK)


def variant(folder: Path, text: str, seed: int = 1) -> MultipleSelect:
    made = variant_of(question(folder, text), seed)
    assert isinstance(made, MultipleSelect)
    return made


def score(asked: MultipleSelect, fields: Fields) -> float:
    return asked.mark(asked.read(fields)).score


def test_it_tells_how_many_to_pick(tmp_path: Path, pick_three: MultipleSelect) -> None:
    assert pick_three.instruction == "Pick three."
    assert variant(tmp_path, AT_LEAST_ONCE).instruction == "Pick all that hold."


@pytest.mark.parametrize(
    ("right", "wrong", "said"), [(2, 0, "two"), (3, 1, "four"), (1, 0, "one")]
)
def test_it_refuses_another_number(
    pick_three: MultipleSelect, right: int, wrong: int, said: str
) -> None:
    with pytest.raises(AnswerError, match=rf"^Pick three\. You picked {said}\.$"):
        pick_three.read(chosen(pick_three, right, wrong))


def test_it_says_what_to_do_with_a_blank(tmp_path: Path, pick_three: MultipleSelect) -> None:
    with pytest.raises(BlankAnswerError, match=r"^Pick three\. Nothing is picked yet\.$"):
        pick_three.read({})
    with pytest.raises(BlankAnswerError, match=r"^Pick all that hold\. Nothing is picked yet\.$"):
        variant(tmp_path, AT_LEAST_ONCE).read({"": []})


def test_it_refuses_what_was_not_offered(tmp_path: Path) -> None:
    asked = variant(tmp_path, AT_LEAST_ONCE)
    for forged in ("0" * 10, "", "\0", "²"):
        with pytest.raises(AnswerError, match="not one of this question's answers"):
            asked.read({"": [asked.options[0].id, forged]})


def test_it_refuses_an_option_that_is_sent_twice(tmp_path: Path) -> None:
    asked = variant(tmp_path, AT_LEAST_ONCE)
    with pytest.raises(AnswerError, match="does not fit its question"):
        asked.read({"": [asked.options[0].id] * 2})


def test_it_gives_all_or_nothing(tmp_path: Path) -> None:
    asked = variant(tmp_path, AT_LEAST_ONCE)
    scores = {
        (right, wrong): score(asked, chosen(asked, right, wrong))
        for right in range(4)
        for wrong in range(3)
        if right or wrong
    }
    assert [pair for pair, worth in scores.items() if worth] == [(3, 0)]
    assert scores[3, 0] == 1


@pytest.mark.parametrize(
    ("right", "wrong", "worth"),
    [(3, 0, 1), (2, 0, 2 / 3), (1, 0, 1 / 3), (3, 1, 1 / 2), (3, 2, 0), (0, 1, 0), (1, 1, 0)],
)
def test_it_gives_partial_credit(tmp_path: Path, right: int, wrong: int, worth: float) -> None:
    asked = variant(tmp_path, PARTIAL)
    assert score(asked, chosen(asked, right, wrong)) == pytest.approx(worth)


@given(of_right=st.integers(1, 9), of_wrong=st.integers(1, 9), data=st.data())
def test_it_never_takes_for_a_right_option_nor_gives_for_a_wrong_one(
    of_right: int, of_wrong: int, data: st.DataObject
) -> None:
    right = data.draw(st.integers(0, of_right - 1))
    wrong = data.draw(st.integers(0, of_wrong - 1))
    here = share(right, wrong, of_right, of_wrong)
    assert share(right + 1, wrong, of_right, of_wrong) >= here
    assert share(right, wrong + 1, of_right, of_wrong) <= here
    assert share(of_right, 0, of_right, of_wrong) == 1
    assert share(of_right, of_wrong, of_right, of_wrong) == 0


def test_it_gives_less_for_every_other_choice(tmp_path: Path) -> None:
    asked = variant(tmp_path, PARTIAL)
    right = {option.id for option in asked.correct_options}
    ids = [option.id for option in asked.options]
    choices = [set(c) for size in range(1, 6) for c in combinations(ids, size)]
    full = [choice for choice in choices if score(asked, {"": sorted(choice)}) == 1]
    assert full == [right]


def test_it_says_something_of_what_was_picked_and_left_out(tmp_path: Path) -> None:
    asked = variant(tmp_path, AT_LEAST_ONCE)
    by_text = {str(option.html): option.id for option in asked.options}
    mark = asked.mark(
        asked.read(
            {
                "": [
                    by_text["Messages out of order"],
                    by_text["More than 10,000 records in a batch"],
                ]
            }
        )
    )
    said = {str(remark.html): remark.is_right for remark in mark.remarks}
    assert said == {
        "<p>Only FIFO queues keep the order.</p>": True,
        "<p>10,000 is the limit of a standard queue.</p>": False,
        "<p>Standard queues promise delivery <strong>at least</strong> once.</p>": False,
    }
    assert sorted(mark.misconceptions) == [
        "A queue delivers exactly once",
        "Batches have no limit",
    ]


def test_it_finds_no_misconception_in_a_right_answer(tmp_path: Path) -> None:
    asked = variant(tmp_path, AT_LEAST_ONCE)
    assert asked.mark(asked.read(chosen(asked, 3, 0))).misconceptions == ()


def test_it_keeps_the_authors_order_if_asked(tmp_path: Path) -> None:
    fixed = AT_LEAST_ONCE.replace("options:", "shuffle: false\noptions:", 1)
    assert len({variant(tmp_path, fixed, seed).options for seed in range(5)}) == 1
    assert len({variant(tmp_path, AT_LEAST_ONCE, seed).options for seed in range(5)}) > 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "    correct: true\n",
            "",
            "8: options: no options are marked 'correct: true'; some must be",
        ),
        (
            "  - text: More",
            "  - text: x\n    correct: true\n  - text: More",
            "6: pick: is 3, but 4 options are marked 'correct: true'",
        ),
        ("pick: 3", "pick: 1", "6: pick: input should be greater than or equal to 2"),
        ("pick: 3", "pick: three", "6: pick: input should be a valid integer"),
        ("credit: partial", "credit: half", "7: credit: input should be 'all_or_nothing' or 'pa"),
        ("credit:", "credits:", "7: unknown key 'credits': did you mean 'credit'?"),
        ("    feedback: 10,000 is the limit of a standard queue.\n", "", "needs 'feedback' that"),
        ("Messages out of order", "A message  that arrives twice", "stands twice in options"),
    ],
)
def test_it_says_what_an_author_must_mend(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in PICK
    found = problems(tmp_path, PICK.replace(old, new))
    assert any(expected in problem for problem in found), found


def test_it_fills_parameters_in(tmp_path: Path) -> None:
    text = """\
        kind: multiple_select
        parameters:
          size: {from: 5, to: 9}
        prompt: "{{ size }} records"
        options:
          - {text: "at most {{ size }}", correct: true, feedback: "{{ size + 1 }} are too many"}
          - {text: "at most {{ 2 * size }}", feedback: "{{ size }} is half of it"}
          - {text: "at least 1", correct: true}
        explanation: "Of {{ size }}."
    """
    shown = {str(option.html) for option in variant(tmp_path, text).options}
    [size] = {size for size in range(5, 10) if f"at most {size}" in shown}
    assert shown == {f"at most {size}", f"at most {2 * size}", "at least 1"}
    said = {str(option.feedback) for option in variant(tmp_path, text).options}
    assert said == {f"<p>{size + 1} are too many</p>", f"<p>{size} is half of it</p>", ""}


def test_it_refuses_parameters_that_make_two_options_the_same(tmp_path: Path) -> None:
    text = """\
        kind: multiple_select
        parameters:
          size: {choice: [1, 2]}
        prompt: "{{ size }} records"
        options:
          - {text: "{{ size * 0 }}", correct: true}
          - {text: "{{ size - size }}", feedback: "no"}
          - {text: "1 or 2", feedback: "no"}
        explanation: "Of {{ size }}."
    """
    [problem] = problems(tmp_path, text)
    assert problem.startswith("5: 2 options are shown as '0'")
