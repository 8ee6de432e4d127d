"""`manage.py record_outputs`: run the programs of questions and lessons, keep what they print."""

import argparse
from pathlib import Path
from typing import Any, override

import labs
from learn.catalog.course import Body
from learn.catalog.documents import LessonDocument
from learn.catalog.example_proof import record_examples
from learn.core.commands import PlainCommand
from learn.questions.documents import KindDocument
from learn.questions.kinds.output import OutputDocument
from learn.questions.recordings import record, recording_path, write_recording


class Command(PlainCommand):
    """Writes nothing for a program that fails."""

    help = "Run the programs of output questions and of lessons, and keep what they print."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "folders", nargs="*", type=Path, help="content folders (default: those configured)"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        folders = tuple(options["folders"]) or labs.content_dirs()
        for folder in folders:
            if not folder.is_dir():
                self.refuse(f"There is no folder {folder}.")
        paths = [path for folder in folders for path in sorted(folder.glob("*/questions/*.yaml"))]
        wrong = [problem for path in paths for problem in self._record_question(path)]
        lessons = [path for folder in folders for path in sorted(folder.glob("*/lessons/*.md"))]
        wrong += [problem for path in lessons for problem in self._record_lesson(path)]
        for problem in wrong:
            self.stderr.write(" ".join(str(problem).split("\n")))
        if wrong:
            raise SystemExit(1)

    def _record_question(self, path: Path) -> list[labs.Problem]:
        try:
            if labs.read_yaml(path, KindDocument).kind != "output":
                return []
            document = labs.read_yaml(path, OutputDocument)
            recording = record(path, document)
        except labs.ContentError as error:
            return list(error.problems)
        state = "recorded" if write_recording(path, recording) else "unchanged"
        self.stdout.write(f"{recording_path(path)}: {len(recording)} output(s) {state}")
        return []

    def _record_lesson(self, path: Path) -> list[labs.Problem]:
        try:
            _, text, first_line = labs.read_front_matter(path, LessonDocument)
        except labs.ContentError as error:
            return list(error.problems)
        count, problems = record_examples(Body(path, text, first_line))
        if count:
            self.stdout.write(f"{path}: {count} output(s) recorded")
        return problems
