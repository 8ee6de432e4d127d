"""What people type about a snippet; the code itself is read as that of labs."""

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_NAME = 80


class NameForm(forms.Form):
    """A snippet's name."""

    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME,
        error_messages={"required": _("Give the snippet a name, then save it again.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
