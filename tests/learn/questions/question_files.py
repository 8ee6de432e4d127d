"""Writes question files, and reads them as the course does."""

import textwrap
from pathlib import Path

from learn.prose.findings import Findings
from learn.prose.rendering import render_page
from learn.questions.question import Question
from learn.questions.reading import read_question
from learn.questions.recordings import Recording, write_recording

PAGES = {
    "message-life": render_page("A message waits.\n\n## Who deletes it\n\nThe consumer.\n"),
    "retries": render_page("## Again\n\nAnd again.\n"),
}


def write_question(folder: Path, text: str, recording: Recording | None = None) -> Path:
    """The file of the question queues/asked, and what its snippets print."""
    path = folder / "queues/questions/asked.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    if recording:
        write_recording(path, recording)
    return path


def question(folder: Path, text: str, recording: Recording | None = None) -> Question:
    """The question in a file with this text; nothing in the file is found wrong."""
    findings = Findings()
    read = read_question(write_question(folder, text, recording), PAGES, findings)
    assert list(findings) == []
    return read


def problems(folder: Path, text: str) -> list[str]:
    """What is wrong with a file with this text: "line: message"."""
    findings = Findings()
    path = write_question(folder, text)
    with findings:
        read_question(path, PAGES, findings)
    return [f"{problem.line}: {problem.message}" for problem in findings]


def all_problems(folder: Path, text: str, recording: Recording | None = None) -> list[str]:
    """As `problems`, with what the course goes on after; none of a file that is right."""
    findings = Findings()
    path = write_question(folder, text, recording)
    with findings:
        read_question(path, PAGES, findings)
    return [f"{problem.line}: {problem.message}" for problem in sorted(findings)]
