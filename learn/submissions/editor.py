"""What the lab page's editor shows when it opens."""

from collections.abc import Mapping
from dataclasses import dataclass

from learn.catalog.catalogue import LabSpec
from learn.submissions.drafts import Version
from learn.submissions.kept import KeptCode


@dataclass(frozen=True)
class EditorFile:
    """One file of the lab."""

    name: str
    text: str
    starter: str

    @property
    def rows(self) -> int:
        """Lines to show at once."""
        return min(max(self.text.count("\n") + 3, 16), 32)


@dataclass(frozen=True)
class Editor:
    """The files. `base` names what they were filled with: a draft tells by it what it changed."""

    files: tuple[EditorFile, ...]
    base: str
    restored: bool = False


def open_editor(spec: LabSpec, newest: Version | None, kept: KeptCode | None) -> Editor:
    """Code that was kept over a log-in, else the newest version, else the starter."""
    if kept:
        return Editor(_files(spec, kept.files), base=kept.token, restored=True)
    if newest:
        return Editor(_files(spec, newest.files), base=str(newest.key))
    return Editor(_files(spec, spec.starter), base="starter")


def editor_with(spec: LabSpec, files: Mapping[str, str]) -> Editor:
    """The files as they were sent, after they were refused."""
    return Editor(_files(spec, files), base="refused")


def _files(spec: LabSpec, texts: Mapping[str, str]) -> tuple[EditorFile, ...]:
    return tuple(
        EditorFile(name, text=texts.get(name, starter), starter=starter)
        for name, starter in spec.starter.items()
    )
