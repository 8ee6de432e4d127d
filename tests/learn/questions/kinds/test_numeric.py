"""Numeric: what counts as right, and what is said of everything else."""

from fractions import Fraction
from pathlib import Path

import pytest

from learn.questions.fields import AnswerError, BlankAnswerError, Fields
from learn.questions.kinds.numeric import Numeric
from learn.questions.question import Mark
from learn.questions.variants import variant_of
from tests.learn.questions.kinds.numeric_samples import CAPACITY, COST, SIZE
from tests.learn.questions.question_files import problems, question

PLAIN = """\
kind: numeric
prompt: How many times is a message received before it is moved?
answer: 3
explanation: maxReceiveCount is 3.
"""
RATE = f"{PLAIN}unit: requests/s\n"
TIMES = f"{PLAIN}unit: messages\n"


def variant(folder: Path, text: str, seed: int = 1) -> Numeric:
    made = variant_of(question(folder, text), seed)
    assert isinstance(made, Numeric)
    return made


def mark(folder: Path, text: str, *answers: str) -> Mark:
    asked = variant(folder, text)
    fields = {slot.part: [answer] for slot, answer in zip(asked.slots, answers, strict=True)}
    return asked.mark(asked.read(fields))


def said(given: Mark) -> str:
    return " ".join(str(remark.html) for remark in given.remarks)


@pytest.mark.parametrize(
    "answer",
    [
        *("1536 B", "1,536 B", "1.536 B", "1 536 bytes", "1'536B", "+1536 b", "1.536e3 B"),
        *("1.5 KB", "1,5 KiB", "12288 bits", "0.00146484375 MB"),
    ],
)
def test_it_takes_every_way_to_write_the_right_answer(tmp_path: Path, answer: str) -> None:
    given = mark(tmp_path, SIZE, answer)
    assert given.is_right
    assert "Names and values count alike." in said(given)


def test_it_sums_up_what_is_the_same_in_the_same_words(tmp_path: Path) -> None:
    asked = variant(tmp_path, SIZE)
    answers = ["1536 B", "1.5 KB", "1 536 bytes"]
    assert {asked.summary(asked.read({"": [text]})) for text in answers} == {"1,536 B"}


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ("1536", "The number is right, but its unit is missing. Write B behind it."),
        ("1.536", "The number is right, but its unit is missing."),
        ("1536 RCU", "The number is right, but 'RCU' is not its unit. The answer is asked in B."),
        ("1536 Bs", "The number is right, but 'Bs' is not its unit."),
        ("1536 KB", "The number is right, but in B, not in KB."),
    ],
)
def test_it_gives_part_of_it_for_the_right_number_with_a_wrong_unit(
    tmp_path: Path, answer: str, remark: str
) -> None:
    given = mark(tmp_path, SIZE, answer)
    assert given.score == 0.5
    assert remark in said(given).replace("&#x27;", "'")
    assert given.misconceptions == ()


def test_it_gives_what_the_author_says_for_a_missing_unit(tmp_path: Path) -> None:
    assert mark(tmp_path, f"unit_credit: 0.8\n{SIZE}", "1536").score == 0.8
    given = mark(tmp_path, f"unit_credit: 0\n{SIZE}", "1536")
    assert given.score == 0
    assert "The number is right, but its unit is missing." in said(given)


@pytest.mark.parametrize(
    ("answer", "unit_remark"),
    [
        ("1500 B", ""),
        ("1.46484375 KB", ""),
        ("1500", "The number is wrong, and its unit is missing."),
        ("1500 RCU", "The number is wrong, and 'RCU' is not its unit."),
    ],
)
def test_it_recognises_a_known_mistake(tmp_path: Path, answer: str, unit_remark: str) -> None:
    given = mark(tmp_path, SIZE, answer)
    assert given.score == 0
    assert given.misconceptions == ("Keys do not count",)
    assert "The <strong>key</strong> counts as well." in said(given)
    assert unit_remark in said(given).replace("&#x27;", "'")
    assert ("unit" in said(given)) == bool(unit_remark)


def test_it_says_nothing_of_a_mistake_that_it_does_not_know(tmp_path: Path) -> None:
    assert mark(tmp_path, SIZE, "7 B") == Mark(0.0)


