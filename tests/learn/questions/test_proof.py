"""Two hundred variants of a question are right, or the author hears in which one they are not."""

import json
from pathlib import Path

import pytest

from learn.questions.proof import prove_variants
from learn.questions.variants import question_from_json, question_to_json, variant_of
from tests.learn.course_files import HOW_OFTEN
from tests.learn.questions.kinds.numeric_samples import CAPACITY, COST
from tests.learn.questions.question_files import problems, question, write_question

CHOICE = """\
kind: multiple_choice
parameters:
  reads: {from: 2, to: 40}
  size: {from: 1, to: 16}
  units: ceil(size / 4)
prompt: How many RCU do {{ reads }} strongly consistent reads of {{ size }} KB need each second?
options:
  - text: "{{ reads * units }}"
    correct: true
  - text: "{{ reads * size }}"
    feedback: A unit is 4 KB.
  - text: "{{ reads * units / 2 }}"
    feedback: That is for eventually consistent reads.
explanation: "{{ size }} KB are {{ units }} units of 4 KB."
"""


def proven(folder: Path, text: str) -> list[str]:
    """What the proof finds in a file that reads well: "line: message"."""
    read = question(folder, text)
    return [
        f"{one.line}: {one.message}" for one in prove_variants(write_question(folder, text), read)
    ]


@pytest.mark.parametrize("text", [CAPACITY, COST, HOW_OFTEN])
def test_it_finds_nothing_wrong_with_what_is_right(tmp_path: Path, text: str) -> None:
    assert proven(tmp_path, text) == []


def test_it_finds_options_that_become_the_same(tmp_path: Path) -> None:
    [problem] = proven(tmp_path, CHOICE)
    assert problem.startswith("7: 2 options are shown as '")
    assert "(variant 14: reads = 12, size = 1, units = 1)" in problem
    assert proven(tmp_path, CHOICE.replace("prompt:", "require: [size > units]\nprompt:")) == []


def test_it_finds_an_answer_that_is_not_defined(tmp_path: Path) -> None:
    text = COST.replace("millions * price", "price / (millions - 12)")
    [problem] = proven(tmp_path, text)
    assert problem.startswith("5: 'price / (millions - 12)' divides by zero (variant ")
    assert "millions" not in problem.partition("(variant ")[2]


def test_it_finds_an_answer_that_nobody_can_write(tmp_path: Path) -> None:
    text = COST.replace("tolerance: 1%\n", "").replace("millions * price", "12 / millions")
    text = text.replace("{{ cost:.2f }}", "{{ cost:.2f }} {{ price }}").replace(
        "from: 2", "from: 1"
    )
    [problem] = proven(tmp_path, text)
    assert "more decimals than anybody writes: round it, or add a tolerance such as 1%" in problem


def test_it_finds_a_number_that_cannot_be_shown(tmp_path: Path) -> None:
    text = COST.replace("{{ cost:.2f }}", "{{ 12 / millions }}")
    [problem] = proven(tmp_path, text)
    assert "which has no end as a decimal: add a format such as :.2f" in problem
    assert "15: '12 / millions' is 12/" in problem


def test_it_finds_a_wrong_answer_that_is_right_in_some_variant(tmp_path: Path) -> None:
    [problem] = proven(
        tmp_path, COST.replace("value: cost * 1000", "value: cost * (millions - 4)")
    )
    assert problem.startswith("13: the wrong answer ")
    assert "millions = 5" in problem


def test_it_finds_texts_that_become_wrong(tmp_path: Path) -> None:
    text = COST.replace("million requests cost?", "{{ '<blink>' if millions == 7 else '' }} cost?")
    [problem] = proven(tmp_path, text)
    assert problem.startswith("7: <blink> is not allowed")
    assert "millions = 7" in problem


def test_it_finds_what_is_never_filled(tmp_path: Path) -> None:
    text = COST.replace(
        "  - value: cost", "  - misconception: Off by {{ price }}\n    value: cost"
    )
    [problem] = proven(tmp_path, text)
    assert problem.startswith("13: '{{ price }}' is shown as it stands: write")


