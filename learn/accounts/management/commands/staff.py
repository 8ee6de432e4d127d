"""`manage.py staff EMAIL`: who runs the site."""

from learn.accounts.rights import RightCommand


class Command(RightCommand):
    """Staff see the grading workers and all cohorts, and may make cohorts."""

    help = "Make an account one of the staff, or with --remove no longer."
    field = "is_staff"
    what = "one of the staff"
