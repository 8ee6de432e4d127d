"""What authors may write: the strict models of the course's files."""

import re
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from labs import Document
from learn.catalog.rules import Review, RulesDocument, check_review
from learn.questions.documents import Line, Markdown, Slug, require_distinct

LESSON_NAME = re.compile(r"(?P<number>\d+)-(?P<slug>[a-z0-9]+(-[a-z0-9]+)*)\.md")

type ExamCode = Annotated[str, Field(pattern=r"^[A-Z]{3}-C\d{2}$")]
type SkillNumber = Annotated[str, Field(pattern=r"^\d+(\.\d+){1,2}$")]
type Points = Annotated[int, Field(ge=1, le=100)]


class CourseDocument(Document):
    """course.toml: the modules in the order in which they are taught."""

    title: Line
    summary: Line
    modules: Annotated[tuple[Slug, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _modules_differ(self) -> Self:
        require_distinct("modules", self.modules)
        return self


class DrawDocument(Document):
    """A table [[draw]] of a quiz: which questions of the module may be drawn. All filters hold."""

    count: Annotated[int, Field(ge=1, le=100)]
    points: Points = 1
    questions: Annotated[tuple[Slug, ...], Field(min_length=1)] | None = None
    lesson: Slug | None = None
    concepts: Annotated[tuple[Slug, ...], Field(min_length=1)] | None = None
    kinds: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


class QuizDocument(Document):
    """quizzes/<slug>.toml. Questions are names of files in questions/, without .yaml."""

    title: Line
    intro: Markdown | None = None
    lesson: Slug | None = None
    questions: tuple[Slug, ...] = ()
    points: Annotated[dict[Slug, Points], Field(default_factory=dict)]
    draw: tuple[DrawDocument, ...] = ()
    rules: RulesDocument = RulesDocument()
    review: Review = Review()

    @model_validator(mode="after")
    def _questions_differ_and_are_there(self) -> Self:
        require_distinct("questions", self.questions)
        if not self.questions and not self.draw:
            raise ValueError("names no question: add 'questions', or a table [[draw]]")
        for slug in self.points:
            if slug not in self.questions:
                raise ValueError(f"points: '{slug}' is not in 'questions'")
        return self

    @model_validator(mode="after")
    def _review_comes(self) -> Self:
        check_review(self.rules, self.review)
        return self


class ModuleDocument(Document):
    """module.toml. Lessons are found by their files' names: 01-first.md, 02-second.md.

    `after` are the modules that a reader should know before. `skills` are those of exams that the
    module is about: {"DVA-C03": ["1.1.2"]}.
    """

    title: Line
    summary: Line
    after: tuple[Slug, ...] = ()
    quizzes: tuple[Slug, ...] = ()
    labs: tuple[Slug, ...] = ()
    skills: Mapping[ExamCode, tuple[SkillNumber, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        require_distinct("after", self.after)
        require_distinct("quizzes", self.quizzes)
        require_distinct("labs", self.labs)
        return self


class PageDocument(Document):
    """The front matter of a page beside the modules."""

    title: Line
    summary: Line


class LessonDocument(Document):
    """The front matter of a lesson."""

    title: Line
    summary: Line
    minutes: Annotated[int, Field(gt=0, le=240)]
    objectives: Annotated[tuple[Line, ...], Field(min_length=1)]
