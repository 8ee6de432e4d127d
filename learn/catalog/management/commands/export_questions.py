"""`manage.py export_questions`: the course's questions as GIFT or QTI."""

from pathlib import Path
from typing import Any, override

from django.core.management.base import CommandParser

import labs
from learn.catalog.catalogue import Course, load_course
from learn.core.commands import PlainCommand
from learn.questions.exchange.carried import ExchangeError
from learn.questions.exchange.departure import FORMATS, export, write_file
from learn.questions.question import Question


class Command(PlainCommand):
    help = "Write the questions of the course, or of some modules, for another system."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("modules", nargs="*", help="modules (default: all)")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--to", required=True, type=Path, metavar="FILE")
        parser.add_argument("--content", action="append", type=Path, metavar="FOLDER")
        parser.add_argument("--force", action="store_true", help="write over FILE")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            course = load_course(options["content"] or labs.content_dirs())
        except labs.ContentError as error:
            self.refuse(str(error))
        questions = self._questions(course, options["modules"])
        data, notes = export(questions, options["format"])
        left_out = sum(note.is_left_out for note in notes)
        for note in notes:
            self.stdout.write(str(note))
        if left_out == len(questions):
            self.refuse("No question can be carried, so nothing was written.")
        try:
            write_file(options["to"], data, force=options["force"])
        except ExchangeError as error:
            self.refuse(str(error))
        carried = len(questions) - left_out
        self.stdout.write(
            f"{carried} question(s) written to {options['to']}, {left_out} left out."
        )

    def _questions(self, course: Course, modules: list[str]) -> list[Question]:
        known = {module.slug: module for module in course.modules}
        for slug in modules:
            if slug not in known:
                self.refuse(f"There is no module '{slug}'; there are: {', '.join(known)}.")
        return [
            question
            for slug, module in known.items()
            if not modules or slug in modules
            for question in module.questions
        ]
