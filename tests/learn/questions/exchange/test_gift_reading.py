"""Files as Moodle and its users write them: https://docs.moodle.org/en/GIFT_format"""

from typing import Any

import pytest

from learn.questions.exchange.carried import ExchangeError
from learn.questions.exchange.gift.reading import read_gift

type Json = dict[str, Any]


def read(text: str) -> Json:
    (draft,) = read_gift(text).drafts
    return draft.document


def left_out(text: str) -> str:
    reading = read_gift(text)
    assert reading.drafts == []
    (note,) = reading.notes
    assert note.is_left_out
    return str(note)


def test_it_reads_a_choice_with_feedback() -> None:
    text = "::Q1:: Who? {\n=Grant # right\n~no one # wrong\n~Napoleon#also wrong\n#### Always.\n}"
    assert read(text) == {
        "kind": "multiple_choice",
        "prompt": "Who?",
        "options": [
            {"text": "Grant", "correct": True, "feedback": "right"},
            {"text": "no one", "feedback": "wrong"},
            {"text": "Napoleon", "feedback": "also wrong"},
        ],
        "explanation": "Always.",
    }


def test_it_reads_several_questions_comments_and_categories() -> None:
    text = (
        "// a comment\r\n$CATEGORY: tom/dick\r\n\r\n// [id:q1] [tag:maths]\r\n::One::1+1={=2 =two}"
        "\r\n \t\r\nTwo{T}\r\n\r\n// only a comment\r\n\r\n::Three::3{=3 ~4}"
    )
    reading = read_gift(text)
    assert [draft.name for draft in reading.drafts] == ["One", "Two", "Three"]
    assert reading.drafts[0].document["concepts"] == ["maths"]


@pytest.mark.parametrize(("value", "right"), [("T", "True"), ("FALSE", "False"), ("true", "True")])
def test_it_reads_true_and_false(value: str, right: str) -> None:
    document = read(f"Sun rises.{{{value}#Wrong one#Right one####Because.}}")
    by_text = {option["text"]: option for option in document["options"]}
    assert by_text.pop(right) == {"text": right, "correct": True, "feedback": "Right one"}
    assert by_text.popitem()[1]["feedback"] == "Wrong one"
    assert (document["shuffle"], document["explanation"]) == (False, "Because.")


def test_it_reads_escaped_signs() -> None:
    document = read(r"Which is \{a\=b\}\: c\#d \~ e\\f\nnew? {=\{\} ~\=\# #\~no}")
    assert document["prompt"] == "Which is {a=b}: c#d ~ e\\f\nnew?"
    assert document["options"][0]["text"] == "{}"
    assert document["options"][1] == {"text": "=#", "feedback": "~no"}


def test_it_reads_a_missing_word() -> None:
    assert read("Moodle costs {~lots =nothing ~a bit} to download.")["prompt"] == (
        "Moodle costs `_____` to download."
    )


def test_it_reads_several_right_answers_with_weights() -> None:
    document = read("Who? {~%50%A#yes\n~%50%B\n~%-100%C#no\n~%-100%D}")
    assert document["kind"] == "multiple_select"
    assert [option.get("correct") for option in document["options"]] == [True, True, None, None]
    assert document["credit"] == "all_or_nothing"
    assert read("Who? {~%50%A ~%50%B ~%-50%C ~D}")["credit"] == "partial"


def test_it_reads_short_text() -> None:
    document = read("Two plus two? {=four =%100%4 =%0%five#Too much}")
    assert document["accept"] == ["four", "4"]
    assert document["wrong"] == [{"forms": ["five"], "feedback": "Too much"}]


def test_it_reads_matching_with_spare_options() -> None:
    document = read("Match. {\n=cat -> cat food\n=dog -> dog food\n= -> bird seed\n}")
    assert document["pairs"][1] == {"left": "dog", "right": "dog food"}
    assert document["spare"] == ["bird seed"]


@pytest.mark.parametrize(
    ("answers", "answer", "tolerance"),
    [
        ("#3", 3, None),
        ("#3.141:0.5", 3.141, 0.5),
        ("#1..5", 3, 2),
        ("#-1.5e2:1", -150, 1),
        ("#=1822:0", 1822, 0),
        ("#\n=10:2\n", 10, 2),
        ("# 1 : 0.1 # well done", 1, 0.1),
    ],
)
def test_it_reads_numbers(answers: str, answer: float, tolerance: float | None) -> None:
    document = read(f"How much? {{{answers}}}")
    assert (document["kind"], document["answer"]) == ("numeric", answer)
    assert document.get("tolerance") == tolerance


def test_it_keeps_what_is_said_of_a_right_answer() -> None:
    assert read("How much? {#3:1#Well done.####Three.}")["explanation"] == "Three.\n\nWell done."


def test_it_reads_html_as_markdown() -> None:
    document = read(
        "[html]<p>A <b>bold</b> <script>alert(1)</script>word</p> {=<code>x</code> ~y}"
    )
    assert document["prompt"] == "A **bold** word"
    assert document["options"][0]["text"] == "`x`"


def test_it_leaves_markdown_as_it_is() -> None:
    assert read("[markdown]A *b* <c> \\: d {=x ~y}")["prompt"] == "A *b* <c> : d"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("::E::Write. {}", "E is left out: it asks for an essay"),
        ("Only a text.", "the question in line 1 is left out: it asks nothing"),
        ("Q {=a ~%50%b}", "several answers get points"),
        ("Q {~a ~b}", "none of its answers is right"),
        ("Q {~%60%a ~%40%b ~c}", "worth different amounts"),
        ("Q {=%50%a =b}", "a part of the points"),
        ("Q {=a*b}", "a wildcard"),
        ("Q {#}", "is no number"),
        ("Q {#abc}", "'abc' is no number"),
        ("Q {#5..1}", "ends before it begins"),
        ("Q {#1e999}", "too large"),
        ("Q {#=1:0 =%50%2:0}", "several numbers get points"),
        ("Q {#=1:0 =%0%2..3#Nearly}", "feedback is on a range"),
        ("Q {a b}", "neither '=' nor '~'"),
        ("Q {=a" + "~b" * 100 + "}", "more than 100 answers"),
        ("Q {#" + "=1" * 101 + "}", "more than 100 answers"),
        ("Q {=a", "one '{' and one '}'"),
        ("Q =a}", "one '{' and one '}'"),
        ("Q }{", "one '{' and one '}'"),
        ("Q {=a}{=b}", "one '{' and one '}'"),
        ("[html]<img src='x.png'> {=a ~b}", "it shows an image"),
    ],
)
def test_it_says_what_it_leaves_out(text: str, reason: str) -> None:
    assert reason in left_out(text)


def test_it_names_the_line_of_a_question_without_title() -> None:
    reading = read_gift("One{T}\n\n// comment\nTwo\n\n\nThree{T}")
    assert [note.name for note in reading.notes] == ["the question in line 4"]


@pytest.mark.parametrize("text", ["", "\n\n", "// nothing", "$CATEGORY: a"])
def test_it_refuses_a_file_without_questions(text: str) -> None:
    with pytest.raises(ExchangeError, match="no questions in GIFT"):
        read_gift(text)


def test_it_refuses_too_many_questions() -> None:
    with pytest.raises(ExchangeError, match="split it"):
        read_gift("Q{T}\n\n" * 1001)
