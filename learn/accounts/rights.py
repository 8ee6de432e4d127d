"""Commands that give an account a right, or take it back."""

import argparse
from typing import Any, ClassVar, override

from learn.accounts.models import User
from learn.core.commands import PlainCommand


class RightCommand(PlainCommand):
    """`field` of the user is the right; `what` ends the sentence "EMAIL is now ..."."""

    field: ClassVar[str]
    what: ClassVar[str]

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="of an account that exists")
        parser.add_argument("--remove", action="store_true", help="take it back")

    @override
    def handle(self, *args: Any, email: str, remove: bool, **options: Any) -> None:
        rights = {self.field: not remove}
        if not User.objects.filter(email__iexact=email).update(**rights):
            self.refuse(f"There is no account {email}: sign up first.")
        self.stdout.write(f"{email} is {'no longer' if remove else 'now'} {self.what}.")
