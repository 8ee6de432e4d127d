"""What the playground's page shows when it opens."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from learn.playground.examples import CourseExample
from learn.playground.models import PlaygroundRun, Snippet
from learn.playground.programs import BLANK


@dataclass(frozen=True)
class DeskFile:
    """One file of the program."""

    name: str
    text: str

    @property
    def rows(self) -> int:
        """Lines to show at once."""
        return min(max(self.text.count("\n") + 3, 16), 32)


@dataclass(frozen=True)
class Desk:
    """A program in the editor, and where it comes from.

    `base` names it for the browser's drafts: one that is older than `since` counts no more.
    """

    files: Mapping[str, str]
    base: str
    title: str = ""
    since: dt.datetime | None = None
    snippet: Snippet | None = None
    example: CourseExample | None = None
    is_restored: bool = False

    @property
    def shown_files(self) -> list[DeskFile]:
        return [DeskFile(name, text) for name, text in self.files.items()]

    @property
    def since_ms(self) -> int:
        """Milliseconds since 1970, as JavaScript counts."""
        return round(self.since.timestamp() * 1000) if self.since else 0


def desk_with_last(run: PlaygroundRun | None) -> Desk:
    """The program that was run last, or a blank one."""
    if run is None:
        return Desk(BLANK, base="new")
    return Desk(run.files, base="new", since=run.created_at)


def desk_with_snippet(snippet: Snippet) -> Desk:
    return Desk(
        snippet.files,
        base=str(snippet.pk),
        title=snippet.name,
        since=snippet.changed_at,
        snippet=snippet,
    )


def desk_with_example(example: CourseExample) -> Desk:
    base = f"{example.module}/{example.lesson.slug}/{example.number}"
    return Desk(example.files, base=base, title=example.title, example=example)
