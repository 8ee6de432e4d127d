"""Sign-up, log-in and passwords, as a browser meets them."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from learn.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
SIGN_UP = {"name": "Nora", "email": "Nora@example.com", "password1": PASSWORD}


def test_it_signs_up_with_a_name_and_logs_in(client: Client) -> None:
    response = client.post("/accounts/signup/", SIGN_UP)

    assert response.status_code == 302
    assert response["Location"] == "/"
    user = User.objects.get()
    assert (user.email, user.name) == ("nora@example.com", "Nora")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_it_asks_for_the_name_first(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()

    fields = re.findall(r'<input type="(?:text|email|password)" name="(\w+)"', page)
    assert fields == ["name", "email", "password1"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "n" * 81}, "Ensure this value has at most 80 characters"),
        ({"email": "nora"}, "Enter a valid email address."),
        ({"password1": "short"}, "It must contain at least 10 characters."),
        ({"password1": "1029384756"}, "This password is entirely numeric."),
    ],
)
def test_it_says_what_is_wrong_with_a_sign_up(
    client: Client, change: dict[str, str], sentence: str
) -> None:
    response = client.post("/accounts/signup/", SIGN_UP | change)

    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert not User.objects.exists()


def test_it_makes_no_second_account_with_the_same_address(client: Client, alice: User) -> None:
    client.post("/accounts/signup/", SIGN_UP | {"email": "ALICE@example.com"})

    assert User.objects.count() == 1
    assert "_auth_user_id" not in client.session


def test_it_logs_in_with_the_address_in_any_letters(client: Client, alice: User) -> None:
    response = client.post(
        "/accounts/login/", {"login": "ALICE@example.com", "password": PASSWORD}
    )

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_it_returns_to_where_the_log_in_began(client: Client, alice: User) -> None:
    response = client.post(
        "/accounts/login/",
        {"login": alice.email, "password": PASSWORD, "next": "/modules/sqs/"},
    )

    assert response["Location"] == "/modules/sqs/"


def test_it_returns_to_no_other_site(client: Client, alice: User) -> None:
    response = client.post(
        "/accounts/login/",
        {"login": alice.email, "password": PASSWORD, "next": "https://evil.example.com/"},
    )

    assert response["Location"] == "/"


def test_it_keeps_the_way_back_from_log_in_to_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/?next=/join/BCDFGHJK/").content.decode()

    assert "/accounts/signup/?next=%2Fjoin%2FBCDFGHJK%2F" in page


def test_it_refuses_a_wrong_password(client: Client, alice: User) -> None:
    response = client.post("/accounts/login/", {"login": alice.email, "password": "wrong"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert "are not correct" in response.content.decode()


def test_it_stops_who_tries_passwords(client: Client, alice: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": alice.email, "password": "wrong"})

    response = client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})

    assert "Too many failed login attempts" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_it_logs_out_only_by_post(as_alice: Client) -> None:
    assert as_alice.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in as_alice.session

    as_alice.post("/accounts/logout/")

    assert "_auth_user_id" not in as_alice.session


def test_it_resets_a_forgotten_password(client: Client, alice: User) -> None:
    client.post("/accounts/password/reset/", {"email": alice.email})
    (message,) = mail.outbox
    link = re.search(r"http://testserver(/\S+)", str(message.body))
    assert link
    page = client.get(link[1], follow=True)
    new = "another long password"

    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})

    alice.refresh_from_db()
    assert alice.check_password(new)


def test_it_does_not_tell_who_has_an_account(client: Client, alice: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": alice.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})

    assert known["Location"] == unknown["Location"]


def test_it_says_that_a_reset_link_is_too_old(client: Client) -> None:
    response = client.get("/accounts/password/reset/key/1-abc-def/", follow=True)

    assert "That link no longer works" in response.content.decode()


def test_it_changes_the_password(as_alice: Client, alice: User) -> None:
    new = "another long password"

    as_alice.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    alice.refresh_from_db()
    assert alice.check_password(new)
    assert "_auth_user_id" in as_alice.session


@pytest.mark.parametrize("path", ["password/change/", "email/", "reauthenticate/"])
def test_it_shows_account_pages_only_after_log_in(anonymous: Client, path: str) -> None:
    response = anonymous.get(f"/accounts/{path}")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


PAGES = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/done/",
    "inactive/",
    "confirm-email/",
    "confirm-email/not-a-key/",
]
OWN_PAGES = ["logout/", "password/change/", "email/", "reauthenticate/", "password/reset/"]
SECOND_FACTOR_PAGES = [
    "totp/deactivate/",
    "recovery-codes/",
    "recovery-codes/generate/",
    "reauthenticate/",
]


@pytest.mark.parametrize("path", PAGES)
def test_it_shows_every_page_in_the_sites_design(anonymous: Client, path: str) -> None:
    assert_has_the_sites_design(anonymous, path)


@pytest.mark.parametrize("path", OWN_PAGES)
def test_it_shows_every_page_of_a_user_in_the_sites_design(as_alice: Client, path: str) -> None:
    assert_has_the_sites_design(as_alice, path)


def test_it_shows_every_page_on_the_second_factor_in_the_sites_design(
    as_alice: Client, alice: User
) -> None:
    as_alice.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert_has_the_sites_design(as_alice, "2fa/totp/activate/")

    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(alice)
    for path in SECOND_FACTOR_PAGES:
        assert_has_the_sites_design(as_alice, f"2fa/{path}")


def test_it_asks_for_the_code_in_the_sites_design(client: Client, alice: User) -> None:
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})

    assert_has_the_sites_design(client, "2fa/authenticate/")


def assert_has_the_sites_design(client: Client, path: str) -> None:
    response = client.get(f"/accounts/{path}")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'class="site-header"' in page
    assert "Menu:" not in page
    assert page.count("<h1") == 1
    assert "style=" not in page
