"""The kinds of questions. A new one is a module here, a line below, and its two templates."""

from typing import Any

from learn.questions.kinds import (
    artefact,
    matching,
    multiple_choice,
    multiple_select,
    numeric,
    ordering,
    output,
    short_text,
)
from learn.questions.question import Kind

KINDS: dict[str, Kind[Any]] = {
    "multiple_choice": multiple_choice.KIND,
    "multiple_select": multiple_select.KIND,
    "numeric": numeric.KIND,
    "ordering": ordering.KIND,
    "matching": matching.KIND,
    "short_text": short_text.KIND,
    "output": output.KIND,
    "artefact": artefact.KIND,
}
