"""What authors may write in every question file. What one kind adds stands in its own module."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from labs import Document
from learn.prose.facts import FACT_ID
from learn.questions.parameters.documents import Expression, Parameters

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"

type Slug = Annotated[str, Field(pattern=SLUG, max_length=60)]
type Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^\S[^\n]*$")]
type Markdown = Annotated[str, Field(min_length=1, max_length=5_000, pattern=r"\S")]
type FactId = Annotated[str, Field(pattern=f"^{FACT_ID.pattern}$")]
type SectionLink = Annotated[str, Field(pattern=r"^[a-z0-9-]+#[^\s#]+$")]
type Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]


class KindDocument(Document):
    """What is read first of a question: its kind decides which model reads the file."""

    model_config = ConfigDict(extra="ignore")

    kind: str


class QuestionDocument(Document):
    """The keys of every kind.

    `concepts` join questions with labs: a failed check has the questions of its concepts reviewed.
    `skills` are those of exams ("DVA-C03 1.2.3"), `facts` the ids in facts.toml on which the
    question rests. Where there are `parameters`, every text may have `{{ expression }}`; values
    are drawn again until all of `require` is true.
    """

    kind: str
    parameters: Parameters = Field(default_factory=dict)
    require: Annotated[tuple[Expression, ...], Field(max_length=10)] = ()
    prompt: Markdown
    hints: Annotated[tuple[Markdown, ...], Field(max_length=5)] = ()
    explanation: Markdown
    section: SectionLink | None = None
    concepts: tuple[Slug, ...] = ()
    objective: Line | None = None
    skills: tuple[Line, ...] = ()
    bloom: Bloom | None = None
    facts: tuple[FactId, ...] = ()

    def values_seed(self, seed: int) -> int:
        """The seed of the parameters: a kind that knows few variants makes few of it."""
        return seed


def require_distinct(name: str, values: Sequence[str]) -> None:
    """Refuse a value that stands twice.

    Raises:
        ValueError: which one.
    """
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"'{value}' stands twice in {name}; name it once")
