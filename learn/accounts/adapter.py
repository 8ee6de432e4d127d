"""What allauth does differently on this site."""

from typing import override

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """After a change one is back on the page of settings that led to it."""

    @override
    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings:security")
