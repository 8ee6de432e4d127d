"""Evaluated artefacts: what is read, what a worker is asked, what its findings are worth."""

import json
from pathlib import Path
from typing import Any

import pytest

from learn.questions.fields import AnswerError, BlankAnswerError, UnfinishedAnswerError
from learn.questions.kinds.artefact import Artefact, ArtefactMark
from learn.questions.question import Json
from learn.questions.variants import variant_of
from tests.learn.questions.kinds.artefact_samples import BY_CASE, PATTERN, RIGHT, evaluated
from tests.learn.questions.question_files import all_problems, question

NO_LIST = '{"source": "shop"}'
SOURCE_ALONE = '{"source": ["shop"]}'


def artefact(folder: Path, text: str = PATTERN, seed: int = 1) -> Artefact:
    variant = variant_of(question(folder, text), seed)
    assert isinstance(variant, Artefact)
    return variant


def mark(variant: Artefact, text: str) -> ArtefactMark:
    """As the real evaluator finds."""
    answer = variant.read({"": [text]})
    return variant.mark_evaluated(answer, evaluated(variant.job(answer)))


def outcomes(*got: Any, errors: dict[int, str] | None = None) -> Json:
    """An evaluation as a worker sends it."""
    found = [{"got": one, "error": (errors or {}).get(n, "")} for n, one in enumerate(got)]
    return {"verdict": "evaluated", "message": "", "outcomes": found}


# --- Reading ----------------------------------------------------------------------------------


def test_it_reads_what_is_written_without_the_ends_of_lines_of_browsers(tmp_path: Path) -> None:
    variant = artefact(tmp_path)
    assert variant.read({"": ['  {\r\n  "a":\r["\u2028"]}\r\n']}) == '{\n  "a":\n["\u2028"]}'


@pytest.mark.parametrize("text", ["", " \r\n", '{\r\n  "source": []\r\n}'])
def test_it_takes_no_blank_and_no_untouched_box(tmp_path: Path, text: str) -> None:
    with pytest.raises(BlankAnswerError):
        artefact(tmp_path).read({"": [text]})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1', "This is not JSON: line 1, column 8: expecting ',' delimiter. Mend it"),
        ('{\n  "a": [1,\n}', "line 3, column 1: expecting value"),
        ("{'a': 1}", "line 1, column 2: expecting property name enclosed in double quotes"),
        ('{"a": NaN}', "This is not JSON: JSON has no NaN."),
        (f"[{'9' * 5000}]", "Exceeds the limit (4300 digits)"),
        ("[" * 150 + "]" * 150, "it is nested more than 100 deep"),
        ("[" * 9_000, "line 1, column 9001: expecting value"),
        ('{"a": 1} x', "line 1, column 10: extra data"),
    ],
)
def test_it_says_where_json_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UnfinishedAnswerError) as refused:
        artefact(tmp_path).read({"": [text]})
    assert message in str(refused.value)


def test_it_takes_any_text_where_no_json_is_asked_for(tmp_path: Path) -> None:
    variant = artefact(tmp_path, f"language: text\n{PATTERN}")
    assert variant.read({"": ["pk = :p"]}) == "pk = :p"


@pytest.mark.parametrize("fields", [{"": ["{}", "{}"]}, {"": ["{}"], "x": ["1"]}, {"": ["\0"]}])
def test_it_refuses_a_forged_form(tmp_path: Path, fields: dict[str, list[str]]) -> None:
    with pytest.raises(AnswerError):
        artefact(tmp_path).read(fields)


# --- The job ----------------------------------------------------------------------------------


def test_it_asks_a_worker_and_tells_it_nothing_that_should_come_out(tmp_path: Path) -> None:
    variant = artefact(tmp_path)
    job = variant.job(RIGHT)
    assert job["evaluator"] == "event_pattern"
    assert job["artefact"] == RIGHT
    assert len(job["cases"]) == 4
    assert all(case.keys() == {"event"} for case in job["cases"])


def test_it_is_marked_by_findings_alone(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="mark_evaluated"):
        artefact(tmp_path).mark(RIGHT)


# --- The mark ---------------------------------------------------------------------------------


def test_it_gives_all_for_what_passes_every_case(tmp_path: Path) -> None:
    found = mark(artefact(tmp_path), RIGHT)
    assert (found.score, found.failure, found.passed, found.count) == (1, None, 4, 4)
    assert [str(remark.html) for remark in found.remarks] == ["All 4 cases come out right."]


def test_it_names_the_first_case_that_fails(tmp_path: Path) -> None:
    found = mark(artefact(tmp_path), SOURCE_ALONE)
    assert found.score == 0
    assert found.failure is not None
    assert found.failure.case.name == "An order of 20"
    assert found.failure.got == "matches"
    assert found.failure.case.wanted == "does not match"
    assert "<strong>small</strong>" in found.remarks[0].html


def test_it_counts_cases_where_the_author_wants_it(tmp_path: Path) -> None:
    found = mark(artefact(tmp_path, BY_CASE), SOURCE_ALONE)
    assert (found.score, found.passed, found.count) == (0.25, 1, 4)


def test_it_tells_instructors_what_was_misunderstood(tmp_path: Path) -> None:
    variant = artefact(tmp_path)
    assert mark(variant, SOURCE_ALONE).misconceptions == (
        "a source is enough",
        "numbers are compared as text",
    )
    other = '{"source": ["shop"], "detail": {"total": [{"numeric": [">=", 1]}]}}'
    assert mark(variant, other).misconceptions == ("numbers are compared as text",)
    assert mark(variant, RIGHT).misconceptions == ()


