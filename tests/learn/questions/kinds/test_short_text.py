"""Short text: which answers count as the same, and which get a sentence."""

import time
from pathlib import Path

import pytest

from learn.questions.fields import AnswerError, BlankAnswerError
from learn.questions.kinds.short_text import MAX_LENGTH, ShortText
from learn.questions.question import Mark
from learn.questions.variants import variant_of
from tests.learn.questions.kinds.short_text_samples import SETTING
from tests.learn.questions.question_files import problems, question

PLAIN = """\
kind: short_text
prompt: Which call deletes a message?
accept: [DeleteMessage, delete message]
explanation: The consumer deletes it.
"""


def variant(folder: Path, text: str) -> ShortText:
    made = variant_of(question(folder, text), seed=1)
    assert isinstance(made, ShortText)
    return made


def mark(folder: Path, text: str, answer: str) -> Mark:
    asked = variant(folder, text)
    return asked.mark(asked.read({"": [answer]}))


def said(folder: Path, text: str, answer: str) -> str:
    """What a wrong answer is told."""
    given = mark(folder, text, answer)
    assert given.score == 0
    return "".join(str(remark.html) for remark in given.remarks)


@pytest.mark.parametrize(
    "answer",
    [
        "DeleteMessage",
        "deletemessage",
        " DeleteMessage\t",
        "delete  message",
        # What is pasted: a full-width letter, a no-break space, a space of no width.
        "\uff24eleteMessage",
        "delete\u00a0message",
        "Delete\u200bMessage",
    ],
)
def test_it_takes_what_counts_as_the_same(tmp_path: Path, answer: str) -> None:
    assert mark(tmp_path, PLAIN, answer).is_right


@pytest.mark.parametrize("answer", ["Delete-Message", "d elete message", "ReceiveMessage", "x"])
def test_it_takes_nothing_else(tmp_path: Path, answer: str) -> None:
    assert not mark(tmp_path, PLAIN, answer).is_right


@pytest.mark.parametrize(
    ("option", "answer", "is_right"),
    [
        ("ignore_case: false", "deletemessage", False),
        ("ignore_case: false", "DeleteMessage", True),
        ("ignore_case: false", "\uff24eleteMessage", True),
        ("ignore_space: true", "D e l e t e  Message", True),
        ("ignore_punctuation: true", "«delete-message».", True),
        ("ignore_punctuation: true", "`DeleteMessage`", True),
        ("ignore_punctuation: false", "`DeleteMessage`", False),
        ("regex: ['Delete\\s?Messages?']", "deletemessages", True),
        ("regex: ['Delete\\s?Messages?']", "deletemessages!", False),
        ("regex: ['Delete\\s?Messages?']\nignore_case: false", "deletemessages", False),
        ("regex: ['a|b']", "ab", False),
    ],
)
def test_it_compares_as_the_author_says(
    tmp_path: Path, option: str, answer: str, is_right: bool
) -> None:
    text = PLAIN.replace(", delete message", "") if "space" in option else PLAIN
    assert mark(tmp_path, f"{text}{option}\n", answer).is_right == is_right


def test_it_folds_case_beyond_ascii(tmp_path: Path) -> None:
    text = PLAIN.replace("[DeleteMessage, delete message]", "[Straße]")
    assert mark(tmp_path, text, "STRASSE").is_right


def test_it_recognises_wrong_forms(tmp_path: Path) -> None:
    given = mark(tmp_path, SETTING, "batch-item failures")
    assert given.score == 0
    assert said(tmp_path, SETTING, "BATCHITEMFAILURES") == (
        "<p>That is the key of the <strong>answer</strong>; the mapping needs the setting.</p>"
    )
    found = mark(tmp_path, SETTING, "BatchItemFailures").misconceptions
    assert found == ("The key of the answer is the setting",)


@pytest.mark.parametrize(
    "answer", ["DeletMessage", "DeleteMesage", "delete mesage", "DelteMessage"]
)
def test_it_asks_to_check_the_spelling(tmp_path: Path, answer: str) -> None:
    assert said(tmp_path, PLAIN, answer) == "<p>Nearly: check the spelling.</p>"


@pytest.mark.parametrize("answer", ["ReceiveMessage", "SendMessage", "Message", "Delete", "42"])
def test_it_does_not_take_another_word_for_a_slip(tmp_path: Path, answer: str) -> None:
    assert said(tmp_path, PLAIN, answer) == ""


@pytest.mark.parametrize(
    ("accept", "answer"),
    [("SQS", "SNS"), ("Queue", "Quote"), ("version 10", "version 11"), ("Lambda 2.0", "Lambda")],
)
def test_it_does_not_take_another_name_or_number_for_a_slip(
    tmp_path: Path, accept: str, answer: str
) -> None:
    text = PLAIN.replace("[DeleteMessage, delete message]", f"['{accept}']")
    assert said(tmp_path, text, answer) == ""


