"""The course as frozen objects, rendered and validated. `content_hash` is a SHA-256 in hex."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from django.urls import reverse
from django.utils.safestring import SafeString

from labs import Behaviour, How, LabSpec, behaviours_of
from learn.catalog.quiz import Quiz
from learn.catalog.references import Term
from learn.prose.facts import Fact
from learn.prose.rendering import Page
from learn.questions.question import Question


@dataclass(frozen=True)
class Body:
    """A text as its author wrote it: the Markdown, and the line of the file where it begins."""

    path: Path
    text: str
    first_line: int


@dataclass(frozen=True)
class Lesson:
    """One lesson of a module. `page` is its rendered body."""

    label: ClassVar = "Lesson"

    module: str
    slug: str
    title: str
    summary: str
    minutes: int
    objectives: tuple[SafeString, ...]
    page: Page
    body: Body
    content_hash: str

    @property
    def url(self) -> str:
        return reverse("lessons:lesson", args=[self.module, self.slug])


@dataclass(frozen=True)
class Lab:
    """A lab in its module: the engine's specification, the rendered brief and hints."""

    label: ClassVar = "Lab"

    module: str
    name: str
    spec: LabSpec
    brief: Page
    hints: tuple[SafeString, ...]

    @property
    def slug(self) -> str:
        """ "<module>/<lab>", as the engine knows it."""
        return self.spec.slug

    @property
    def url(self) -> str:
        return reverse("submissions:lab", args=[self.module, self.name])

    @property
    def behaviours(self) -> dict[str, tuple[Behaviour, ...]]:
        """What of the lab's services differs from AWS or is missing; the rest is as there."""
        found = {service: behaviours_of(service) for service in self.spec.services}
        return {
            service: tuple(line for line in lines if line.how is not How.AS_AWS)
            for service, lines in found.items()
        }

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def summary(self) -> str:
        return self.spec.summary

    @property
    def minutes(self) -> int:
        return self.spec.minutes


# What a learner does in a module, one after the other.
type Step = Lesson | Quiz | Lab


@dataclass(frozen=True)
class CoursePage:
    """A page beside the modules, as on what the course leaves out."""

    slug: str
    title: str
    summary: str
    page: Page
    body: Body

    @property
    def url(self) -> str:
        return reverse("catalog:page", args=[self.slug])


@dataclass(frozen=True)
class Module:
    """What there is to do, in order. `questions` is the pool of quizzes and lessons.

    `after` are the slugs of the modules that a reader should know before, `skills` those of exams
    that the module is about: {"DVA-C03": ("1.1.2",)}.
    """

    label: ClassVar = "Module"

    slug: str
    title: str
    summary: str
    lessons: tuple[Lesson, ...]
    questions: tuple[Question, ...]
    quizzes: tuple[Quiz, ...]
    labs: tuple[Lab, ...]
    content_hash: str
    after: tuple[str, ...] = ()
    skills: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return reverse("progress:module", args=[self.slug])

    @property
    def minutes(self) -> int:
        """What the lessons and labs take together."""
        return sum(lesson.minutes for lesson in self.lessons) + sum(
            lab.minutes for lab in self.labs
        )

    @property
    def levels(self) -> tuple[int, ...]:
        """How hard its labs are, from 1 to 4, each level once."""
        return tuple(sorted({int(lab.spec.level.removeprefix("L")) for lab in self.labs}))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Each lesson and its quizzes, then the module's own quizzes, then the labs."""
        steps: list[Step] = []
        for lesson in self.lessons:
            steps += [lesson, *self._quizzes_of(lesson.slug)]
        return (*steps, *self._quizzes_of(None), *self.labs)

    def _quizzes_of(self, lesson: str | None) -> tuple[Quiz, ...]:
        return tuple(quiz for quiz in self.quizzes if quiz.lesson == lesson)

    def step_before(self, step: Step) -> Step | None:
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def step_after(self, step: Step) -> Step | None:
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def lesson(self, slug: str) -> Lesson | None:
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def question(self, slug: str) -> Question | None:
        return next((question for question in self.questions if question.slug == slug), None)

    def quiz(self, name: str) -> Quiz | None:
        return next((quiz for quiz in self.quizzes if quiz.name == name), None)

    def lab(self, name: str) -> Lab | None:
        return next((lab for lab in self.labs if lab.name == name), None)


@dataclass(frozen=True)
class Course:
    """Everything that can be learned here."""

    title: str
    summary: str
    modules: tuple[Module, ...]
    glossary: tuple[Term, ...]
    facts: tuple[Fact, ...]
    content_hash: str
    pages: tuple[CoursePage, ...] = ()

    def page(self, slug: str) -> CoursePage | None:
        return next((page for page in self.pages if page.slug == slug), None)

    def modules_before(self, module: Module) -> tuple[Module, ...]:
        """Those that a reader of the module should know."""
        return tuple(one for one in self.modules if one.slug in module.after)

    def module_after(self, module: Module) -> Module | None:
        place = self.modules.index(module) + 1
        return self.modules[place] if place < len(self.modules) else None

    def next_after(self, module: Module, step: Step) -> Step | Module | None:
        """What to do next: the next step, or the module that comes when this one is done."""
        return module.step_after(step) or self.module_after(module)

    def module(self, slug: str) -> Module | None:
        return next((module for module in self.modules if module.slug == slug), None)

    @property
    def first_lesson(self) -> Lesson | None:
        """Where somebody begins who knows nothing yet."""
        return next((lesson for module in self.modules for lesson in module.lessons), None)

    @property
    def demo_lab(self) -> Lab | None:
        """The lab that shows a stranger what labs are: the first easy one that calls AWS."""
        easy = (lab for lab in self.labs if lab.spec.services and lab.spec.level == "L1")
        return next(iter((*easy, *self.labs)), None)

    @property
    def quizzes(self) -> tuple[Quiz, ...]:
        return tuple(quiz for module in self.modules for quiz in module.quizzes)

    @property
    def labs(self) -> tuple[Lab, ...]:
        return tuple(lab for module in self.modules for lab in module.labs)

    def question(self, path: str) -> Question | None:
        """The question with the path "<module>/<slug>"."""
        module, _, slug = path.partition("/")
        found = self.module(module)
        return found.question(slug) if found else None

    def quiz(self, slug: str) -> Quiz | None:
        """The quiz with the slug "<module>/<quiz>"."""
        return next((quiz for quiz in self.quizzes if quiz.slug == slug), None)

    def lab(self, slug: str) -> Lab | None:
        """The lab with the slug "<module>/<lab>"."""
        return next((lab for lab in self.labs if lab.slug == slug), None)
