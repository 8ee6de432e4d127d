"""Two-factor authentication, from the QR code to the last recovery code."""

import re
import time
from base64 import b64decode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from learn.accounts.models import User
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
ACTIVATE = "/accounts/2fa/totp/activate/"


def code_for(secret: str, *, steps_ago: int = 0) -> str:
    """What the app on the phone shows."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 - steps_ago)))


def log_in(user: User) -> Client:
    """With the password alone."""
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def confirmed(alice: User) -> Client:
    """Alice's browser, in which she has just given her password again."""
    client = log_in(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def secret(alice: User) -> str:
    """The key of Alice's app, which she has set up."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(alice, secret)
    return secret


def test_it_asks_for_the_password_before_anything(alice: User) -> None:
    response = log_in(alice).get(ACTIVATE)

    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_it_shows_a_qr_code_that_the_policy_allows(confirmed: Client) -> None:
    response = confirmed.get(ACTIVATE)
    page = response.content.decode()

    source = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert source
    assert b"<svg" in b64decode(source[1])
    assert "img-src 'self' data:" in response["Content-Security-Policy"]
    assert "style=" not in page


def test_it_turns_it_on_with_a_code_and_shows_recovery_codes(
    confirmed: Client, alice: User
) -> None:
    page = confirmed.get(ACTIVATE).content.decode()
    secret = re.search(r'class="secret">(\w+)<', page)
    assert secret

    shown = confirmed.post(ACTIVATE, {"code": code_for(secret[1])}, follow=True)

    assert Authenticator.objects.filter(user=alice).count() == 2
    assert len(re.findall(r"<li>\d{8}</li>", shown.content.decode())) == 10
    security = confirmed.get("/settings/security/").content.decode()
    assert "10 recovery codes are left" in security


def test_it_does_not_turn_it_on_with_a_wrong_code(confirmed: Client, alice: User) -> None:
    confirmed.get(ACTIVATE)

    page = confirmed.post(ACTIVATE, {"code": "000000"}).content.decode()

    assert "Incorrect code" in page
    assert not Authenticator.objects.filter(user=alice).exists()


def test_it_asks_for_a_code_at_log_in(alice: User, secret: str) -> None:
    client = log_in(alice)
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_it_takes_each_recovery_code_once(confirmed: Client, alice: User, secret: str) -> None:
    confirmed.post("/accounts/2fa/recovery-codes/generate/")
    page = confirmed.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"<li>(\d{8})</li>", page)[0]

    first, second = log_in(alice), log_in(alice)
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})

    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_it_stops_who_tries_codes(alice: User, secret: str) -> None:
    client = log_in(alice)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    page = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})

    assert "Too many failed" in page.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_turns_it_off(confirmed: Client, alice: User, secret: str) -> None:
    response = confirmed.post("/accounts/2fa/totp/deactivate/", follow=True)

    assert not Authenticator.objects.filter(user=alice).exists()
    assert response.redirect_chain[-1][0] == "/settings/security/"
