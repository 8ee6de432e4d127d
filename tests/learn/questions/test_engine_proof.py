"""Questions that are run where content is checked: in the real sandbox, by the real evaluator."""

import shutil
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from learn.questions.recordings import recording_path
from tests.learn.course_files import QUIZ, write_course
from tests.learn.questions.kinds.artefact_samples import PATTERN
from tests.learn.questions.kinds.output_samples import PRINTED, SNIPPET, WARM

pytestmark = pytest.mark.slow  # each run is a process in the sandbox

LOOP = 'for name in "AB":\n'
PRINT = "    print(name, len(seen))\n"
COUNTED = """\
kind: output
parameters:
  size: {choice: [1, 2, 3, 4, 5, 6]}
prompt: Pages of {{ size }}.
snippet: print(len(range(7)[::{{ size }}]))
explanation: It rounds up.
"""


def course(folder: Path, **questions: str) -> Path:
    """The small course, with these questions in its quiz."""
    names = ", ".join(f'"{name}"' for name in questions)
    files = {f"queues/questions/{name}.yaml": text for name, text in questions.items()}
    quiz = QUIZ.replace('questions = ["who-deletes", "how-often"]', f"questions = [{names}]")
    quizzes = {"queues/quizzes/check.toml": quiz} if questions else {}
    written = write_course(folder / "content", files | quizzes)
    shutil.rmtree(written / "queues/labs")
    for unused in ("who-deletes", "how-often"):
        (written / f"queues/questions/{unused}.yaml").unlink()
    (written / "queues/module.toml").write_text(
        'title = "Queues"\nsummary = "They wait."\nquizzes = ["check"]\n'
    )
    return written


def run(command: str, content: Path) -> tuple[int, list[str]]:
    """Exit status and what is wrong, each in a line."""
    errors = StringIO()
    try:
        call_command(command, str(content), stdout=StringIO(), stderr=errors)
    except SystemExit as end:
        return int(str(end.code)), errors.getvalue().splitlines()
    return 0, errors.getvalue().splitlines()


def wrong(content: Path, commands: Sequence[str] = ("record_outputs", "check_content")) -> str:
    """What is wrong, in the only line of the last command; those before it find nothing."""
    *before, last = commands
    assert [run(command, content) for command in before] == [(0, [])] * len(before)
    status, lines = run(last, content)
    assert status == 1
    [line] = lines
    return line


def test_it_records_what_is_printed_and_finds_it_again(tmp_path: Path) -> None:
    content = course(tmp_path, warm=WARM, counted=COUNTED, pattern=PATTERN)
    path = content / "queues/questions/warm.yaml"
    assert run("record_outputs", content) == (0, [])
    assert PRINTED.replace("\n", "\\n") in recording_path(path).read_text()
    written = recording_path(path).stat().st_mtime_ns
    assert run("check_content", content) == (0, [])
    assert run("record_outputs", content) == (0, [])
    assert recording_path(path).stat().st_mtime_ns == written


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (PRINT, "    print(name, missing)\n", "does not run: crashed"),
        (LOOP, "for name in\n", "does not run: "),
        (LOOP, "while True:\n    name = 1\n", "does not run: "),
        (PRINT, "    pass\n", "prints nothing: there is nothing to ask for"),
        (PRINT, "    print('x' * 2001)\n", "prints more than 2,000 characters"),
        (PRINT, "    import uuid; print(uuid.uuid4())\n", "let it print the same each time"),
        (PRINT, "    print(open('/etc/passwd').read())\n", "does not run: crashed"),
    ],
)
def test_it_records_no_snippet_that_cannot_be_asked(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    snippet = SNIPPET.replace(old, new).replace("\n", "\n  ")
    text = f"kind: output\nprompt: What?\nsnippet: |\n  {snippet}\nexplanation: So.\n"
    content = course(tmp_path, broken=text)
    line = wrong(content, ["record_outputs"])
    assert "broken.yaml:3: the snippet " in line
    assert problem in line
    assert not recording_path(content / "queues/questions/broken.yaml").exists()


def test_it_finds_an_output_that_was_typed_by_hand(tmp_path: Path) -> None:
    content = course(tmp_path, warm=WARM)
    run("record_outputs", content)
    recording = recording_path(content / "queues/questions/warm.yaml")
    recording.write_text(recording.read_text().replace("B 2", "B 3"))
    assert wrong(content, ["check_content"]).endswith(
        "warm.yaml:3: the snippet prints 'A 1 / B 2', but 'A 1 / B 3' is recorded: "
        "run 'manage.py record_outputs'"
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('[">=", 100]}]}}\nmis', '[">=", 500]}]}}\nmis', "a solution must pass, but the case"),
        (
            "caught_by: An order of 20",
            "caught_by: A cancelled order",
            "must be caught by 'A cancelled order' first, but the case 'An order of 20' gives",
        ),
        (
            "caught_by: invalid",
            "caught_by: An order of 20",
            "first, but it is invalid",
        ),
        ('\'{"source": "shop"}\'', '\'{"source": ["shop"]}\'', "must be caught by 'invalid'"),
    ],
)
def test_it_runs_solutions_and_mistakes(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in PATTERN
    line = wrong(course(tmp_path, pattern=PATTERN.replace(old, new)), ["check_content"])
    assert "pattern.yaml:" in line
    assert problem in line
