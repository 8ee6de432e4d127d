"""`manage.py demo`: people and a cohort to try the site with."""

from typing import Any, override

from django.core.management.base import BaseCommand

from learn.accounts.models import User
from learn.cohorts.actions import create_cohort, join
from learn.cohorts.queries import taught_by

PASSWORD = "coldstart-demo"  # noqa: S105 (printed for everybody who starts the demo)
INSTRUCTOR = ("ines@example.com", "Ines Moreau")
LEARNERS = (("alice@example.com", "Alice Adeyemi"), ("bob@example.com", "Bob Lindqvist"))


class Command(BaseCommand):
    """Makes what is missing and changes nothing that is there."""

    help = "Makes the demo accounts and a demo cohort. Their password is known to everybody."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        ines = demo_user(*INSTRUCTOR)
        User.objects.filter(pk=ines.pk).update(is_staff=True)
        cohort = taught_by(ines).order_by("pk").first() or create_cohort(ines, "Demo cohort")
        for email, name in LEARNERS:
            join(demo_user(email, name), cohort)
        self.stdout.write(login("Instructor", INSTRUCTOR[0]))
        for email, _ in LEARNERS:
            self.stdout.write(login("Learner", email))


def demo_user(email: str, name: str) -> User:
    """The account, with the known password if it is new."""
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, PASSWORD, name=name)


def login(role: str, email: str) -> str:
    """One line of what `manage.py up` prints."""
    return f"  {role:<12}{email:<22}password {PASSWORD}"
