"""A lab as its author wrote it: lab.toml, brief, starter, checks, solutions and mistakes."""

import hashlib
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from labs.behaviours import services
from labs.documents import Document, line_of, read_text, read_toml
from labs.errors import ContentError, Problem
from labs.files import MAX_FILE_BYTES, MAX_FILES, read_files

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FILE_NAME = r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.[a-z]+$"
MIN_SOLUTIONS = 2
MIN_MISTAKES = 4
HINTS = 3

type FileName = Annotated[str, Field(pattern=FILE_NAME)]
type Text = Annotated[str, Field(min_length=1, max_length=500)]
type Slug = Annotated[str, Field(pattern=SLUG, max_length=60)]


class Limits(Document):
    """What one grading may use; `cpu_seconds` each process of it."""

    wall_seconds: float = Field(default=10, gt=0, le=60)
    cpu_seconds: int = Field(
        default_factory=lambda fields: math.ceil(fields["wall_seconds"]) + 1, ge=1, le=120
    )
    memory_mb: int = Field(default=256, ge=64, le=1024)
    output_kb: int = Field(default=64, ge=1, le=1024)
    aws_calls: int = Field(default=2000, ge=1, le=5000)


class Mistake(Document):
    """A wrong solution under mistakes/<name>/ and the check that must catch it."""

    name: str = Field(pattern=SLUG)
    caught_by: Text
    misconception: Text


class LabDocument(Document):
    """lab.toml. `concepts` says for a check's id what somebody should review who fails it.

    `hints` are Markdown: where to look, which idea it takes, and almost the answer.
    """

    title: Text
    summary: Text
    level: Literal["L1", "L2", "L3", "L4"]
    minutes: int = Field(gt=0, le=600)
    files: Annotated[tuple[FileName, ...], Field(min_length=1, max_length=MAX_FILES)]
    real: Text
    simulated: Text
    services: tuple[str, ...] = ()
    hints: tuple[Text, ...] = ()
    limits: Limits = Limits()
    mistakes: Annotated[tuple[Mistake, ...], Field(min_length=MIN_MISTAKES)]
    concepts: Mapping[str, Annotated[tuple[Slug, ...], Field(min_length=1)]] = {}

    @field_validator("hints")
    @classmethod
    def _come_in_steps(cls, hints: tuple[str, ...]) -> tuple[str, ...]:
        if len(hints) not in (0, HINTS):
            raise ValueError(
                f"{len(hints)} hint(s) instead of {HINTS}: where to look, which idea it takes, "
                "and almost the answer"
            )
        return hints


@dataclass(frozen=True)
class LabSpec:
    """A lab, read and validated. `slug` is "<module>/<lab>", `folder` where its files are.

    `services` are those of `labs.behaviours` whose tables its label shows. `concepts` maps the ids
    of checks to the concepts that they test; a check may have none.
    """

    slug: str
    folder: Path
    title: str
    summary: str
    level: str
    minutes: int
    real: str
    simulated: str
    services: tuple[str, ...]
    limits: Limits
    brief: str
    file_names: tuple[str, ...]
    starter: Mapping[str, str]
    mistakes: tuple[Mistake, ...]
    content_hash: str
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: tuple[str, ...] = ()

    @property
    def checks_path(self) -> Path:
        return self.folder / "checks.py"

    @property
    def solutions(self) -> tuple[Path, ...]:
        """The folders of the right solutions, by name."""
        return _folders(self.folder, "solutions")

    def concepts_line(self, check: str) -> int:
        """Where lab.toml gives the check its concepts."""
        toml = self.folder / "lab.toml"
        header = line_of(toml, r"^\s*\[concepts\]")
        key = re.compile(rf"^\s*[\"']?{re.escape(check)}[\"']?\s*=")
        below = enumerate(read_text(toml).split("\n")[header:], start=header + 1)
        return next((number for number, line in below if key.match(line)), header)


def content_dirs() -> tuple[Path, ...]:
    """The folders with courses: CONTENT_DIRS, split like PATH, or this project's content/."""
    configured = os.environ.get("CONTENT_DIRS", "")
    folders = [Path(part) for part in configured.split(os.pathsep) if part]
    return tuple(folders) or (Path(__file__).resolve().parent.parent / "content",)


def find_lab(slug: str) -> LabSpec | None:
    """The lab with the slug "<module>/<lab>" in the content folders, or None.

    Raises:
        ContentError: it is there but wrong.
    """
    labs = {
        f"{folder.parent.parent.name}/{folder.name}": folder
        for root in reversed(content_dirs())
        for folder in root.glob("*/labs/*")
    }
    return load_lab(labs[slug], slug=slug) if slug in labs else None


