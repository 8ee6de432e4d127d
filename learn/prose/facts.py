"""Facts that lessons and questions rest on: each with its source and the day it was read.

A lesson cites one as a footnote of its id, `[^A1]`, and the note is written here: so a fact that
changes is changed once, and every place that rests on it is known.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

FACT_ID = re.compile(r"[A-Z]{1,3}\d{1,3}[a-z]?")
CITATION = re.compile(r"\[\^(?P<id>[A-Z]{1,3}\d{1,3}[a-z]?)\](?!:)")


@dataclass(frozen=True)
class Fact:
    """One checkable statement. `review_by` is when somebody shall look at its source again."""

    id: str
    statement: str
    source: str
    url: str
    reviewed: dt.date
    review_by: dt.date

    @property
    def note(self) -> str:
        """The footnote, in Markdown."""
        day = f"{self.reviewed.day} {self.reviewed:%B %Y}"
        return f"{self.statement} Source: [{self.source}]({self.url}), read on {day}."


def cited(text: str) -> list[str]:
    """The ids that a text cites, each once, in order."""
    return list(dict.fromkeys(CITATION.findall(text)))


def with_notes(text: str, facts: Mapping[str, Fact]) -> str:
    """The text, with a footnote below for each fact that it cites."""
    notes = [f"[^{name}]: {facts[name].note}" for name in cited(text) if name in facts]
    return "\n\n".join([text, *notes]) if notes else text
