"""What sign-up asks beyond allauth's own fields."""

from django import forms
from django.http import HttpRequest

from learn.accounts.models import User


class SignupForm(forms.Form):
    """allauth puts its e-mail and password fields into a form derived from this one."""

    name = forms.CharField(
        max_length=80,
        help_text="How your instructors see you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the user as saved so far."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
