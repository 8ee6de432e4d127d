"""`manage.py check_content`: validate the whole course and prove its labs."""

import argparse
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand

import labs
from learn.catalog.catalogue import load_course


class Command(BaseCommand):
    help = "Validate all content and grade every lab's solutions and mistakes."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "folders", nargs="*", type=Path, help="content folders (default: those configured)"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        folders = tuple(options["folders"]) or labs.content_dirs()
        try:
            course = load_course(folders)
        except labs.ContentError as error:
            self._refuse(list(error.problems))
            return
        proven = [lab.spec for module in course.modules for lab in module.labs]
        problems = [problem for spec in proven for problem in labs.prove_lab(spec)]
        if problems:
            self._refuse(problems)
        count = sum(len(spec.solutions) + len(spec.mistakes) for spec in proven)
        self.stdout.write(f"All content is right: {len(proven)} lab(s), {count} gradings.")

    def _refuse(self, problems: list[labs.Problem]) -> None:
        for problem in problems:
            self.stderr.write(" ".join(str(problem).split("\n")))
        raise SystemExit(1)
