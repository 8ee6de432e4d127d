"""Why a certificate no longer holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from learn.progress.models import REASON_LENGTH


class RevocationForm(forms.Form):
    """For staff. Everyone who opens the certificate's page reads the reason."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Shown on the certificate's page, to everyone who has its link."),
    )