def test_it_takes_a_known_mistake_before_another_reading(tmp_path: Path) -> None:
    text = PLAIN.replace("answer: 3\n", "answer: 1.234\nunit: s\n")
    slip = "wrong_answers: [{value: 1234, feedback: That is in milliseconds.}]\n"
    assert mark(tmp_path, text, "1,234 s").is_right
    assert not mark(tmp_path, text + slip, "1,234 s").is_right
    assert mark(tmp_path, text + slip, "1.234 s").is_right


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [("3", True), ("3 messages", True), ("3 msgs", True), ("3 RCU", False), ("3 queues", False)],
)
def test_it_lets_a_word_that_only_counts_be_left_out(
    tmp_path: Path, answer: str, is_right: bool
) -> None:
    assert mark(tmp_path, TIMES, answer).is_right is is_right


@pytest.mark.parametrize(
    ("answer", "score"),
    [("3 requests per second", 1), ("3/s", 1), ("180 rpm", 0), ("180/min", 1), ("3", 0.5)],
)
def test_it_reads_rates(tmp_path: Path, answer: str, score: float) -> None:
    assert mark(tmp_path, RATE, answer).score == score


def test_it_takes_the_authors_own_unit(tmp_path: Path) -> None:
    text = f"{PLAIN}unit: {{name: sandboxes, aliases: [sandbox, environments]}}\n"
    assert mark(tmp_path, text, "3 environments").is_right
    assert mark(tmp_path, text, "3").score == 0.5
    optional = text.replace("name:", "optional: true, name:")
    assert mark(tmp_path, optional, "3").is_right


@pytest.mark.parametrize(
    "answer", ["$8", "8 USD", "$8 USD", "$ 8", "USD 8.08", "$7.92", "800 cents", "8,0 dollars"]
)
def test_it_takes_what_is_near_enough(tmp_path: Path, answer: str) -> None:
    text = COST.replace("answer: cost", "answer: cost * 0 + 8").replace("cost * 1000", "cost + 99")
    assert mark(tmp_path, text, answer).is_right


@pytest.mark.parametrize("answer", ["$8.081", "$7.919", "$-8"])
def test_it_takes_nothing_further_away(tmp_path: Path, answer: str) -> None:
    text = COST.replace("answer: cost", "answer: cost * 0 + 8").replace("cost * 1000", "cost + 99")
    assert not mark(tmp_path, text, answer).is_right


def test_it_takes_an_absolute_tolerance_in_the_unit(tmp_path: Path) -> None:
    text = f"{SIZE}tolerance: 36\n".replace("value: 1500", "value: 1463")
    assert mark(tmp_path, text, "1500 B").is_right
    assert not mark(tmp_path, text, "1499 B").is_right


@pytest.mark.parametrize(
    ("text", "needs_unit", "near_enough"),
    [
        (SIZE, True, ""),
        (f"{SIZE}tolerance: 8\n", True, "8 B"),
        (COST, True, "1 %"),
        (PLAIN, False, ""),
        (TIMES, False, ""),
    ],
)
def test_it_tells_what_it_expects(
    tmp_path: Path, text: str, needs_unit: bool, near_enough: str
) -> None:
    [slot] = variant(tmp_path, text).slots
    assert (slot.needs_unit, slot.near_enough) == (needs_unit, near_enough)


def test_it_tells_how_right_each_number_is(tmp_path: Path) -> None:
    asked = variant(tmp_path, SIZE)
    tones = [asked.read({"": [text]})[0].tone for text in ("1536 B", "1536", "1500 B")]
    assert tones == ["right", "partly", "wrong"]


def test_it_asks_for_several_numbers(tmp_path: Path) -> None:
    asked = variant(tmp_path, CAPACITY)
    rcu, wcu = asked.slots
    given = mark(tmp_path, CAPACITY, f"{rcu.number * 2} RCU", wcu.right_answer)
    assert given.score == 0.5
    assert given.misconceptions == ("Eventually consistent reads cost a whole unit",)


@pytest.mark.parametrize("seed", range(5))
def test_it_computes_the_worked_solution(tmp_path: Path, seed: int) -> None:
    asked = variant(tmp_path, CAPACITY, seed)
    for slot in asked.slots:
        assert f"<strong>{slot.number} {slot.unit and slot.unit.name}</strong>" in str(
            asked.head.explanation
        )


