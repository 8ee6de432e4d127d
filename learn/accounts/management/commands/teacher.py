"""`manage.py teacher EMAIL`: who may make cohorts."""

from learn.accounts.rights import RightCommand


class Command(RightCommand):
    """Teachers see their cohorts' work, and all questions with their solutions."""

    help = "Let an account make cohorts, or with --remove no longer."
    field = "may_teach"
    what = "a teacher"
