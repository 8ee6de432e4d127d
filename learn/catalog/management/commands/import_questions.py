"""`manage.py import_questions`: questions of GIFT or QTI as files of a module."""

from pathlib import Path
from typing import Any, override

from django.core.management.base import CommandParser

import labs
from learn.core.commands import PlainCommand
from learn.questions.exchange.arrival import place, prove
from learn.questions.exchange.carried import ExchangeError
from learn.questions.exchange.sources import read_file


class Command(PlainCommand):
    help = "Read questions of GIFT or QTI 2.1 and 3.0 into a module, all at once or not at all."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="GIFT, an item of QTI, or a package (.zip)")
        parser.add_argument("--module", required=True, help="where the questions are to be")
        parser.add_argument("--content", action="append", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--fill",
            default="",
            metavar="SENTENCE",
            help="stands for feedback and explanations that are missing",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--force", action="store_true", help="write over files")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        folder = self._questions_folder(options["module"], options["content"])
        try:
            files, notes = prove(read_file(options["file"]), options["fill"].strip())
            for note in notes:
                self.stdout.write(str(note))
            if not files:
                self.refuse("No question could be carried, so nothing was written.")
            paths = {folder / f"{slug}.yaml": text for slug, text in files.items()}
            if not options["dry_run"]:
                place(paths, force=options["force"])
        except ExchangeError as error:
            self.refuse(str(error))
        self._report(list(paths), len(notes), dry_run=options["dry_run"])

    def _questions_folder(self, module: str, content: list[Path] | None) -> Path:
        folders = content or labs.content_dirs()
        tomls = (toml for each in folders for toml in each.glob("*/module.toml"))
        found = {toml.parent.name: toml.parent for toml in tomls}
        if module not in found:
            known = ", ".join(sorted(found)) or "none"
            self.refuse(f"There is no module '{module}'; there are: {known}.")
        return found[module] / "questions"

    def _report(self, paths: list[Path], left_out: int, *, dry_run: bool) -> None:
        for path in paths:
            self.stdout.write(f"{'would write' if dry_run else 'wrote'} {path}")
        last = "" if dry_run else " Name them in a quiz or a lesson, then run check_content."
        self.stdout.write(f"{len(paths)} question(s), {left_out} left out.{last}")
