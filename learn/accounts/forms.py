"""What people type about themselves: at sign-up, beyond allauth's own fields, and in settings."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from learn.accounts import time_zones
from learn.accounts.models import User


class SignupForm(forms.Form):
    """allauth puts its e-mail and password fields into a form derived from this one."""

    name = forms.CharField(
        max_length=80,
        help_text=_("How your instructors see you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the user as saved so far."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """The name."""

    class Meta:
        model = User
        fields = ("name",)
        labels: ClassVar[dict[str, Any]] = {"name": _("Name")}
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("How your instructors see you, and what a certificate says.")
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "name": forms.TextInput(attrs={"autocomplete": "name"})
        }


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Time zone, colours, editor."""

    class Meta:
        model = User
        fields = ("time_zone", "theme", "editor_size", "editor_plain")
        labels: ClassVar[dict[str, Any]] = {
            "theme": _("Colours"),
            "editor_size": _("Size of the letters"),
            "editor_plain": _("Plain text field in place of the code editor"),
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {"theme": forms.RadioSelect()}

    def __init__(self, *args: Any, browser_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guess = browser_zone if browser_zone in time_zones.names() else "UTC"
        as_browser = _("As my browser: %(zone)s") % {"zone": guess.replace("_", " ")}
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[("", as_browser), *time_zones.choices()],
            help_text=_("All times on this site are shown in it."),
        )
