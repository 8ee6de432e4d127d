"""Proves what a course says by running it: its questions, examples and labs, on all cores."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import django

import labs
from labs import Problem
from learn.catalog.course import Body, Course
from learn.catalog.example_proof import prove_examples
from learn.questions import engine_proof
from learn.questions.proof import prove_variants
from learn.questions.question import Question

type Step = Callable[[], list[Problem]]
type Proof = Sequence[Step]
"""Finds what is wrong with one part of the course. Each step can be done by another process."""


def question_files(course: Course, folders: Sequence[Path]) -> Iterator[tuple[Path, Question]]:
    """Every question of the course with its file."""
    for question in (question for module in course.modules for question in module.questions):
        name = f"{question.module}/questions/{question.slug}.yaml"
        yield next(folder / name for folder in folders if (folder / name).exists()), question


def proofs_of(
    course: Course,
    questions: Sequence[tuple[Path, Question]],
    *,
    only: str = "",
    whole: bool = False,
) -> Iterator[Proof]:
    """What is to be proved in the folder or file `only`, as "sqs" or "sqs/labs/partial-batch".

    Labs take longest, and come first.
    """
    for name, prove in _named_proofs(course, questions, whole=whole):
        if f"{name}/".startswith(f"{only.strip('/')}/" if only else ""):
            yield prove


def _named_proofs(
    course: Course, questions: Sequence[tuple[Path, Question]], *, whole: bool
) -> Iterator[tuple[str, Proof]]:
    for lab in course.labs:
        yield f"{lab.module}/labs/{lab.name}", labs.proof_steps(lab.spec, whole=whole)
    for module in course.modules:
        for lesson in module.lessons:
            yield f"{module.slug}/lessons/{lesson.slug}", [partial(_prove_lesson, lesson.body)]
    for path, question in questions:
        name = f"{question.module}/questions/{question.slug}"
        yield name, [partial(_prove_question, path, question)]


def run(proofs: Sequence[Proof], processes: int) -> list[Problem]:
    """What is wrong, by file and line; each process has a sandbox of its own."""
    if processes == 1:
        return sorted(problem for proof in proofs for problem in labs.problems_of(proof))
    problems: list[Problem] = []
    processes = min(processes, sum(map(len, proofs)))
    # Not forked: a process that has threads, as Django's may, must not be.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=django.setup) as pool:
        for steps in [[pool.submit(step) for step in proof] for proof in proofs]:
            problems += labs.problems_of(step.result for step in steps)
            for step in steps:
                step.cancel()  # what is left of a lab that is broken
    return sorted(problems)


def _prove_lesson(body: Body) -> list[Problem]:
    return list(prove_examples(body))


def _prove_question(path: Path, question: Question) -> list[Problem]:
    """What runs nothing comes first: why run a question that is already known to be wrong?"""
    return list(prove_variants(path, question)) or list(engine_proof.prove(path, question))
