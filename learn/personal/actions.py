"""The end of an account.

What is about the person goes: name, address, log-in, enrolments, code, drafts, snippets, cards.
What statistics of questions and labs count stays, and is nobody's any more: marked attempts and
answers, and verdicts and scores of graded submissions. Submissions' code goes, although it would
be useful: people write their names into it, and a score says all that is counted.
"""

from django.db import transaction
from django.db.models import Q, QuerySet

from learn.accounts.actions import end_sessions
from learn.accounts.models import EditorSize, Theme, User
from learn.cohorts.models import Cohort, Enrolment, Role
from learn.personal.ownership import owned
from learn.personal.queries import cohorts_in_need
from learn.quizzes.models import Answer, Attempt
from learn.submissions.models import Kind, Status, Submission

# Rows that stay: each has a function below that takes out what a person wrote.
KEPT = frozenset({Answer, Attempt, Submission})
# Their summaries name options of the question, or a number; others are what somebody typed.
KINDS_WITHOUT_TEXT = (
    "multiple_choice",
    "multiple_select",
    "matching",
    "ordering",
    "numeric",
)
REMOVED = "(removed)"


class CohortsInNeedError(Exception):
    """Learners would be left without an instructor."""


@transaction.atomic
def close_account(user: User) -> None:
    """Takes the person out of the data, and ends every session.

    Raises:
        CohortsInNeedError: somebody learns in a cohort that only this user teaches.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if cohorts_in_need(user):
        raise CohortsInNeedError
    _hand_over_cohorts(user)
    _keep_submissions(user)
    _keep_answers(user)
    end_sessions(user)
    for relation in owned():
        if relation.model not in KEPT:
            relation.rows(user).delete()
    _anonymise(user)


def _hand_over_cohorts(user: User) -> None:
    """To another instructor, or where nobody else is in the cohort, to nobody."""
    for cohort in Cohort.objects.filter(created_by=user):
        others = Enrolment.objects.filter(cohort=cohort).exclude(user=user)
        heir = others.filter(role=Role.INSTRUCTOR).order_by("joined_at", "pk").first()
        if heir:
            Cohort.objects.filter(pk=cohort.pk).update(created_by=heir.user)
        else:
            cohort.delete()


def _keep_submissions(user: User) -> None:
    rows: QuerySet[Submission] = Submission.with_runs.filter(user=user)
    rows.exclude(kind=Kind.SUBMISSION, status=Status.GRADED).delete()
    rows.update(files={}, report=None, reviews=[])


def _keep_answers(user: User) -> None:
    """The marked ones. What a worker still marks, or nobody handed in, counts nowhere."""
    Attempt.objects.filter(user=user).exclude(status=Attempt.Status.MARKED).delete()
    rows = Answer.objects.filter(user=user)
    rows.exclude(status=Answer.Status.MARKED).delete()
    typed = ~Q(version__kind__in=KINDS_WITHOUT_TEXT) & ~Q(summary="")
    rows.filter(typed).update(summary=REMOVED)
    rows.update(fields={}, evaluation=None)


def _anonymise(user: User) -> None:
    user.name = "Deleted account"
    # No mail can be sent there (RFC 2606), and the address is free for a new account.
    user.email = f"deleted-{user.pk}@deleted.invalid"
    user.set_unusable_password()
    user.is_active = user.is_staff = user.may_teach = user.editor_plain = False
    user.time_zone = ""
    user.theme = Theme.SYSTEM
    user.editor_size = EditorSize.NORMAL
    user.last_login = None
    user.save()
