"""Drafts of other systems to files of ours: proven by our own reader, and placed all at once."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import override

import yaml

from learn.prose.findings import Findings
from learn.questions.exchange.carried import ExchangeError, Json, Note, Reading
from learn.questions.exchange.text import slug_of
from learn.questions.reading import read_question

type Files = dict[str, str]
"""`{slug: YAML}`."""

WIDTH = 96


def prove(reading: Reading, fill: str = "") -> tuple[Files, list[Note]]:
    """The files of the drafts that are whole, and notes on those that are not.

    `fill` stands for feedback and explanations that the other system did not have; without it,
    questions that lack them are left out.
    """
    files: Files = {}
    notes = list(reading.notes)
    with tempfile.TemporaryDirectory() as folder:
        questions = Path(folder) / "imported" / "questions"
        questions.mkdir(parents=True)
        for draft in reading.drafts:
            slug = slug_of(draft.name, set(files))
            document = _filled(draft.document, fill) if fill else draft.document
            path = questions / f"{slug}.yaml"
            path.write_text(to_yaml(document), encoding="utf-8")
            faults = list(_gaps(document)) or _faults(path)
            if faults:
                notes.append(Note(draft.name[:80], "; ".join(faults), is_left_out=True))
            else:
                files[slug] = path.read_text(encoding="utf-8")
    return files, notes


def _silent(document: Json) -> list[Json]:
    """The wrong options without feedback."""
    options: Sequence[Json] = document.get("options", ())
    return [each for each in options if not each.get("correct") and not each.get("feedback")]


def _gaps(document: Json) -> Iterator[str]:
    """What other systems let an author leave out."""
    missing = []
    if silent := len(_silent(document)):
        missing.append(f"feedback on {silent} wrong option{'s' if silent > 1 else ''}")
    if not document.get("explanation"):
        missing.append("explanation (general feedback)")
    if missing:
        yield f"it has no {' and no '.join(missing)}; write it there, or give --fill a sentence"


def _filled(document: Json, fill: str) -> Json:
    silent = _silent(document)
    filled = {**document, "explanation": document.get("explanation") or fill}
    if "options" in document:
        options = document["options"]
        filled["options"] = [{**o, "feedback": fill} if o in silent else o for o in options]
    return filled


def _faults(path: Path) -> list[str]:
    """What our reader says about the file, without the place, which nobody can look up."""
    findings = Findings()
    with findings:
        read_question(path, {}, findings)
    return list(dict.fromkeys(problem.message for problem in findings))[:5]


class _Dumper(yaml.SafeDumper):
    """Writes YAML as authors do: longer texts as blocks, lists set in."""

    @override
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(document: Json) -> str:
    """The document as a question file."""
    written: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH
    )
    return written


def place(files: Mapping[Path, str], *, force: bool = False) -> None:
    """Write all files, or none.

    Raises:
        ExchangeError: one is there already, or the folder cannot be written to.
    """
    there = sorted(path.name for path in files if path.exists())
    if there and not force:
        raise ExchangeError(
            f"Nothing was written, because these are there already: {', '.join(there)}. "
            "Rename the questions, or give --force to write over them."
        )
    folders = {path.parent for path in files}
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=".import-") as waiting:
                _move(files, folder, Path(waiting))
    except OSError as error:
        raise ExchangeError(f"Nothing was written: {error.strerror or error}.") from None


def _move(files: Mapping[Path, str], folder: Path, waiting: Path) -> None:
    """Everything is on the disk before the first file gets its name; a failure undoes all."""
    mine = [path for path in files if path.parent == folder]
    for path in mine:
        (waiting / path.name).write_text(files[path], encoding="utf-8")
    done: list[Path] = []
    try:
        for path in mine:
            if path.exists():
                shutil.copy2(path, waiting / f"old-{path.name}")
            (waiting / path.name).replace(path)
            done.append(path)
    except OSError:
        for path in done:
            old = waiting / f"old-{path.name}"
            old.replace(path) if old.exists() else path.unlink()
        raise
