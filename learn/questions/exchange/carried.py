"""What goes from one system to another, and what stays behind."""

from dataclasses import dataclass, field
from typing import Any, override

type Json = dict[str, Any]


class ExchangeError(Exception):
    """The file cannot be read, or not be written; the text is a sentence that says what to do."""


class CannotCarryError(Exception):
    """One question stays behind; the text says why."""


@dataclass(frozen=True)
class Note:
    """What became of one question. `is_left_out`: all of it stays behind, not only a part."""

    name: str
    text: str
    is_left_out: bool = False

    @override
    def __str__(self) -> str:
        what = "is left out:" if self.is_left_out else "is carried,"
        return f"{self.name} {what} {self.text}"


@dataclass(frozen=True)
class Draft:
    """A question that came in: the keys of our files, which nobody has looked at yet."""

    name: str
    document: Json


@dataclass
class Reading:
    """What was found in a file of another system."""

    drafts: list[Draft] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