def test_it_says_when_only_the_manner_is_wrong(tmp_path: Path) -> None:
    hint = "<p>Nearly: check capital letters, spaces and punctuation.</p>"
    assert said(tmp_path, PLAIN, "delete-message") == hint
    assert said(tmp_path, f"{PLAIN}ignore_case: false\n", "DELETEMESSAGE") == hint


def test_it_keeps_quiet_about_spelling_if_asked(tmp_path: Path) -> None:
    assert said(tmp_path, f"{PLAIN}check_spelling: false\n", "DeletMessage") == ""


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u00a0", "\u200b"])
def test_it_refuses_a_blank(tmp_path: Path, blank: str) -> None:
    with pytest.raises(BlankAnswerError, match=r"^Write an answer\.$"):
        variant(tmp_path, PLAIN).read({"": [blank]})


def test_it_refuses_what_is_too_long(tmp_path: Path) -> None:
    asked = variant(tmp_path, PLAIN)
    assert len(asked.read({"": ["a" * MAX_LENGTH]}).text) == MAX_LENGTH
    with pytest.raises(AnswerError, match=r"at most 200 characters, and yours 1,000\. Shorten it"):
        asked.read({"": ["a" * 1000]})


@pytest.mark.parametrize("forged", ["a\0b", "\ud800"])
def test_it_refuses_what_is_no_text(tmp_path: Path, forged: str) -> None:
    with pytest.raises(AnswerError, match="does not fit its question"):
        variant(tmp_path, PLAIN).read({"": [forged]})


def test_it_takes_no_time_for_a_pattern_made_to_take_long(tmp_path: Path) -> None:
    text = PLAIN + "regex: ['(a+)+b', '(a|aa)+b', '(.*a){20}b']\n"
    begun = time.process_time()
    # Of what one character becomes in NFKC, there may be 18 times more.
    for hostile in ("a" * 200, "\ufdfa" * 200, "aé" * 100):
        assert not mark(tmp_path, text, hostile).is_right
    assert time.process_time() - begun < 2


def test_it_shows_the_answer_as_it_was_typed(tmp_path: Path) -> None:
    asked = variant(tmp_path, PLAIN)
    answer = asked.read({"": ["  <b>Delete   Message "]})
    assert answer.text == "<b>Delete Message"
    assert asked.summary(answer) == "<b>delete message"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("accept: [Report", "regexes: [Report", "unknown key 'regexes': did you mean 'regex'?"),
        ("accept: [ReportBatchItemFailures,", "accept: ['',", "3: accept.0: string should have"),
        (
            "forms: [batchItemFailures,",
            "forms: [Report batch failure,",
            "6: wrong: the form 'report batch failure' is also accepted; remove it",
        ),
        (
            "forms: [batchItemFailures,",
            "forms: ['...',",
            "6: wrong: the form '' is empty when it i",
        ),
        (
            "forms: [batchItemFailures,",
            "forms: [BATCHITEMFAILURE,",
            "6: wrong: the form 'batchitem",
        ),
        ("accept: [ReportBatch", "accept: ['...', ReportBatch", "3: accept: nobody can give the"),
        ("report\\s+(", "(?=report)(", "4: regex: the pattern '(?=report)(partial|batch)\\s+fail"),
        ("report\\s+(", "(report)\\1(", "is not one of RE2: invalid escape sequence: \\1"),
        (
            "report\\s+(",
            "((",
            "4: regex: the pattern '((partial|batch)\\s+failures?' is not one of RE2: missing )",
        ),
        ("ignore_punctuation: true", "ignore_punctuation: 1", "5: ignore_punctuation: input shou"),
    ],
)
def test_it_says_what_an_author_must_mend(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in SETTING
    found = problems(tmp_path, SETTING.replace(old, new))
    assert any(expected in problem for problem in found), found


def test_it_fills_parameters_in(tmp_path: Path) -> None:
    text = """\
        kind: short_text
        parameters:
          call: {choice: [GetItem, PutItem]}
        prompt: "Which permission does {{ call }} need?"
        accept: ["dynamodb:{{ call }}"]
        wrong:
          - {forms: ["{{ call }}"], feedback: "Name the service of {{ call }} too."}
        explanation: "dynamodb:{{ call }}"
    """
    call = variant(tmp_path, text).accept[0].removeprefix("dynamodb:")
    assert call in {"GetItem", "PutItem"}
    assert mark(tmp_path, text, f"dynamodb:{call}").is_right
    assert said(tmp_path, text, call) == f"<p>Name the service of {call} too.</p>"


def test_it_leaves_braces_of_patterns_alone(tmp_path: Path) -> None:
    assert mark(tmp_path, PLAIN + "regex: ['[a-z]{3}']\n", "abc").is_right
