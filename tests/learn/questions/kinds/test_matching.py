"""Matching: what belongs together, what is said of wrong pairs, and what an author may not do."""

from pathlib import Path

import pytest

from learn.questions.fields import AnswerError, BlankAnswerError, Fields
from learn.questions.kinds.matching import Matching
from learn.questions.variants import variant_of
from tests.learn.questions.kinds.matching_samples import SERVICES, matched
from tests.learn.questions.question_files import problems, question

WORKERS = "One message for one of many workers"
SUBSCRIBERS = "One message for every subscriber"


def variant(folder: Path, seed: int = 1) -> Matching:
    made = variant_of(question(folder, SERVICES), seed)
    assert isinstance(made, Matching)
    return made


@pytest.fixture
def asked(tmp_path: Path) -> Matching:
    return variant(tmp_path)


def with_match(asked: Matching, left: str, right: str) -> Fields:
    """All right but one term."""
    term = next(term for term in asked.terms if str(term.html) == left)
    choice = next(choice for choice in asked.choices if choice.text == right)
    return {**{each.id: [each.right.id] for each in asked.terms}, term.id: [choice.id]}


def test_it_offers_each_choice_once(asked: Matching) -> None:
    assert sorted(choice.text for choice in asked.choices) == [
        "EventBridge, which routes events by patterns of their fields",
        "Kinesis Data Firehose",
        "SNS",
        "SQS",
        "Step Functions",
    ]


def test_it_shuffles_the_choices_and_keeps_the_terms(tmp_path: Path) -> None:
    variants = [variant(tmp_path, seed) for seed in range(10)]
    assert len({one.choices for one in variants}) > 1
    assert len({tuple(term.id for term in one.terms) for one in variants}) == 1


def test_it_takes_one_choice_for_two_terms(asked: Matching) -> None:
    assert asked.mark(asked.read(matched(asked, right=4))).is_right


@pytest.mark.parametrize("right", range(5))
def test_it_gives_the_share_that_is_right(asked: Matching, right: int) -> None:
    assert asked.mark(asked.read(matched(asked, right))).score == right / 4


def test_it_tells_what_was_confused(asked: Matching) -> None:
    mark = asked.mark(asked.read(with_match(asked, SUBSCRIBERS, "SQS")))
    assert [str(remark.html) for remark in mark.remarks] == [
        "<p>A queue gives each message to <strong>one</strong> consumer.</p>"
    ]
    assert mark.misconceptions == ("A queue is a topic",)


def test_it_says_what_the_pair_says_of_any_other_choice(asked: Matching) -> None:
    mark = asked.mark(asked.read(with_match(asked, SUBSCRIBERS, "Step Functions")))
    assert [str(remark.html) for remark in mark.remarks] == [
        "<p>Fan-out is what topics are made for.</p>"
    ]
    assert mark.misconceptions == ()


def test_it_says_nothing_where_the_author_does_not(asked: Matching) -> None:
    assert asked.mark(asked.read(with_match(asked, WORKERS, "SNS"))).remarks == ()


def test_it_refuses_a_term_without_a_match(asked: Matching) -> None:
    fields = {**matched(asked, right=4), asked.terms[0].id: [""]}
    with pytest.raises(BlankAnswerError, match=r"^Choose a match for each term\. Some have none"):
        asked.read(fields)
    with pytest.raises(BlankAnswerError, match=r"^Choose a match for each term\. None has one"):
        asked.read({term.id: [""] for term in asked.terms})


def test_it_refuses_what_was_not_offered(asked: Matching) -> None:
    for forged in ("0" * 10, asked.terms[0].id, "²"):
        with pytest.raises(AnswerError, match="not one of this question's matches"):
            asked.read({**matched(asked, right=4), asked.terms[0].id: [forged]})


def test_it_refuses_two_matches_of_one_term(asked: Matching) -> None:
    ids = [choice.id for choice in asked.choices[:2]]
    with pytest.raises(AnswerError, match="does not fit its question"):
        asked.read({**matched(asked, right=4), asked.terms[0].id: ids})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Step Functions]", "SNS]", "13: spare: 'SNS' belongs to a pair; remove it here"),
        ("Step Functions]", "Kinesis Data Firehose]", "stands twice in spare; name it once"),
        (
            "  - left: One message for every subscriber\n    right: SQS\n",
            "  - left: One message for all\n    right: SQS\n",
            "14: confusions: no pair has the left 'One message for all'; there are: 'One",
        ),
        (
            "    right: SQS\n    feedback: A queue",
            "    right: Lambda\n    feedback: A queue",
            "14: confusions: no pair has the right 'Lambda'; there are: 'SQS', 'SNS', ",
        ),
        (
            "    right: SQS\n    feedback: A queue",
            "    right: SNS\n    feedback: A queue",
            "14: confusions: 'One message for every subscriber' with 'SNS' is a right pair",
        ),
        ("A buffer that keeps messages for days", SUBSCRIBERS, "stands twice in pairs; name it"),
        ("    right: SNS\n", "", "6: the key 'pairs.1.right' is missing"),
        ("    right: SNS\n", f"    right: {'a' * 121}\n", "pairs.1.right: string should have at"),
    ],
)
def test_it_says_what_an_author_must_mend(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in SERVICES
    found = problems(tmp_path, SERVICES.replace(old, new))
    assert any(expected in problem for problem in found), found


def test_it_needs_two_choices(tmp_path: Path) -> None:
    text = "kind: matching\nprompt: P\nexplanation: E\npairs:\n"
    text += "  - {left: a, right: x}\n  - {left: b, right: x}\n"
    assert problems(tmp_path, text) == [
        "1: all pairs have the same 'right'; write another, or a 'spare' one"
    ]


def test_it_fills_parameters_in(tmp_path: Path) -> None:
    text = """\
        kind: matching
        parameters:
          days: {choice: [2, 4]}
        prompt: How long?
        pairs:
          - {left: "{{ days }} days", right: "{{ days * 24 }} hours"}
          - {left: "{{ days * 10 }} days", right: "{{ days * 240 }} hours"}
        spare: ["{{ days * 12 }} hours"]
        confusions:
          - left: "{{ days }} days"
            right: "{{ days * 12 }} hours"
            feedback: "A day has twice {{ 12 }} hours."
        explanation: A day has 24 hours.
    """
    made = variant_of(question(tmp_path, text), seed=1)
    assert isinstance(made, Matching)
    [days] = {days for days in (2, 4) if str(made.terms[0].html) == f"{days} days"}
    assert {choice.text for choice in made.choices} == {
        f"{days * hours} hours" for hours in (12, 24, 240)
    }
    mark = made.mark(made.read(with_match(made, f"{days} days", f"{days * 12} hours")))
    assert [str(remark.html) for remark in mark.remarks] == [
        "<p>A day has twice 12 hours.</p>",
    ]


def test_it_refuses_choices_that_look_the_same_in_a_list(tmp_path: Path) -> None:
    text = "kind: matching\nprompt: P\nexplanation: E\npairs:\n"
    text += "  - {left: a, right: x y}\n  - {left: b, right: '*x* y'}\n"
    assert problems(tmp_path, text) == ["4: 2 pairs are shown as 'x y'"]
