"""`manage.py staff EMAIL`: who runs the site."""

import argparse
from typing import Any, override

from learn.accounts.models import User
from learn.core.commands import PlainCommand


class Command(PlainCommand):
    """Staff see the grading workers, and nothing of learners that others would not see."""

    help = "Make an account one of the staff, or with --remove no longer."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="of an account that exists")
        parser.add_argument("--remove", action="store_true", help="take it back")

    @override
    def handle(self, *args: Any, email: str, remove: bool, **options: Any) -> None:
        if not User.objects.filter(email__iexact=email).update(is_staff=not remove):
            self.refuse(f"There is no account {email}: sign up first.")
        self.stdout.write(f"{email} is {'no longer' if remove else 'now'} one of the staff.")
