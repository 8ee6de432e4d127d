"""What closing an account asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class CloseForm(forms.Form):
    """The address, typed: nobody closes an account by a click too many."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean_email(self) -> str:
        """Refuses any other."""
        email: str = self.cleaned_data["email"]
        if email.strip().lower() != self.expected.lower():
            raise forms.ValidationError(_("That is not the address of this account."))
        return email
