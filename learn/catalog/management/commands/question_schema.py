"""`manage.py question_schema > content/question.schema.json`: the files' rules for editors."""

import json
from typing import Any, override

from django.core.management.base import CommandParser

from learn.catalog.documents import QuizDocument
from learn.core.commands import PlainCommand
from learn.questions.schema import model_schema, question_schema


class Command(PlainCommand):
    help = "Print the JSON Schema of question files, or of quiz files."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", choices=("question", "quiz"), default="question")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "quiz":
            schema = model_schema(QuizDocument, "Coldstart quiz")
        else:
            schema = question_schema()
        self.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False))
