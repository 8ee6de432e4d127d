"""Whose answers an instructor looks at: one cohort's, or those of all their cohorts."""

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from learn.accounts.models import User
from learn.cohorts.models import Cohort
from learn.cohorts.queries import learners_of, learners_taught_by, taught_by
from learn.quizzes.answer_sheets import Learners


@dataclass(frozen=True)
class Scope:
    """`cohort` is None for all of them at once; staff may look at one that they do not teach."""

    title: str
    learners: Learners
    cohort: Cohort | None = None
    is_taught: bool = True

    def url(self, page: str, *parts: str) -> str:
        """The address of a page ("questions", "question", ...) about these learners."""
        of_cohort = (self.cohort.pk,) if self.cohort else ()
        return reverse(f"dashboard:{page}", args=[*of_cohort, *parts])

    @property
    def questions_url(self) -> str:
        return self.url("questions")


def scope_for(user: User, cohort: int | None) -> Scope:
    """For who teaches the cohort, or any if it is None, and for staff; else 404."""
    if cohort is None:
        return _all_of(user)
    taught = taught_by(user).filter(pk=cohort).exists()
    if not taught and not user.is_staff:
        raise Http404
    found = get_object_or_404(Cohort, pk=cohort)
    return Scope(found.name, learners_of(found), found, is_taught=taught)


def _all_of(user: User) -> Scope:
    if user.is_staff:
        return Scope(_("Everybody on this site"), None)
    if not taught_by(user).exists():
        raise Http404
    return Scope(_("All your cohorts"), learners_taught_by(user))