def test_it_finds_single_braces(tmp_path: Path) -> None:
    [problem] = proven(tmp_path, COST.replace("{{ millions }} *", "{ millions } *"))
    assert problem.startswith("15: '{ millions }' is shown as it stands: write {{ }}")


def test_it_asks_for_more_than_a_few_variants(tmp_path: Path) -> None:
    text = COST.replace("{from: 2, to: 20}", "{from: 2, to: 3}").replace(
        "[0.2, 0.25, 0.4]", "[1, 2]"
    )
    assert proven(tmp_path, text) == ["2: 200 draws give 4 different variants: widen the ranges"]


def test_it_refuses_rules_that_are_hardly_ever_met(tmp_path: Path) -> None:
    text = COST.replace("{from: 2, to: 20}", "{from: 1, to: 2000}")
    [problem] = proven(tmp_path, text.replace("prompt:", "require: [millions <= 12]\nprompt:"))
    assert problem.startswith("6: 'millions <= 12' was false for ")
    assert "draws: ask for less" in problem


def test_it_leaves_braces_alone_without_parameters(tmp_path: Path) -> None:
    text = HOW_OFTEN.replace("How often", "How often, says `{{ x }}`,")
    variant = variant_of(question(tmp_path, text), seed=1)
    assert "<code>{{ x }}</code>" in variant.head.prompt
    assert proven(tmp_path, text) == []


def test_it_gives_the_same_variant_for_the_same_seed_and_others_for_others(tmp_path: Path) -> None:
    read = question(tmp_path, CAPACITY)
    assert variant_of(read, 7) == variant_of(read, 7)
    assert len({variant_of(read, seed).head.prompt for seed in range(20)}) > 15


def test_it_gives_the_same_variant_when_a_database_has_sorted_the_keys(tmp_path: Path) -> None:
    read = question(tmp_path, CAPACITY)
    kept = question_from_json(json.loads(json.dumps(question_to_json(read), sort_keys=True)))
    for seed in range(10):
        one, other = variant_of(read, seed), variant_of(kept, seed)
        assert (one.head.prompt, one.head.explanation) == (
            other.head.prompt,
            other.head.explanation,
        )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "{{ millions }} m",
            "{{ milions }} m",
            "7: 'milions' names 'milions', which is no parameter",
        ),
        ("{{ price }} =", "{{ price =", "15: '{{ price = {{ cost:.2f' is not closed: write }}"),
        ("  cost:", "  spare: price * 2\n  cost:", "5: 'spare' is a parameter that nothing uses"),
        (
            "millions * price",
            "milions * price",
            "5: 'milions * price' names 'milions', which is no",
        ),
        (
            "millions * price",
            "millions * price *",
            "5: parameters.cost.expression: 'millions * price",
        ),
        ("millions * price", "cost + 1", "5: 'cost' is computed from itself"),
        ("{from: 2, to: 20}", "{from: 2}", "3: the key 'parameters.millions.range.to' is missing"),
        (
            "{from: 2, to: 20}",
            "{form: 2, to: 9}",
            "3: unknown key 'parameters.millions.range.form'",
        ),
        ("{from: 2, to: 20}", "[2]", "3: parameters.millions: write {from: 1, to: 9}, {choice:"),
        ("prompt:", "require: [cost]\nprompt:", "6: 'cost' is neither true nor false"),
        ("prompt:", "require: [cost > 99]\nprompt:", "6: 'cost > 99' was false for 1,000 draws"),
        ("prompt:", "require: [cst > 9]\nprompt:", "6: 'cst > 9' names 'cst'"),
    ],
)
def test_it_says_what_is_wrong_with_parameters(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in COST
    found = problems(tmp_path, COST.replace(old, new, 1))
    assert any(one.startswith(problem) for one in found), found
