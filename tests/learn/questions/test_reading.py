"""Question files: what every kind has, and multiple choice as the example."""

from pathlib import Path

import pytest

from learn.prose.findings import Findings
from learn.questions.kinds.multiple_choice import MultipleChoice
from learn.questions.reading import read_question
from learn.questions.variants import variant_of
from tests.learn.course_files import HOW_OFTEN, WHO_DELETES
from tests.learn.questions.question_files import PAGES, problems, question, write_question


def options_of(folder: Path, text: str) -> dict[str, bool]:
    """Which id is right."""
    variant = variant_of(question(folder, text), seed=1)
    assert isinstance(variant, MultipleChoice)
    return {option.id: option.correct for option in variant.options}


def test_it_reads_a_question(tmp_path: Path) -> None:
    read = question(tmp_path, WHO_DELETES)
    assert (read.path, read.kind) == ("queues/asked", "multiple_choice")
    assert read.document.prompt == "Who deletes a message from `SQS`?"


def test_it_links_a_question_to_its_section(tmp_path: Path) -> None:
    section = question(tmp_path, WHO_DELETES).section
    assert section is not None
    assert section.title == "Who deletes it"
    assert section.url == "/modules/queues/lessons/message-life/#who-deletes-it"


def test_it_needs_no_section(tmp_path: Path) -> None:
    assert question(tmp_path, HOW_OFTEN).section is None


def test_it_leaves_a_section_out_when_the_lesson_itself_is_wrong(tmp_path: Path) -> None:
    path = write_question(tmp_path, WHO_DELETES)
    assert read_question(path, {**PAGES, "message-life": None}, Findings()).section is None


def test_it_gives_options_ids_that_tell_nothing_and_stay(tmp_path: Path) -> None:
    swapped = WHO_DELETES.replace("    correct: true\n", "").replace(
        "  - text: The producer\n", "  - text: The producer\n    correct: true\n"
    )
    one, other = options_of(tmp_path, WHO_DELETES), options_of(tmp_path, swapped)
    assert one.keys() == other.keys()
    assert len(one) == 3
    assert one != other


def test_it_gives_another_text_another_hash(tmp_path: Path) -> None:
    one = question(tmp_path, WHO_DELETES)
    other = question(tmp_path, WHO_DELETES.replace("The producer", "The sender"))
    assert one.content_hash == question(tmp_path, WHO_DELETES).content_hash
    assert one.content_hash != other.content_hash


def test_it_finds_what_is_wrong_with_a_text(tmp_path: Path) -> None:
    findings = Findings()
    path = write_question(tmp_path, WHO_DELETES.replace("The producer", "The <a>producer</a>"))
    read_question(path, PAGES, findings)
    [problem] = findings
    assert problem.line == 10
    assert problem.message.startswith("<a> is possible on a page alone")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    correct: true\n", "", "0 options are marked 'correct: true'; exactly one must be"),
        (
            "    misconception: receive deletes\n",
            "    correct: true\n",
            "2 options are marked 'correct: true'; exactly one must be",
        ),
        (
            "    correct: true\n",
            "    correct: true\n    misconception: Any\n",
            "the right option has a 'misconception'; move it to a wrong one",
        ),
        ("The producer", "The  consumer", "'The consumer' stands twice in options; name it once"),
        (
            "    feedback: Receiving only hides it.\n",
            "",
            "the wrong option 'The queue, once it is received' needs 'feedback' that says why",
        ),
        ("kind: multiple_choice", "kind: essay", "unknown kind 'essay'; there are: multiple_choi"),
        ("kind: multiple_choice\n", "", "the key 'kind' is missing"),
        ("prompt:", "promt:", "unknown key 'promt': did you mean 'prompt'?"),
        (
            "message-life#who-deletes-it",
            "message-life#nowhere",
            "section: the lesson 'message-life' has no anchor 'nowhere'; there are: who-deletes",
        ),
        (
            "message-life#who-deletes-it",
            "nothing#x",
            "section: there is no lesson 'nothing'; there are: message-life, retries",
        ),
        ("text: The producer", "text: ''", "options.2.text: string should have at least 1"),
    ],
)
def test_it_says_what_is_wrong_with_a_question(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in WHO_DELETES
    found = problems(tmp_path, WHO_DELETES.replace(old, new, 1))
    assert any(message in problem for problem in found), found


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [("#who-deletes-it", "#x", 13), ("multiple_choice", "essay", 1), ("prompt", "promt", 2)],
)
def test_it_points_to_the_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    found = problems(tmp_path, WHO_DELETES.replace(old, new))
    assert found[-1].startswith(f"{line}: ")
