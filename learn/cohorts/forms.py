"""What people type to make or join a cohort."""

from typing import ClassVar

from django import forms

from learn.cohorts.models import Cohort
from learn.cohorts.queries import with_join_code


class NewCohortForm(forms.ModelForm[Cohort]):
    """The cohort's name; the join code is the site's choice."""

    class Meta:
        model = Cohort
        fields = ("name",)
        help_texts: ClassVar = {
            "name": "Learners see it when they join, such as “Serverless, spring term”."
        }


class JoinForm(forms.Form):
    """A join code as somebody typed it."""

    code = forms.CharField(
        label="Join code",
        max_length=20,
        help_text="Eight letters that your instructor gives you.",
        widget=forms.TextInput(
            attrs={"class": "join-code", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> Cohort:
        """The cohort that has this code."""
        cohort = with_join_code(self.cleaned_data["code"])
        if cohort is None:
            raise forms.ValidationError(
                "No cohort has this code. Compare it with what your instructor gave you, "
                "or ask for the link."
            )
        return cohort
