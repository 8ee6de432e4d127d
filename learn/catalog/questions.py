"""Question files to questions. A new kind is a document, a class in course.py, and a reader."""

from collections.abc import Callable, Mapping
from pathlib import Path

from labs import ContentError, Problem, read_text, read_yaml
from learn.catalog.course import Lesson, MultipleChoice, Option, Question, Section
from learn.catalog.digests import digest
from learn.catalog.documents import MultipleChoiceDocument, OptionDocument, QuestionHead
from learn.catalog.rendering import render_fragment, render_line

type Lessons = Mapping[str, Lesson | None]
"""The module's lessons by slug; None for one whose file is wrong."""


def read_question(path: Path, lessons: Lessons) -> Question:
    """The question in the file.

    Raises:
        ContentError: with every problem of the file.
    """
    return READERS[read_yaml(path, QuestionHead).kind](path, lessons)


def read_multiple_choice(path: Path, lessons: Lessons) -> MultipleChoice:
    document = read_yaml(path, MultipleChoiceDocument)
    options = [_option(path.stem, option) for option in document.options]
    return MultipleChoice(
        slug=path.stem,
        prompt=render_fragment(document.prompt),
        # By id: an order that is the same for everyone, and in which authors leave no pattern.
        options=tuple(sorted(options, key=lambda option: option.id)),
        explanation=render_fragment(document.explanation),
        section=_section(path, document.section, lessons) if document.section else None,
        content_hash=digest(path.stem, document.model_dump_json()),
    )


READERS: dict[str, Callable[[Path, Lessons], Question]] = {
    "multiple_choice": read_multiple_choice,
}


def _option(question: str, document: OptionDocument) -> Option:
    return Option(
        id=digest(question, " ".join(document.text.split()))[:10],
        html=render_line(document.text),
        correct=document.correct,
        feedback=render_fragment(document.feedback or ""),
        misconception=document.misconception or "",
    )


def _section(path: Path, link: str, lessons: Lessons) -> Section | None:
    """The place that "lesson-slug#anchor" names; None when the lesson's own file is wrong."""
    slug, _, anchor = link.partition("#")
    if slug not in lessons:
        raise _section_problem(path, f"there is no lesson '{slug}'", lessons)
    lesson = lessons[slug]
    if lesson is None:
        return None
    heading = lesson.page.heading(anchor)
    if heading is None:
        anchors = [heading.anchor for heading in lesson.page.headings]
        raise _section_problem(path, f"the lesson '{slug}' has no anchor '{anchor}'", anchors)
    return Section(lesson.module, slug, anchor, heading.title)


def _section_problem(
    path: Path, message: str, known: Mapping[str, object] | list[str]
) -> ContentError:
    lines = read_text(path).split("\n")
    line = next((n for n, text in enumerate(lines, 1) if text.startswith("section:")), 1)
    choice = ", ".join(known) or "none"
    return ContentError([Problem(path, line, f"section: {message}; there are: {choice}")])
