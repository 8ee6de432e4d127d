"""What people type to make or join a cohort."""

from django import forms
from django.utils.translation import gettext, gettext_lazy

from learn.cohorts.models import Cohort
from learn.cohorts.queries import with_join_code


class NewCohortForm(forms.Form):
    """The cohort's name; the join code is the site's choice."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy(
            "Learners see it when they join, such as “Serverless, spring term”."
        ),
    )


class JoinForm(forms.Form):
    """A join code as somebody typed it."""

    code = forms.CharField(
        label=gettext_lazy("Join code"),
        max_length=20,
        help_text=gettext_lazy("Eight letters that your instructor gives you."),
        widget=forms.TextInput(
            attrs={"class": "join-code", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> Cohort:
        """The cohort that has this code."""
        cohort = with_join_code(self.cleaned_data["code"])
        if cohort is None:
            raise forms.ValidationError(
                gettext(
                    "No cohort has this code. Compare it with what your instructor gave you, "
                    "or ask for the link."
                )
            )
        return cohort
