"""What authors may write: the strict models of the course's files."""

import re
from typing import Annotated, Self

from pydantic import Field, model_validator

from labs import Document
from learn.questions.documents import Line, Markdown, Slug, require_distinct

LESSON_NAME = re.compile(r"(?P<number>\d+)-(?P<slug>[a-z0-9]+(-[a-z0-9]+)*)\.md")


class CourseDocument(Document):
    """course.toml: the modules in the order in which they are taught."""

    title: Line
    summary: Line
    modules: Annotated[tuple[Slug, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _modules_differ(self) -> Self:
        require_distinct("modules", self.modules)
        return self


class QuizDocument(Document):
    """The table [quiz] of module.toml. Questions are file names without .yaml."""

    title: Line
    intro: Markdown | None = None
    questions: Annotated[tuple[Slug, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _questions_differ(self) -> Self:
        require_distinct("questions", self.questions)
        return self


class ModuleDocument(Document):
    """module.toml. Lessons are found by their files' names: 01-first.md, 02-second.md."""

    title: Line
    summary: Line
    labs: tuple[Slug, ...] = ()
    quiz: QuizDocument | None = None

    @model_validator(mode="after")
    def _labs_differ(self) -> Self:
        require_distinct("labs", self.labs)
        return self


class LessonDocument(Document):
    """The front matter of a lesson."""

    title: Line
    summary: Line
    minutes: Annotated[int, Field(gt=0, le=240)]
    objectives: Annotated[tuple[Line, ...], Field(min_length=1)]