def test_it_tells_what_aws_says_to_an_invalid_one(tmp_path: Path) -> None:
    found = mark(artefact(tmp_path), NO_LIST)
    assert found.score == 0
    assert "Event pattern is not valid" in found.refusal
    assert found.misconceptions == ("a value needs no list",)


def test_it_escapes_what_a_worker_says(tmp_path: Path) -> None:
    evaluation = {"verdict": "timed_out", "message": "<b>slow</b>", "outcomes": []}
    [remark] = artefact(tmp_path).mark_evaluated(RIGHT, evaluation).remarks
    assert remark.html == "&lt;b&gt;slow&lt;/b&gt;"


def test_it_takes_an_error_of_a_case_for_wrong(tmp_path: Path) -> None:
    evaluation = outcomes(None, False, False, False, errors={0: "It broke."})
    failure = artefact(tmp_path).mark_evaluated(RIGHT, evaluation).failure
    assert failure is not None
    assert failure.got == "It broke."


def test_it_does_not_take_1_for_true(tmp_path: Path) -> None:
    found = artefact(tmp_path).mark_evaluated(RIGHT, outcomes(1, 0, 0, 0))
    assert (found.score, found.passed) == (0, 0)


def test_it_sums_up_the_same_json_the_same(tmp_path: Path) -> None:
    variant = artefact(tmp_path)
    assert variant.summary('{"a":1,  "b":[2]}') == variant.summary('{"b": [2],\n"a": 1}')
    assert variant.summary('{"a": "\\ud800"}').encode() == b'{"a": "?"}'
    long = [json.dumps({"a": letter * 300}) for letter in "xy"]
    assert variant.summary(long[0])[:150] != variant.summary(long[1])[:150]
    endings = [json.dumps({"a": "x" * 300 + letter}) for letter in "xy"]
    assert variant.summary(endings[0]) != variant.summary(endings[1])


# --- Parameters -------------------------------------------------------------------------------

PARAMETERS = "parameters:\n  least: {choice: [100, 200]}\n"


def with_parameters() -> str:
    text = PATTERN.replace("total: 250}", "total: '{{ least + 50 }}'}", 1)
    text = text.replace("worth 100 or more", "worth {{ least }} or more")
    return PARAMETERS + text.replace('[">=", 100]', '[">=", {{ least }}]')


def test_it_fills_cases_with_numbers_and_solutions_with_text(tmp_path: Path) -> None:
    variants = [artefact(tmp_path, with_parameters(), seed) for seed in range(8)]
    totals = {variant.cases[0].job["event"]["detail"]["total"] for variant in variants}
    assert totals == {150, 250}
    for variant in variants:
        least = variant.cases[0].job["event"]["detail"]["total"] - 50
        assert f'[">=", {least}]' in variant.solutions[0]
        assert mark(variant, variant.solutions[0]).score == 1


# --- Files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("evaluator: event_pattern", "evaluator: pattern", "2: evaluator: there is no 'pattern'"),
        ("    visible: true\n", "", "9: the hidden case 'An order of 250' needs 'feedback'"),
        (
            "    visible: true\n",
            "    visibel: true\n",
            "9: cases.0: unknown key 'visibel': did you mean 'visible'?",
        ),
        ("event: {source: shop", "evnt: {source: shop", "9: case 1: "),
        (
            "    expect: true\n",
            "    expect: yes it does\n",
            "9: the case 'An order of 250': expect",
        ),
        ("caught_by: An order of 20", "caught_by: An order", "34: caught_by: there is no case"),
        (
            "    feedback: An order arrived whose total is no number.\n",
            "",
            "24: the hidden case 'A total as text' needs 'feedback': the symptom",
        ),
        ("name: An order of 20", "name: An order of 250", "9: the case 'An order of 250' needs a"),
        ('  - |\n    {"source"', '  - |\n    {"source" ', ""),
        ('["shop"], "detail-type"', '["shop"] "detail-type"', "30: the solution cannot be sent"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in PATTERN
    found = all_problems(tmp_path, PATTERN.replace(old, new, 1))
    if problem:
        assert any(line.startswith(problem) for line in found), found
    else:
        assert found == []


def test_it_needs_cases_that_are_seen_and_cases_that_are_not(tmp_path: Path) -> None:
    none = PATTERN.replace("    visible: true\n", "")
    assert "8: no case is visible; mark one with 'visible: true'" in all_problems(tmp_path, none)
    every = none.replace("    expect:", "    visible: true\n    expect:")
    few = "8: 0 cases are hidden; 2 near misses must be"
    assert all_problems(tmp_path, every) == [few]


def test_it_takes_text_for_an_expression_of_dynamodb(tmp_path: Path) -> None:
    expression = """\
kind: artefact
evaluator: dynamodb_expression
options:
  use: condition
  table: {keys: [{name: order}]}
prompt: The item must not be there.
cases:
  - {name: Nothing, visible: true, item: null, expect: true}
  - {name: An order, item: {order: o-1}, expect: false, feedback: It was replaced.}
  - {name: More, item: {order: o-1, paid: true}, expect: false, feedback: It was replaced.}
solutions: ['attribute_not_exists(#order)']
mistakes:
  - {text: 'attribute_exists(#order)', caught_by: Nothing, misconception: reads it backwards}
  - {text: 'order = 1', caught_by: invalid, misconception: every name may be written}
explanation: So.
"""
    named = expression.replace("prompt:", "  names: {'#order': order}\nprompt:")
    variant = artefact(tmp_path, named)
    answer = variant.read({"": ["attribute_not_exists(#order)"]})
    assert variant.mark_evaluated(answer, outcomes(True, False, False)).score == 1
    found = variant.mark_evaluated("attribute_exists(#order)", outcomes(False, True, True))
    assert found.failure is not None
    assert (found.failure.case.wanted, found.failure.got) == ("holds", "does not hold")
