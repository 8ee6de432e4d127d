"""The rules of a quiz as they are for one learner: the one place that decides them."""

from learn.accounts.models import User
from learn.catalog.quiz import Quiz
from learn.catalog.rules import Rules
from learn.quizzes.models import Accommodation


def rules_for(user: User, quiz: Quiz) -> Rules:
    """The quiz's rules with the user's accommodation. One query."""
    return accommodated(quiz.rules, Accommodation.objects.filter(user=user).first())


def accommodated(rules: Rules, accommodation: Accommodation | None) -> Rules:
    """More time, in whole minutes, and more attempts where they are limited."""
    if accommodation is None:
        return rules
    limit = rules.time_limit_minutes
    changes: dict[str, int] = {}
    if limit:
        # Rounded up: a learner never gets less than was granted.
        changes["time_limit_minutes"] = -(-limit * accommodation.time_percent // 100)
    if rules.attempts:
        changes["attempts"] = rules.attempts + accommodation.extra_attempts
    return rules.model_copy(update=changes)
