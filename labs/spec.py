"""A lab as its author wrote it: lab.toml, brief, starter, checks, solutions and mistakes."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from labs.documents import Document, read_text, read_toml
from labs.errors import ContentError, Problem
from labs.files import check_files

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FILE_NAME = r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.[a-z]+$"
MIN_MISTAKES = 4

type Text = Annotated[str, Field(min_length=1, max_length=500)]


class Limits(Document):
    """What one grading may use."""

    wall_seconds: float = Field(default=10, gt=0, le=60)
    memory_mb: int = Field(default=256, ge=64, le=1024)
    output_kb: int = Field(default=64, ge=1, le=1024)


class Mistake(Document):
    """A wrong solution under mistakes/<name>/ and the check that must catch it."""

    name: str = Field(pattern=SLUG)
    caught_by: Text
    misconception: Text


class LabDocument(Document):
    """lab.toml."""

    title: Text
    summary: Text
    level: Literal["L1", "L2", "L3", "L4"]
    minutes: int = Field(gt=0, le=600)
    files: Annotated[tuple[Annotated[str, Field(pattern=FILE_NAME)], ...], Field(min_length=1)]
    real: Text
    simulated: Text
    limits: Limits = Limits()
    mistakes: Annotated[tuple[Mistake, ...], Field(min_length=MIN_MISTAKES)]


@dataclass(frozen=True)
class LabSpec:
    """A lab, read and validated. `slug` is "<module>/<lab>", `folder` where its files are."""

    slug: str
    folder: Path
    title: str
    summary: str
    level: str
    minutes: int
    real: str
    simulated: str
    limits: Limits
    brief: str
    file_names: tuple[str, ...]
    starter: Mapping[str, str]
    mistakes: tuple[Mistake, ...]
    content_hash: str

    @property
    def checks_path(self) -> Path:
        return self.folder / "checks.py"

    @property
    def solutions(self) -> tuple[Path, ...]:
        """The folders of the right solutions, by name."""
        return tuple(sorted(path for path in self.folder.glob("solutions/*") if path.is_dir()))


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
    toml = folder / "lab.toml"
    document = read_toml(toml, LabDocument)
    problems = [*_missing(folder, document), *_mismatched_mistakes(folder, document)]
    if problems:
        raise ContentError(problems)
    starter = {name: read_text(folder / "starter" / name) for name in document.files}
    return LabSpec(
        slug=slug,
        folder=folder,
        title=document.title,
        summary=document.summary,
        level=document.level,
        minutes=document.minutes,
        real=document.real,
        simulated=document.simulated,
        limits=document.limits,
        brief=read_text(folder / "brief.md"),
        file_names=document.files,
        starter=check_files(starter, allowed=document.files),
        mistakes=document.mistakes,
        content_hash=_content_hash(folder, document),
    )


def _missing(folder: Path, document: LabDocument) -> list[Problem]:
    needed = ["brief.md", "checks.py", *(f"starter/{name}" for name in document.files)]
    problems = [
        Problem(folder / name, 1, "is missing: every lab needs it")
        for name in needed
        if not (folder / name).is_file()
    ]
    if not any(path.is_dir() for path in folder.glob("solutions/*")):
        problems.append(
            Problem(folder / "lab.toml", 1, "has no solution: add a folder solutions/<name>/")
        )
    return problems


def _mismatched_mistakes(folder: Path, document: LabDocument) -> list[Problem]:
    listed = [mistake.name for mistake in document.mistakes]
    found = {path.name for path in folder.glob("mistakes/*") if path.is_dir()}
    toml = folder / "lab.toml"
    return [
        *(Problem(toml, 1, f"lists the mistake '{name}', but mistakes/{name}/ is missing")
          for name in listed if name not in found),
        *(Problem(toml, 1, f"does not list mistakes/{name}/: add a [[mistakes]] entry for it")
          for name in sorted(found - set(listed))),
        *(Problem(toml, 1, f"lists the mistake '{name}' twice")
          for name in sorted({name for name in listed if listed.count(name) > 1})),
    ]  # fmt: skip


def _content_hash(folder: Path, document: LabDocument) -> str:
    """Identifies what a grade depends on: a typing error mended in the brief changes no grade."""
    digest = hashlib.sha256()
    for part in (folder / "checks.py", *(folder / "starter" / name for name in document.files)):
        digest.update(hashlib.sha256(part.read_bytes()).digest())
    digest.update(document.model_dump_json(include={"files", "limits"}).encode())
    return digest.hexdigest()
