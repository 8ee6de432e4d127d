"""Where a learner stands in the course: rules without Django.

A lesson is done when all questions in its text are answered right, a quiz and a lab when they are
passed. A point is one right answer in a lesson, or one of a quiz's or a lab's own. A lesson that
asks nothing cannot be done, and nobody waits for it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from learn.catalog.catalogue import Course, Lab, Lesson, Module, Quiz
from learn.catalog.course import Step


@dataclass(frozen=True)
class Result:
    """What a learner has reached at a quiz or lab."""

    points: float
    max_points: int
    passed: bool


@dataclass(frozen=True)
class Work:
    """All that counts of a learner's work.

    `answered` are the paths of the questions answered right in lessons; `touched` of those
    answered at all. `quizzes` and `labs` are by slug.
    """

    answered: Collection[str] = ()
    touched: Collection[str] = ()
    quizzes: Mapping[str, Result] | None = None
    labs: Mapping[str, Result] | None = None


@dataclass(frozen=True)
class StepState:
    """One step, and how far the learner is with it."""

    step: Step
    is_begun: bool
    is_done: bool
    points: float
    max_points: int

    @property
    def can_be_done(self) -> bool:
        return not isinstance(self.step, Lesson) or self.max_points > 0


class Sum:
    """What a list of steps adds up to."""

    steps: tuple[StepState, ...]

    @property
    def total(self) -> int:
        """How many of the steps can be done."""
        return sum(state.can_be_done for state in self.steps)

    @property
    def done(self) -> int:
        return sum(state.is_done for state in self.steps)

    @property
    def is_done(self) -> bool:
        return self.done == self.total

    @property
    def is_begun(self) -> bool:
        return any(state.is_begun for state in self.steps)

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def points(self) -> float:
        return sum(state.points for state in self.steps)

    @property
    def max_points(self) -> int:
        return sum(state.max_points for state in self.steps)

    @property
    def minutes_left(self) -> int:
        """What the lessons and labs that are not done take."""
        left = (state.step for state in self.steps if not state.is_done)
        return sum(getattr(step, "minutes", 0) for step in left)

    @property
    def next_step(self) -> StepState | None:
        """The first that is to be done, in the course's order; None when all are."""
        to_do = (state for state in self.steps if state.can_be_done and not state.is_done)
        return next(to_do, None)


@dataclass(frozen=True)
class ModuleProgress(Sum):
    """One module, step by step. `before` are the modules that a reader should know."""

    module: Module
    before: tuple[Module, ...]
    steps: tuple[StepState, ...]


@dataclass(frozen=True)
class CourseProgress(Sum):
    """The whole course. `steps` are those of all modules."""

    modules: tuple[ModuleProgress, ...]
    steps: tuple[StepState, ...]

    def of(self, module: Module) -> ModuleProgress:
        return next(one for one in self.modules if one.module.slug == module.slug)


def progress(course: Course, work: Work) -> CourseProgress:
    """How far the work leads through the course."""
    modules = tuple(
        ModuleProgress(module, course.modules_before(module), tuple(_states(module, work)))
        for module in course.modules
    )
    return CourseProgress(modules, tuple(state for one in modules for state in one.steps))


def _states(module: Module, work: Work) -> Iterator[StepState]:
    for step in module.steps:
        match step:
            case Lesson():
                yield _lesson(step, work)
            case Quiz():
                yield _graded(step, (work.quizzes or {}).get(step.slug), step.max_score)
            case Lab():
                yield _graded(step, (work.labs or {}).get(step.slug), 0)


def _lesson(lesson: Lesson, work: Work) -> StepState:
    paths = [f"{lesson.module}/{slug}" for slug in lesson.page.checks]
    right = sum(path in work.answered for path in paths)
    is_begun = any(path in work.touched for path in paths)
    is_done = bool(paths) and right == len(paths)
    return StepState(lesson, is_begun, is_done, right, len(paths))


def _graded(step: Step, result: Result | None, max_points: int) -> StepState:
    if result is None:
        return StepState(step, is_begun=False, is_done=False, points=0, max_points=max_points)
    known = max_points or result.max_points
    return StepState(step, True, result.passed, result.points, known)
