"""`manage.py prepare`: database, static files and demo accounts, as far as they are missing."""

from typing import Any, override

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Can be run again at any time."""

    help = "Brings the database and the static files up to date."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="also make the demo accounts and cohort"
        )

    @override
    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if demo:
            call_command("demo", stdout=self.stdout)
