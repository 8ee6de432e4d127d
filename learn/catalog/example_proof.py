"""Runs the examples of lessons in the sandbox: what stands below one must be what it prints."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import labs
from labs import Problem, Verdict
from learn.catalog.course import Body
from learn.prose.examples import Example, examples_in, plain, python_in, with_outputs

# Any will do: the same one gives the same ids and times in each run.
SEED = 0


def prove_examples(body: Body) -> Iterator[Problem]:
    """Blocks that are no Python, examples that fail, and outputs that are not theirs."""
    for line, code in python_in(body.text):
        try:
            ast.parse(code)
        except SyntaxError as error:
            place = body.first_line + line + (error.lineno or 1) - 1
            yield Problem(body.path, place, f"is not Python: {error.msg}")
    for example in examples_in(body.text):
        printed, problem = _run(body, example)
        if problem:
            yield problem
        elif printed != plain(example.output):
            first = printed.partition("\n")[0]
            message = f"the example prints '{first}' ...: run manage.py record_outputs, and look"
            yield Problem(body.path, body.first_line + example.line, message)


def record_examples(body: Body) -> tuple[int, list[Problem]]:
    """Write what the examples print into their lesson; how many outputs changed, what failed."""
    outputs: dict[int, str] = {}
    problems: list[Problem] = []
    for example in examples_in(body.text):
        printed, problem = _run(body, example)
        if problem:
            problems.append(problem)
        elif printed != plain(example.output):
            outputs[example.line] = printed
    if outputs:
        whole = labs.read_text(body.path)
        head = whole.removesuffix(body.text)
        body.path.write_text(head + with_outputs(body.text, outputs), encoding="utf-8")
    return len(outputs), problems


def _run(body: Body, example: Example) -> tuple[str, Problem | None]:
    report = labs.play({**_shared(body.path.parents[2]), **example.files}, seed=SEED)
    if report.verdict is Verdict.PASSED:
        return example.printed(report.stdout), None
    message = f"the example ends as {report.verdict}: {report.message}"
    return "", Problem(body.path, body.first_line + example.line, message)


def _shared(folder: Path) -> Mapping[str, str]:
    """The files of the course that every example may import."""
    return {path.name: path.read_text() for path in sorted(folder.glob("examples/*.py"))}
