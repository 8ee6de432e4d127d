"""What is said of recordings without running anything."""

from pathlib import Path

import pytest

from labs import ContentError
from learn.questions.recordings import (
    read_recording,
    recording_path,
    stray_recordings,
    write_recording,
)
from tests.learn.questions.question_files import write_question


def test_it_reads_what_it_wrote(tmp_path: Path) -> None:
    path = write_question(tmp_path, "kind: output\n")
    assert read_recording(path) == {}
    assert write_recording(path, {"a": "\u2603\n1"})
    assert read_recording(path) == {"a": "\u2603\n1"}
    assert not write_recording(path, {"a": "\u2603\n1"})


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{" * 5_000, '{"a": "b"'])
def test_it_refuses_what_is_no_recording(tmp_path: Path, text: str) -> None:
    path = write_question(tmp_path, "kind: output\n")
    recording_path(path).write_text(text)
    with pytest.raises(ContentError) as refused:
        read_recording(path)
    [problem] = refused.value.problems
    assert problem.path.name == "asked.output.json"
    assert problem.message == "is no recording: delete it, and run 'manage.py record_outputs'"


def test_it_finds_a_recording_whose_question_is_gone(tmp_path: Path) -> None:
    path = write_question(tmp_path, "kind: output\n")
    write_recording(path, {})
    assert list(stray_recordings(path.parent)) == []
    path.unlink()
    [problem] = stray_recordings(path.parent)
    assert problem.message == "is of no question, as there is no asked.yaml: delete it"
