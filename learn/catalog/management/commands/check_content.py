"""`manage.py check_content`: validate the whole course, prove its questions and its labs."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, override

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

import labs
from learn.catalog.catalogue import load_course
from learn.catalog.citations import FactUse, fact_uses, unknown_facts
from learn.catalog.course import Course
from learn.catalog.example_proof import prove_examples
from learn.questions import engine_proof
from learn.questions.proof import prove_variants
from learn.questions.question import Question


class Command(BaseCommand):
    help = "Validate all content, draw variants of questions, and grade what labs come with."
    requires_system_checks = ()

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "folders", nargs="*", type=Path, help="content folders (default: those configured)"
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
        questions = list(_question_files(course, folders))
        if options["facts"] is not None:
            self._list_facts(fact_uses(folders, questions), options["facts"])
            return
        proven = [lab.spec for module in course.modules for lab in module.labs]
        lessons = [lesson for module in course.modules for lesson in module.lessons]
        problems = list(unknown_facts(folders, questions))
        problems += [problem for path, asked in questions for problem in _prove(path, asked)]
        problems += [problem for lesson in lessons for problem in prove_examples(lesson.body)]
        problems += [problem for spec in proven for problem in labs.prove_lab(spec)]
        if problems:
            self._refuse(problems)
        gradings = sum(len(spec.solutions) + len(spec.mistakes) for spec in proven)
        self.stdout.write(
            f"All content is right: {len(lessons)} lesson(s), {len(questions)} question(s), "
            f"{len(proven)} lab(s), "
            f"{gradings} gradings."
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


def _question_files(course: Course, folders: Sequence[Path]) -> Iterator[tuple[Path, Question]]:
    for question in (question for module in course.modules for question in module.questions):
        name = f"{question.module}/questions/{question.slug}.yaml"
        yield next(folder / name for folder in folders if (folder / name).exists()), question


def _prove(path: Path, question: Question) -> Iterator[labs.Problem]:
    """What runs nothing comes first: why run a question that is already known to be wrong?"""
    problems = list(prove_variants(path, question))
    yield from problems or engine_proof.prove(path, question)
