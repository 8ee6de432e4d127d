"""Examples in lessons that the reader may change and run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learn.catalog.course import Lesson
from learn.catalog.lookup import lesson_or_404, module_or_404
from learn.core.http import is_htmx
from learn.prose.examples import BOUNDARY, MAIN, Example, examples_in
from learn.prose.inline_checks import Part

# What the renderer makes of a block ```output.
OUTPUT = re.compile(
    r'<div class="codehilite"><pre[^>]*>(?:<span></span>)?<code><span class="go">'
    r".*?</pre>\s*</div>",
    re.DOTALL,
)
IMPORTED = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """An example as it is run: what the reader may change, and the files that it imports."""

    code: str
    others: Mapping[str, str]


@lru_cache(maxsize=512)
def runnable_parts(lesson: Lesson) -> tuple[Part, ...]:
    """The lesson's text, with a place after each example from which it can be run."""
    numbers = iter(range(1, len(_examples(lesson)) + 1))
    found = sum(len(OUTPUT.findall(part.html)) for part in lesson.page.parts)
    if found != len(_examples(lesson)):
        return lesson.page.parts  # An output that no example printed: which is which?
    return tuple(_runnable(lesson, part, numbers) for part in lesson.page.parts)


def _runnable(lesson: Lesson, part: Part, numbers: Iterator[int]) -> Part:
    def with_place(block: re.Match[str]) -> str:
        url = reverse("lessons:example", args=[lesson.module, lesson.slug, next(numbers)])
        return f"{block[0]}{PLACE.format(url=url)}"

    return Part(SafeString(OUTPUT.sub(with_place, part.html)), part.question)


PLACE = (
    '<div class="example not-printed"><a class="button-secondary button-small" href="{url}" '
    'hx-get="{url}" hx-target="closest .example" hx-swap="innerHTML" hx-disinherit="*">'
    "Change it and run it</a></div>"
)


@never_cache
@require_safe
def example(request: HttpRequest, module: str, lesson: str, number: int) -> HttpResponse:
    """The form in which an example can be changed and run."""
    found = lesson_or_404(module_or_404(module), lesson)
    examples = _examples(found)
    if not 1 <= number <= len(examples):
        raise Http404("This lesson has no such example.")
    context = {
        "lesson": found,
        "number": number,
        "program": program_of(found, examples[number - 1]),
        "rows": min(24, examples[number - 1].files[MAIN].count("\n") + 2),
    }
    template = "lessons/_example.html" if is_htmx(request) else "lessons/example.html"
    return render(request, template, context)


def program_of(lesson: Lesson, example: Example) -> Program:
    """Its own code with that of the examples which it goes on from, and what both import."""
    code = example.files[MAIN].replace(f"\nprint({BOUNDARY!r})\n", "\n")
    known = {**_shared(lesson.body.path.parents[2]), **example.files}
    others: dict[str, str] = {}
    new = [code]
    while new:
        names = {f"{name}.py" for text in new for name in IMPORTED.findall(text)}
        added = {name: known[name] for name in names & known.keys() - others.keys() - {MAIN}}
        others |= added
        new = list(added.values())
    return Program(code, others)


@lru_cache(maxsize=512)
def _examples(lesson: Lesson) -> tuple[Example, ...]:
    return tuple(examples_in(lesson.body.text))


@lru_cache(maxsize=8)
def _shared(content: Path) -> Mapping[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(content.glob("examples/*.py"))
    }
