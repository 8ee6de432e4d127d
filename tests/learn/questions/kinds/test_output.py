"""Output prediction: what is compared, what is recognised, what a file needs."""

from pathlib import Path

import pytest

from learn.questions.fields import AnswerError, BlankAnswerError
from learn.questions.kinds.output import MAIN, Output, comparable, run_id
from learn.questions.recordings import Recording
from learn.questions.variants import question_from_json, question_to_json, variant_of
from tests.learn.questions.kinds.output_samples import CHOICES, PRINTED, RECORDING, SNIPPET, WARM
from tests.learn.questions.question_files import all_problems, question

RECORDED = dict(RECORDING)
PAGES = """\
kind: output
parameters:
  size: {choice: [1, 2]}
variants: 4
prompt: Pages of {{ size }}.
snippet: |
  print(len(range(7)[::{{ size }}]))
explanation: It rounds up.
"""
PROGRAMS = {
    run_id({MAIN: f"print(len(range(7)[::{size}]))\n"}): str(-(-7 // size)) for size in (1, 2)
}


def output(
    folder: Path, text: str = WARM, recording: Recording | None = None, seed: int = 1
) -> Output:
    variant = variant_of(question(folder, text, recording or RECORDED), seed)
    assert isinstance(variant, Output)
    return variant


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A 1\r\nB 2\r\n", "A 1\nB 2"),
        ("A 1 \t\nB 2\n\n\n", "A 1\nB 2"),
        ("\nA", "\nA"),
        ("  A", "  A"),
        ("A\u2028B", "A\u2028B"),
    ],
)
def test_it_ignores_what_nobody_sees(text: str, kept: str) -> None:
    assert comparable(text) == kept


@pytest.mark.parametrize("fields", [{}, {"": [""]}, {"": [" \r\n"]}])
def test_it_takes_no_blank(tmp_path: Path, fields: dict[str, list[str]]) -> None:
    with pytest.raises(BlankAnswerError):
        output(tmp_path).read(fields)


def test_it_gives_all_for_what_was_recorded(tmp_path: Path) -> None:
    variant = output(tmp_path)
    assert variant.mark(variant.read({"": ["A 1\r\nB 2  \r\n"]})).score == 1
    assert variant.mark(variant.read({"": ["A 1\r\n B 2"]})).score == 0


def test_it_recognises_a_wrong_idea(tmp_path: Path) -> None:
    variant = output(tmp_path)
    mark = variant.mark(variant.read({"": ["A 1\nB 1\n"]}))
    assert mark.misconceptions == ("stateless means fresh",)
    assert "<strong>outside</strong>" in mark.remarks[0].html


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        ("A 2\nB 2", "Line 1 is not what the program prints."),
        ("A 1\nB 3", "The first line is right; line 2 is not."),
        ("A 1", "The first line is right, and more is printed after it."),
        ("A 1\nB 2\nC 3\nD 4", "The first 2 lines are right, and nothing is printed after them."),
    ],
)
def test_it_says_where_an_answer_goes_wrong(tmp_path: Path, answer: str, remark: str) -> None:
    assert str(output(tmp_path).mark(answer).remarks[-1].html) == remark


def test_it_offers_the_recorded_output_among_the_wrong_ones(tmp_path: Path) -> None:
    variant = output(tmp_path, CHOICES)
    assert {option.output for option in variant.options} == {PRINTED, "A 1\nB 1", "A 2\nB 2"}
    right = variant.correct_option
    assert right is not None
    answer = variant.read({"": [right.id]})
    assert (variant.mark(answer).score, variant.summary(answer)) == (1, right.id)
    orders = {output(tmp_path, CHOICES, seed=seed).options for seed in range(20)}
    assert len(orders) > 1


def test_it_tells_outputs_apart_by_their_spaces(tmp_path: Path) -> None:
    spaced = CHOICES.replace("      A 2\n      B 2", "      A  1\n      B 2")
    ids = {option.id for option in output(tmp_path, spaced).options}
    assert len(ids) == 3


@pytest.mark.parametrize("sent", [["x"], ["A 1\nB 2"], ["1", "2"]])
def test_it_refuses_an_output_that_was_not_offered(tmp_path: Path, sent: list[str]) -> None:
    with pytest.raises(AnswerError):
        output(tmp_path, CHOICES).read({"": sent})


def test_it_has_as_many_variants_as_are_recorded(tmp_path: Path) -> None:
    variants = [output(tmp_path, PAGES, PROGRAMS, seed) for seed in range(40)]
    assert {variant.output for variant in variants} == {"7", "4"}
    assert [one.output for one in variants[:4]] * 10 == [one.output for one in variants]


def test_it_shows_the_files_with_the_program_last(tmp_path: Path) -> None:
    text = WARM.replace("snippet:", "files: {shop.py: 'x = 1 < 2'}\nsnippet:")
    program = {MAIN: SNIPPET, "shop.py": "x = 1 < 2"}
    listings = output(tmp_path, text, {run_id(program): "A 1"}).listings
    assert [name for name, _ in listings] == ["shop.py", MAIN]
    assert "&lt;" in listings[0][1]


def test_it_keeps_the_recording_with_the_question(tmp_path: Path) -> None:
    read = question(tmp_path, WARM, RECORDED)
    kept = question_from_json(question_to_json(read))
    assert kept == read
    assert hash_of(tmp_path, {**RECORDED}) == read.content_hash
    assert hash_of(tmp_path, dict.fromkeys(RECORDED, "A 9")) != read.content_hash


def hash_of(folder: Path, recording: Recording) -> str:
    return question(folder, WARM, recording).content_hash


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "for name in",
            "for   name in",
            "3: its output is not recorded: run 'manage.py rec",
        ),
        (
            "for name in",
            "for   name in",
            "1: has 1 output(s) of no variant: run 'manage.py",
        ),
        ("B 1\n    feed", "B 2\n    feed", "9: the wrong output 'A 1 / B 2' is right"),
        (
            "      A 2\n      B 2",
            "      A 1 \n      B 1",
            "9: the wrong output 'A 1 / B 1' is there",
        ),
        ("kind: output", "kind: output\nvariants: 2", "'variants' is for questions with 'parame"),
        ("kind: output", "kind: output\nvariants: 51", "variants: input should be less than or"),
        ("snippet:", "files: {main.py: x}\nsnippet:", "3: files: 'main.py' is the snippet's name"),
        ("snippet:", "files: {../a: x}\nsnippet:", "3: files: "),
        ("snippet:", "output: A 1\nsnippet:", "3: unknown key 'output'"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in WARM
    found = all_problems(tmp_path, WARM.replace(old, new, 1), RECORDED)
    assert any(problem in line for line in found), found


def test_it_needs_wrong_outputs_to_choose_from(tmp_path: Path) -> None:
    text = CHOICES[: CHOICES.index("  - output: |\n      A 2")] + "explanation: Why.\n"
    assert all_problems(tmp_path, text, RECORDED) == [
        "1: choices: two or more 'wrong_outputs' are needed to choose from"
    ]


def test_it_refuses_a_recording_of_another_kind(tmp_path: Path) -> None:
    text = "kind: short_text\nprompt: Who?\naccept: [SQS]\nexplanation: It does.\n"
    [problem] = all_problems(tmp_path, text, RECORDED)
    assert problem == "1: is of no question of the kind 'output': delete it"
