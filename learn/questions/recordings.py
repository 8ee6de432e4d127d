"""What the snippets of questions print: run in the sandbox, kept beside the question's file.

`<slug>.output.json` is `{name of the program (run_id): what it prints}`, of every variant.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import labs
from labs import ContentError, Problem, Verdict, line_of, read_text
from learn.questions.kinds.output import OutputDocument, comparable, filled_files, run_id
from learn.questions.parameters import ExpressionError
from learn.questions.question import Draw, Question

WALL_SECONDS = 2
MAX_OUTPUT = 2_000
SUFFIX = ".output.json"
RUN_IT = "run 'manage.py record_outputs'"

type Recording = Mapping[str, str]


@dataclass(frozen=True)
class Program:
    """The files of one variant's program."""

    id: str
    files: Mapping[str, str]


def recording_path(question_path: Path) -> Path:
    """Where the outputs of a question's file are kept."""
    return question_path.with_suffix(SUFFIX)


def read_recording(question_path: Path) -> dict[str, str]:
    """What was recorded; {} if nothing was.

    Raises:
        ContentError: it is no recording.
    """
    path = recording_path(question_path)
    if not path.exists():
        return {}
    try:
        found = json.loads(read_text(path))
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and all(isinstance(text, str) for text in found.values()):
        return found
    raise ContentError([Problem(path, 1, f"is no recording: delete it, and {RUN_IT}")])


def write_recording(question_path: Path, recording: Recording) -> bool:
    """Keep it. False if it was so already."""
    path = recording_path(question_path)
    text = json.dumps(recording, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def programs_of(document: OutputDocument) -> list[Program]:
    """The programs of all variants, each once.

    Raises:
        ExpressionError: the parameters of one have no value.
    """
    draws = [Draw(seed).with_parameters(document) for seed in range(document.variant_count)]
    programs = [filled_files(document, draw) for draw in draws]
    return list({run_id(files): Program(run_id(files), files) for files in programs}.values())


def recording_problems(path: Path, question: Question) -> Iterator[Problem]:
    """A program without its output, an output without its program. Nothing is run."""
    file = recording_path(path)
    if not isinstance(question.document, OutputDocument):
        if file.exists():
            yield Problem(file, 1, "is of no question of the kind 'output': delete it")
        return
    known = {program.id for program in programs_of(question.document)}
    if missing := len(known - question.recorded.keys()):
        many = "its output is" if len(known) == 1 else f"the outputs of {missing} variants are"
        yield Problem(path, line_of(path, "^snippet:"), f"{many} not recorded: {RUN_IT}")
    if superfluous := len(question.recorded.keys() - known):
        yield Problem(file, 1, f"has {superfluous} output(s) of no variant: {RUN_IT}")


def stray_recordings(folder: Path) -> Iterator[Problem]:
    """Recordings whose question is gone, in a folder of questions."""
    for file in sorted(folder.glob(f"*{SUFFIX}")):
        name = f"{file.name.removesuffix(SUFFIX)}.yaml"
        if not (folder / name).exists():
            yield Problem(file, 1, f"is of no question, as there is no {name}: delete it")


def prove_recording(
    path: Path, document: OutputDocument, recording: Recording
) -> Iterator[Problem]:
    """Run all programs again, and compare."""
    for program in programs_of(document):
        if program.id not in recording:
            continue  # Told when the question was read.
        try:
            printed = run(path, program, seed=2)
        except ContentError as error:
            yield from error.problems
            return
        recorded = recording[program.id]
        if printed != recorded:
            differs = f"prints {_shown(printed)}, but {_shown(recorded)} is recorded"
            message = f"the snippet {differs}: {RUN_IT}"
            yield Problem(path, line_of(path, "^snippet:"), message)
            return


def record(path: Path, document: OutputDocument) -> dict[str, str]:
    """Run each program twice; `{id: output}`.

    Raises:
        ContentError: one fails, takes too long, prints nothing or too much, or not always the
            same.
    """
    problem = partial(Problem, path, line_of(path, "^snippet:"))
    try:
        programs = programs_of(document)
    except ExpressionError as error:
        raise ContentError([problem(str(error))]) from None
    recording = {}
    for program in programs:
        first, second = (run(path, program, seed=seed) for seed in (0, 1))
        if first != second:
            message = f"the snippet prints {_shown(first)}, and another time {_shown(second)}"
            raise ContentError([problem(f"{message}: let it print the same each time")])
        recording[program.id] = first
    return recording


def run(path: Path, program: Program, *, seed: int) -> str:
    """What the program prints, in the sandbox and against an empty account.

    Raises:
        ContentError: it does not end well within two seconds, or prints nothing or too much.
    """
    report = labs.play(program.files, wall_seconds=WALL_SECONDS, seed=seed)
    output = comparable(report.stdout)
    reason = ""
    if report.verdict is not Verdict.PASSED:
        reason = f"does not run: {report.verdict}. {report.message}"
    elif not output:
        reason = "prints nothing: there is nothing to ask for"
    elif len(output) > MAX_OUTPUT:
        reason = f"prints more than {MAX_OUTPUT:,} characters: nobody can predict that"
    if reason:
        raise ContentError([Problem(path, line_of(path, "^snippet:"), f"the snippet {reason}")])
    return output


def _shown(text: str) -> str:
    line = text.replace("\n", " / ")
    return f"'{line if len(line) <= 60 else f'{line[:57]}...'}'"
