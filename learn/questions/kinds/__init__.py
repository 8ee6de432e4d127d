"""The kinds of questions. A new one is a module here, a line below, and its two templates."""

from typing import Any

from learn.questions.kinds import multiple_choice
from learn.questions.question import Kind

KINDS: dict[str, Kind[Any]] = {
    "multiple_choice": multiple_choice.KIND,
}
