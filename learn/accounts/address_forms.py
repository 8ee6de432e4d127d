"""The form of another e-mail address. allauth's forms import `forms`, so this cannot be there."""

from typing import override

from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from learn.accounts.models import User


class NewAddressForm(AddEmailForm):  # type: ignore[misc]
    """The e-mail address that is to replace the one in use."""

    def clean_email(self) -> str:
        """Two accounts cannot have one, which sign-up says, too."""
        email: str = super().clean_email()
        if User.objects.filter(email__iexact=email).exists():
            raise get_adapter().validation_error("email_taken")
        return email

    @override
    def save(self, request: HttpRequest) -> EmailAddress:
        """Sends the link. allauth's own would drop an old address that was never verified."""
        addresses = EmailAddress.objects.filter(user=self.user)
        addresses.filter(verified=False).exclude(email=self.user.email).delete()
        address, _ = addresses.get_or_create(
            email=self.cleaned_data["email"].lower(), defaults={"user": self.user}
        )
        address.send_confirmation(request)
        return address
