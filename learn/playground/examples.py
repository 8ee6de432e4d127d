"""Programs of the course's lessons, to start from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from learn.catalog.catalogue import Course, Lesson, Module, get_course
from learn.prose.examples import BOUNDARY, MAIN, Example, examples_in

HEADING = re.compile(r"^#{2,3} +(.+?)(?: *\{.*\})?$", re.MULTILINE)
MARKS = re.compile(r"[`*_]")
BETWEEN_PARTS = f"\nprint({BOUNDARY!r})\n"


@dataclass(frozen=True)
class CourseExample:
    """A runnable example: the `number`-th of its lesson, from 1, under the heading `title`."""

    module: str
    lesson: Lesson
    number: int
    title: str
    files: Mapping[str, str]

    @property
    def url(self) -> str:
        return reverse("playground:example", args=[self.module, self.lesson.slug, self.number])


@dataclass(frozen=True)
class ExampleGroup:
    """A module that has examples."""

    module: Module
    examples: tuple[CourseExample, ...]


def example_groups() -> tuple[ExampleGroup, ...]:
    """The course's examples by module, in its order."""
    course = get_course()
    return _groups_of(course.content_hash)


def find_example(module: str, lesson: str, number: int) -> CourseExample | None:
    """The example with this address, or None."""
    found = (one for group in example_groups() for one in group.examples if one.module == module)
    return next((one for one in found if (one.lesson.slug, one.number) == (lesson, number)), None)


@lru_cache(maxsize=4)
def _groups_of(_content_hash: str) -> tuple[ExampleGroup, ...]:
    return tuple(_groups(get_course()))


def _groups(course: Course) -> Iterator[ExampleGroup]:
    for module in course.modules:
        found = tuple(one for lesson in module.lessons for one in _examples_of(module, lesson))
        if found:
            yield ExampleGroup(module, found)


def _examples_of(module: Module, lesson: Lesson) -> Iterator[CourseExample]:
    text = lesson.body.text
    for number, example in enumerate(examples_in(text), start=1):
        title = _heading_before(text, example.line) or lesson.title
        yield CourseExample(module.slug, lesson, number, title, _files(example))


def _files(example: Example) -> Mapping[str, str]:
    """Its files without what the course's proof puts between the parts of a chain."""
    main = example.files[MAIN].replace(BETWEEN_PARTS, "\n")
    return {MAIN: main, **{name: text for name, text in example.files.items() if name != MAIN}}


def _heading_before(text: str, line: int) -> str:
    before = "\n".join(text.split("\n")[:line])
    found = HEADING.findall(before)
    return MARKS.sub("", found[-1]) if found else ""