def test_it_gives_the_figures_of_the_curriculum(tmp_path: Path) -> None:
    """60 queries of 12 items of 700 B and 25 transactions: 90 RCU and 200 WCU."""
    fixed = CAPACITY.replace("{from: 20, to: 100, step: 10}", '"60"')
    fixed = fixed.replace("{from: 6, to: 20}", '"12"').replace(
        "[500, 600, 700, 900, 1100]", "[700, 701]"
    )
    fixed = fixed.replace("{from: 10, to: 40, step: 5}", '"25"').replace(
        "[1.2, 1.6, 2.4, 3.5]", "[1.6, 1.7]"
    )
    asked = variant(tmp_path, fixed)
    assert [slot.right_answer for slot in asked.slots] == ["90 RCU", "200 WCU"]
    wrong = [[wrong.number for wrong in slot.wrong] for slot in asked.slots]
    assert wrong == [[Fraction(360), Fraction(180)], [Fraction(100)]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Write a number."),
        ({"0": [" "], "1": [""]}, "Write a number."),
        ({"0": ["5 RCU"]}, "Write a number into each field."),
    ],
)
def test_it_refuses_a_blank(tmp_path: Path, fields: Fields, message: str) -> None:
    with pytest.raises(BlankAnswerError) as caught:
        variant(tmp_path, CAPACITY).read(fields)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("many", "Write one number in digits, such as 1,536 or 0.25"),
        ("nan", "Write one number in digits"),
        ("0x600", "Write one number in digits"),
        ("1e999999", "Write a number between 1e-30 and 1e30."),
        ("1" * 101, "Write a number in at most 100 characters."),
        ("1536 B because keys count too", "Write the number and its unit, and nothing else."),
        ("1536 " + "b" * 50, "Write the number and its unit, and nothing else."),
    ],
)
def test_it_refuses_with_a_sentence(tmp_path: Path, answer: str, message: str) -> None:
    with pytest.raises(AnswerError) as caught:
        variant(tmp_path, SIZE).read({"": [answer]})
    assert message in str(caught.value)


def test_it_refuses_a_unit_where_there_is_none(tmp_path: Path) -> None:
    assert mark(tmp_path, PLAIN, "3").is_right
    with pytest.raises(AnswerError) as caught:
        mark(tmp_path, PLAIN, "3 KB")
    assert str(caught.value) == "Write the number alone, without 'KB'."


def test_it_names_the_field_of_a_wrong_number(tmp_path: Path) -> None:
    with pytest.raises(AnswerError) as caught:
        variant(tmp_path, CAPACITY).read({"0": ["5 RCU"], "1": ["many"]})
    assert str(caught.value).startswith("Write capacity: Write one number")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("answer: 36 + 1500\n", "", "1: write either 'answer', or 'parts' with an answer each"),
        ("answer: 36 + 1500", "answer: 36 +", "4: answer.expression: '36 +' cannot be read"),
        ("answer: 36 + 1500", "answer: key + 1500", "4: 'key + 1500' names 'key', which is no"),
        ("answer: 36 + 1500", "answer: [36]", "4: answer"),
        ("unit: B", "unit: Bs", "5: unit: nobody knows the unit 'Bs'; declare it as"),
        ("unit: B", "unit: {name: B, alias: [x]}", "5: unknown key 'unit.unit.alias': did you"),
        ("unit: B", "unit: B\ntolerance: 2 %%", "6: tolerance"),
        ("unit: B", "unit: B\ntolerance: -1", "6: tolerance"),
        ("unit: B", "unit: B\nunit_credit: 2", "6: unit_credit: input should be less than or"),
        ("  - value: 1500", "  - value: 1500 + 36", "8: the wrong answer 1,536 B counts as right"),
        ("unit: B", "unit: B\ntolerance: 3%", "9: the wrong answer 1,500 B counts as right"),
        (
            "answer: 36 + 1500",
            "answer: 1 / 3",
            "4: the answer, \u2248 0.333333 B, has more decimals",
        ),
        (
            "answer: 36 + 1500",
            "parts: [{label: x, answer: 1}, {label: y, answer: 2}]",
            "1: move unit, tolerance, feedback and wrong_answers into the parts",
        ),
        (
            "answer: 36 + 1500",
            "parts: [{label: x, answer: 1}, {label: x, answer: 2}]",
            "4: parts: 'x' stands twice in the labels; name it once",
        ),
        ("unit: B", "unit: 5", "5: unit: write a unit such as KB, or {name:"),
        ("answer: 36 + 1500", "parts: [{label: x, answer: 1}]", "4: parts: there is one part"),
        (
            "prompt: |",
            "parts: [{label: x, answer: 1}, {label: y, answer: 2}]\nprompt: |",
            "1: write either 'answer', or",
        ),
    ],
)
def test_it_says_what_is_wrong_with_a_file(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in SIZE
    found = problems(tmp_path, SIZE.replace(old, new, 1))
    assert any(one.startswith(problem) for one in found), found
