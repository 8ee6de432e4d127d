"""What authors may write: the strict models of the course's files."""

import re
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from labs import Document

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LESSON_NAME = re.compile(r"(?P<number>\d+)-(?P<slug>[a-z0-9]+(-[a-z0-9]+)*)\.md")

type Slug = Annotated[str, Field(pattern=SLUG, max_length=60)]
type Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^\S[^\n]*$")]
type Markdown = Annotated[str, Field(min_length=1, max_length=5_000, pattern=r"\S")]
type SectionLink = Annotated[str, Field(pattern=r"^[a-z0-9-]+#[^\s#]+$")]


class CourseDocument(Document):
    """course.toml: the modules in the order in which they are taught."""

    title: Line
    summary: Line
    modules: Annotated[tuple[Slug, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _modules_differ(self) -> Self:
        _require_distinct("modules", self.modules)
        return self


class QuizDocument(Document):
    """The table [quiz] of module.toml. Questions are file names without .yaml."""

    title: Line
    intro: Markdown | None = None
    questions: Annotated[tuple[Slug, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _questions_differ(self) -> Self:
        _require_distinct("questions", self.questions)
        return self


class ModuleDocument(Document):
    """module.toml. Lessons are found by their files' names: 01-first.md, 02-second.md."""

    title: Line
    summary: Line
    labs: tuple[Slug, ...] = ()
    quiz: QuizDocument | None = None

    @model_validator(mode="after")
    def _labs_differ(self) -> Self:
        _require_distinct("labs", self.labs)
        return self


class LessonDocument(Document):
    """The front matter of a lesson."""

    title: Line
    summary: Line
    minutes: Annotated[int, Field(gt=0, le=240)]
    objectives: Annotated[tuple[Line, ...], Field(min_length=1)]


class QuestionHead(Document):
    """What is read first of a question: its kind decides which model reads the file."""

    model_config = ConfigDict(extra="ignore")

    kind: Literal["multiple_choice"]


class OptionDocument(Document):
    """One answer to choose. `misconception` names the wrong idea behind it, for instructors."""

    text: Markdown
    correct: bool = False
    feedback: Markdown | None = None
    misconception: Line | None = None


class MultipleChoiceDocument(Document):
    """A question with exactly one right option; every wrong one says why it is wrong."""

    kind: Literal["multiple_choice"]
    prompt: Markdown
    options: Annotated[tuple[OptionDocument, ...], Field(min_length=2, max_length=8)]
    explanation: Markdown
    section: SectionLink | None = None

    @model_validator(mode="after")
    def _one_option_is_right(self) -> Self:
        right = sum(option.correct for option in self.options)
        if right != 1:
            raise ValueError(f"{right} options are marked 'correct: true'; exactly one must be")
        return self

    @model_validator(mode="after")
    def _options_differ(self) -> Self:
        _require_distinct("options", [" ".join(option.text.split()) for option in self.options])
        return self

    @model_validator(mode="after")
    def _wrong_options_explain(self) -> Self:
        for option in self.options:
            if not option.correct and not option.feedback:
                raise ValueError(
                    f"the wrong option '{option.text.strip()}' needs 'feedback' that says why"
                )
        return self


QUESTION_DOCUMENTS = {"multiple_choice": MultipleChoiceDocument}


def _require_distinct(name: str, values: tuple[str, ...] | list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"'{value}' stands twice in {name}; name it once")
