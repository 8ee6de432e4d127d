"""What a failed submission asks to be reviewed."""

import pytest

from labs import CheckResult, GradeReport, Verdict
from learn.catalog.catalogue import Course
from learn.review.failures import MAX_QUESTIONS, failed_concepts, share_out

CONCEPTS = {"one": ("queues",), "two": ("retries", "queues"), "three": ("costs",)}


def report(*checks: tuple[str, Verdict], verdict: Verdict = Verdict.FAILED) -> GradeReport:
    results = [CheckResult(name, name, found, 0, 1, "", visible=True) for name, found in checks]
    return GradeReport("queues/worker", verdict, checks=tuple(results))


@pytest.mark.parametrize("found", [Verdict.FAILED, Verdict.CRASHED, Verdict.TIMED_OUT])
def test_it_names_the_concepts_of_failed_checks_once(found: Verdict) -> None:
    failed = report(("two", found), ("one", found), ("three", Verdict.PASSED))
    assert failed_concepts(failed, CONCEPTS) == ("retries", "queues")


@pytest.mark.parametrize(
    "failed",
    [
        report(("one", Verdict.PASSED), verdict=Verdict.PASSED),
        report(("one", Verdict.NOT_RUN), verdict=Verdict.CRASHED),
        report(("one", Verdict.FAILED), verdict=Verdict.ENGINE_ERROR),
        report(("one", Verdict.NOT_SIMULATED), verdict=Verdict.NOT_SIMULATED),
        report(("unknown", Verdict.FAILED)),
    ],
)
def test_it_blames_nobody_for_what_did_not_fail(failed: GradeReport) -> None:
    assert failed_concepts(failed, CONCEPTS) == ()


def test_it_takes_a_few_questions_of_each_concept_in_turn(course: Course) -> None:
    topics, tables = course.modules[1].questions, course.modules[2].questions
    shared = share_out({"retries": topics, "costs": [topics[0], *tables], "none": []})
    assert {name: [one.path for one in questions] for name, questions in shared.items()} == {
        "retries": ["topics/a", "topics/b", "topics/c"],
        "costs": ["tables/a", "tables/b"],
    }
    assert sum(map(len, shared.values())) == MAX_QUESTIONS