def load_lab(folder: Path, *, slug: str) -> LabSpec:
    """Read and validate a lab's folder; `checks.py` is not run.

    Raises:
        ContentError: with every problem that was found.
    """
    document = read_toml(folder / "lab.toml", LabDocument)
    problems = [
        *_missing(folder),
        *_mismatched_mistakes(folder, document),
        *_misplaced(folder, document),
        *_unknown_services(folder, document),
    ]
    if problems:
        raise ContentError(problems)
    read_text(folder / "checks.py")
    return LabSpec(
        slug=slug,
        folder=folder,
        title=document.title,
        summary=document.summary,
        level=document.level,
        minutes=document.minutes,
        real=document.real,
        simulated=document.simulated,
        services=document.services,
        limits=document.limits,
        brief=_read_brief(folder / "brief.md"),
        file_names=document.files,
        starter={name: read_code(folder / "starter" / name) for name in document.files},
        mistakes=document.mistakes,
        content_hash=_content_hash(folder, document),
        concepts=document.concepts,
        hints=document.hints,
    )


def _unknown_services(folder: Path, document: LabDocument) -> Iterator[Problem]:
    known = services()
    for name in document.services:
        if name not in known:
            line = line_of(folder / "lab.toml", r"^\s*services")
            yield Problem(
                folder / "lab.toml",
                line,
                f"services: {name!r} is none of those in SIMULATION.md: {', '.join(known)}",
            )


def read_code(path: Path) -> str:
    """A starter's, solution's or mistake's file, which must be one that could be submitted.

    Raises:
        ContentError: it is too large, or no text.
    """
    text = read_text(path)
    if len(text.encode()) > MAX_FILE_BYTES:
        message = f"is larger than {MAX_FILE_BYTES // 1024} KiB, and could not be submitted"
        raise ContentError([Problem(path, 1, f"{message}: shorten it")])
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ContentError([Problem(path, line, "contains a NUL byte: it must be a text file")])
    return text


def _read_brief(path: Path) -> str:
    text = read_text(path)
    if not text.strip():
        raise ContentError([Problem(path, 1, "is empty: say what the code must do")])
    return text


def _missing(folder: Path) -> Iterator[Problem]:
    for name in ("brief.md", "checks.py"):
        if not (folder / name).is_file():
            yield Problem(folder / name, 1, "is missing: every lab needs it")
    count = len(_folders(folder, "solutions"))
    if count < MIN_SOLUTIONS:
        message = f"has {count} solution(s) and needs {MIN_SOLUTIONS}, written differently"
        yield Problem(folder / "lab.toml", 1, f"{message}: add folders solutions/<name>/")


def _mismatched_mistakes(folder: Path, document: LabDocument) -> Iterator[Problem]:
    toml = folder / "lab.toml"
    listed = [mistake.name for mistake in document.mistakes]
    found = {path.name for path in _folders(folder, "mistakes")}
    for name in sorted(set(listed)):
        if name not in found:
            message = f"lists the mistake '{name}', but mistakes/{name}/ is missing"
            yield Problem(toml, mistake_line(toml, name), message)
        if listed.count(name) > 1:
            message = f"lists the mistake '{name}' twice"
            yield Problem(toml, mistake_line(toml, name), message)
    for name in sorted(found - set(listed)):
        message = f"does not list mistakes/{name}/: add a [[mistakes]] entry for it"
        yield Problem(toml, line_of(toml, r"^\s*\[\[mistakes"), message)


def _misplaced(folder: Path, document: LabDocument) -> Iterator[Problem]:
    """The starter, each solution and each mistake hold the lab's files, and no others."""
    for kind in ("solutions", "mistakes"):
        for path in sorted(folder.glob(f"{kind}/[!.]*")):
            if path.is_file():
                yield Problem(path, 1, f"is in no folder: move it into {kind}/<name>/")
    codes = (folder / "starter", *_folders(folder, "solutions"), *_folders(folder, "mistakes"))
    for code in codes:
        try:
            found = set(read_files(code))
        except OSError as error:
            yield Problem(code, 1, f"cannot be read: {error.strerror}")
            continue
        for name in sorted(set(document.files) - found):
            yield Problem(code / name, 1, "is missing: it is one of the lab's files")
        for name in sorted(found - set(document.files)):
            message = "is none of the lab's files: remove it, or add it to files in lab.toml"
            yield Problem(code / name, 1, message)


def _folders(folder: Path, kind: str) -> tuple[Path, ...]:
    """The folders of the lab's solutions or mistakes, by name."""
    return tuple(path for path in sorted(folder.glob(f"{kind}/[!.]*")) if path.is_dir())


def mistake_line(toml: Path, name: str) -> int:
    """Where lab.toml lists the mistake."""
    return line_of(toml, rf"name\s*=\s*[\"']{re.escape(name)}[\"']")


def _content_hash(folder: Path, document: LabDocument) -> str:
    """Identifies what a grade depends on: a typing error mended in the brief changes no grade."""
    digest = hashlib.sha256()
    for part in (folder / "checks.py", *(folder / "starter" / name for name in document.files)):
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    digest.update(document.model_dump_json(include={"files", "limits"}).encode())
    return digest.hexdigest()
