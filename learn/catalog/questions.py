"""Question files to questions. A new kind is a document, a class in course.py, and a reader."""

from collections.abc import Callable, Mapping
from pathlib import Path

from django.utils.safestring import SafeString

from labs import ContentError, Problem, line_of, read_yaml
from learn.catalog.course import Lesson, MultipleChoice, Option, Question, Section
from learn.catalog.digests import digest
from learn.catalog.documents import MultipleChoiceDocument, OptionDocument, QuestionHead
from learn.catalog.findings import Findings
from learn.catalog.prose import Prose, read_fragment, read_line

type Lessons = Mapping[str, Lesson | None]
"""The module's lessons by slug; None for one whose file is wrong."""


def read_question(path: Path, lessons: Lessons, findings: Findings) -> Question:
    """The question in the file. What is wrong with its texts goes to `findings`.

    Raises:
        ContentError: with every other problem of the file.
    """
    return READERS[read_yaml(path, QuestionHead).kind](path, lessons, findings)


def read_multiple_choice(path: Path, lessons: Lessons, findings: Findings) -> MultipleChoice:
    document = read_yaml(path, MultipleChoiceDocument)
    options = [_option(path, option, findings) for option in document.options]
    return MultipleChoice(
        slug=path.stem,
        prompt=_fragment(path, document.prompt, findings),
        # By id: an order that is the same for everyone, and in which authors leave no pattern.
        options=tuple(sorted(options, key=lambda option: option.id)),
        explanation=_fragment(path, document.explanation, findings),
        section=_section(path, document.section, lessons) if document.section else None,
        content_hash=digest(path.stem, document.model_dump_json()),
    )


READERS: dict[str, Callable[[Path, Lessons, Findings], Question]] = {
    "multiple_choice": read_multiple_choice,
}


def _option(path: Path, document: OptionDocument, findings: Findings) -> Option:
    return Option(
        id=digest(path.stem, " ".join(document.text.split()))[:10],
        html=read_line(Prose.inside(path, document.text), findings),
        correct=document.correct,
        feedback=_fragment(path, document.feedback or "", findings),
        misconception=document.misconception or "",
    )


def _fragment(path: Path, text: str, findings: Findings) -> SafeString:
    return read_fragment(Prose.inside(path, text), findings)


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
    choice = ", ".join(known) or "none"
    return ContentError(
        [Problem(path, line_of(path, "^section:"), f"section: {message}; there are: {choice}")]
    )
