"""`manage.py check_content`: validate the whole course, prove its questions and its labs."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import labs
from learn.catalog import proof
from learn.catalog.catalogue import load_course
from learn.catalog.citations import FactUse, fact_uses, unknown_facts
from learn.catalog.proof import proofs_of, question_files


class Command(BaseCommand):
    help = "Validate all content, draw variants of questions, and grade what labs come with."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "folders", nargs="*", type=Path, help="content folders (default: those configured)"
        )
        parser.add_argument(
            "--processes",
            type=int,
            default=os.process_cpu_count() or 1,
            help="how many prove at once (default: one for each core)",
        )
        parser.add_argument(
            "--whole",
            action="store_true",
            help="run wrong solutions against all checks, not only that which must catch them",
        )
        parser.add_argument(
            "--only",
            default="",
            metavar="PREFIX",
            help="prove only what lies there, as in sqs, sqs/questions or sqs/labs/partial-batch",
        )
        parser.add_argument(
            "--facts",
            nargs="?",
            const="",
            metavar="ID",
            help="list what rests on a fact, or on each, and which facts want another look",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        folders = tuple(options["folders"]) or labs.content_dirs()
        try:
            course = load_course(folders)
        except labs.ContentError as error:
            self._refuse(list(error.problems))
            return
        questions = list(question_files(course, folders))
        if options["facts"] is not None:
            self._list_facts(fact_uses(course, questions), options["facts"])
            return
        problems = list(unknown_facts(course, questions))
        chosen = {"only": options["only"], "whole": options["whole"]}
        proofs = list(proofs_of(course, questions, **chosen))
        if options["only"] and not proofs:
            raise CommandError(f"There is no lab, lesson or question in '{options['only']}'.")
        problems += proof.run(proofs, options["processes"])
        if problems:
            self._refuse(problems)
        if options["only"]:
            self.stdout.write(f"What is in {options['only']} is right: {len(proofs)} proof(s).")
            return
        proven = [lab.spec for lab in course.labs]
        lessons = sum(len(module.lessons) for module in course.modules)
        gradings = sum(len(spec.solutions) + len(spec.mistakes) for spec in proven)
        self.stdout.write(
            f"All content is right: {lessons} lesson(s), {len(questions)} question(s), "
            f"{len(proven)} lab(s), {gradings} gradings."
        )

    def _list_facts(self, uses: Sequence[FactUse], only: str) -> None:
        today = timezone.now().date()
        shown = [use for use in uses if only in ("", use.fact.id)]
        if not shown:
            raise CommandError(f"There is no fact '{only}' in facts.toml.")
        for use in shown:
            due = "REVIEW NOW" if use.is_due(today) else "review"
            self.stdout.write(f"{use.fact.id}: {use.fact.statement}")
            self.stdout.write(f"    {use.fact.url}")
            self.stdout.write(f"    read {use.fact.reviewed}, {due} by {use.fact.review_by}")
            for citation in use.citations:
                self.stdout.write(
                    f"    {labs.Problem(citation.path, citation.line, 'rests on it')}"
                )
        count = sum(use.is_due(today) for use in shown)
        self.stdout.write(f"{len(shown)} fact(s), {count} to be looked at again.")

    def _refuse(self, problems: list[labs.Problem]) -> None:
        for problem in problems:
            self.stderr.write(" ".join(str(problem).split("\n")))
        raise SystemExit(1)
