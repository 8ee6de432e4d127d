"""The request's type in views that only logged-in people reach."""

from django.http import HttpRequest

from learn.accounts.models import User


class UserRequest(HttpRequest):
    """For annotations behind `login_required`; nobody makes one."""

    user: User
