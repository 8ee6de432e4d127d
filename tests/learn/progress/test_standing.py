"""What counts as done, and what comes next."""

from learn.catalog.catalogue import Course
from learn.progress.standing import Result, Work, progress

ASKED = "queues/who-deletes"


def test_at_the_start_nothing_is_done_and_the_first_step_is_next(course: Course) -> None:
    found = progress(course, Work())

    assert (found.done, found.percent, found.points, found.is_begun) == (0, 0, 0, False)
    assert found.next_step
    assert found.next_step.step == course.modules[0].lessons[0]
    assert found.minutes_left == sum(module.minutes for module in course.modules)


def test_a_lesson_is_done_when_its_questions_are_answered_right(course: Course) -> None:
    wrong = progress(course, Work(touched=[ASKED])).steps[0]
    right = progress(course, Work(touched=[ASKED], answered=[ASKED]))

    assert (wrong.is_begun, wrong.is_done, wrong.points) == (True, False, 0)
    assert (right.steps[0].is_done, right.steps[0].points) == (True, 1)
    # The second lesson asks nothing, and the quiz comes after it.
    assert right.next_step == right.steps[2]


def test_quizzes_and_labs_are_done_when_they_are_passed(course: Course) -> None:
    [quiz], [lab] = course.quizzes, course.labs
    failed = Result(1, 4, passed=False)
    passed = Result(4, 4, passed=True)

    found = progress(course, Work(quizzes={quiz.slug: failed}, labs={lab.slug: passed}))
    states = {state.step.url: state for state in found.steps}

    assert (states[quiz.url].is_begun, states[quiz.url].is_done) == (True, False)
    assert states[lab.url].is_done
    assert found.points == 5


def test_when_all_is_done_nothing_is_next(course: Course) -> None:
    passed = Result(1, 1, passed=True)
    work = Work(
        touched=[ASKED],
        answered=[ASKED],
        quizzes={quiz.slug: passed for quiz in course.quizzes},
        labs={lab.slug: passed for lab in course.labs},
    )

    found = progress(course, work)

    # The second lesson asks nothing.
    assert (found.done, found.total, len(found.steps)) == (3, 3, 4)
    assert (found.is_done, found.percent, found.next_step) == (True, 100, None)
