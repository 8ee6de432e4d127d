"""The settings: profile, security, preferences."""

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from learn.accounts.models import User
from learn.accounts.user_agents import browser_and_system
from tests.conftest import PASSWORD

PAGES = ["", "security/", "preferences/"]
PREFERENCES = {"time_zone": "Europe/Berlin", "theme": "dark", "editor_size": "1.15"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def log_in(user: User) -> Client:
    """As a browser does, which Django's `force_login` does not: it leaves out allauth."""
    client = Client(headers={"user-agent": FIREFOX})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_settings_only_after_log_in(anonymous: Client, page: str) -> None:
    response = anonymous.get(f"/settings/{page}")

    assert response["Location"] == f"/accounts/login/?next=/settings/{page}"


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_a_page_with_few_queries(
    as_alice: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        response = as_alice.get(f"/settings/{page}")

    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_it_saves_the_name(as_alice: Client, alice: User) -> None:
    response = as_alice.post("/settings/", {"name": "Alice Liddell"}, follow=True)

    alice.refresh_from_db()
    assert alice.name == "Alice Liddell"
    assert "Your name is saved." in response.content.decode()


def test_it_refuses_an_empty_name_and_shows_the_old_one(as_alice: Client, alice: User) -> None:
    page = as_alice.post("/settings/", {"name": " "}).content.decode()

    alice.refresh_from_db()
    assert alice.name == "Alice"
    assert "This field is required." in page
    assert '<span class="menu-name">Alice</span>' in page


def test_it_saves_preferences_and_renders_them(as_alice: Client, alice: User) -> None:
    as_alice.post("/settings/preferences/", PREFERENCES | {"editor_plain": "on"})

    alice.refresh_from_db()
    assert alice.time_zone == "Europe/Berlin"
    page = as_alice.get("/settings/").content.decode()
    assert 'data-theme="dark" data-editor-size="1.15" data-editor-plain="true"' in page


@pytest.mark.parametrize(
    "change", [{"time_zone": "Mars/Olympus"}, {"theme": "pink"}, {"editor_size": "9"}]
)
def test_it_refuses_what_is_not_offered(
    as_alice: Client, alice: User, change: dict[str, str]
) -> None:
    page = as_alice.post("/settings/preferences/", PREFERENCES | change).content.decode()

    alice.refresh_from_db()
    assert "Select a valid choice" in page
    assert (alice.time_zone, alice.theme) == ("", "system")


def test_it_offers_the_zone_of_the_browser(as_alice: Client) -> None:
    as_alice.cookies["time_zone"] = "America/New_York"

    page = as_alice.get("/settings/preferences/").content.decode()

    assert "As my browser: America/New York" in page


def test_it_keeps_what_the_theme_switch_was_set_to(as_alice: Client, alice: User) -> None:
    assert as_alice.post("/settings/preferences/theme/", {"theme": "dark"}).status_code == 204
    assert as_alice.post("/settings/preferences/theme/", {"theme": "pink"}).status_code == 400

    alice.refresh_from_db()
    assert alice.theme == "dark"


def test_it_lets_guests_switch_the_theme_in_their_browser(anonymous: Client) -> None:
    response = anonymous.post("/settings/preferences/theme/", {"theme": "dark"})

    assert response.status_code == 204


def test_it_lists_where_one_is_logged_in(alice: User) -> None:
    log_in(alice)
    here = log_in(alice)

    page = here.get("/settings/security/").content.decode()

    assert page.count("Firefox on Linux") == 2
    assert page.count("This browser") == 1


def test_it_lists_many_sessions_with_few_queries(
    alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    clients = [log_in(alice) for _ in range(5)]

    with django_assert_max_num_queries(8):
        clients[0].get("/settings/security/")


def test_it_ends_the_other_sessions_of_this_user_alone(alice: User, ines: User) -> None:
    there, here, hers = log_in(alice), log_in(alice), log_in(ines)

    here.post("/settings/security/sessions/end/")

    assert here.get("/settings/").status_code == 200
    assert there.get("/settings/").status_code == 302
    assert hers.get("/settings/").status_code == 200
    assert "Log out everywhere else" not in here.get("/settings/security/").content.decode()


def test_it_hides_sessions_that_have_ended(alice: User) -> None:
    log_in(alice)
    here = log_in(alice)
    Session.objects.exclude(pk=here.session.session_key).delete()

    page = here.get("/settings/security/").content.decode()

    assert page.count("Firefox on Linux") == 1


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0"
            ),
            "Edge on Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        ("curl/8.5.0", "Unknown browser"),
    ],
)
def test_it_names_a_browser(user_agent: str, words: str) -> None:
    assert browser_and_system(user_agent) == words


@pytest.fixture
def moving(as_alice: Client) -> Client:
    """Alice's browser, after she has asked for another address."""
    as_alice.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    return as_alice


def test_it_changes_the_address_once_the_link_was_followed(moving: Client, alice: User) -> None:
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    assert "Waiting for the link" in moving.get("/accounts/email/").content.decode()

    link = next(word for word in str(mail.outbox[-1].body).split() if "/confirm-email/" in word)
    assert mail.outbox[-1].to == ["new@example.com"]
    page = moving.get(link).content.decode()
    assert "Yes, confirm it" in page
    response = moving.post(link)

    alice.refresh_from_db()
    assert alice.email == "new@example.com"
    assert response["Location"] == "/settings/"


def test_it_refuses_the_address_of_another_account(as_alice: Client, ines: User) -> None:
    page = as_alice.post("/accounts/email/", {"email": "INES@example.com", "action_add": ""})

    assert "already registered" in page.content.decode()
    assert mail.outbox == []


def test_it_waits_for_one_new_address_alone(moving: Client) -> None:
    moving.post("/accounts/email/", {"email": "newer@example.com", "action_add": ""})

    page = moving.get("/accounts/email/").content.decode()
    assert "newer@example.com" in page
    assert '"new@example.com"' not in page


def test_it_keeps_the_old_address_when_the_change_is_called_off(
    moving: Client, alice: User
) -> None:
    moving.post("/accounts/email/", {"email": "new@example.com", "action_remove": ""})

    assert "Waiting for the link" not in moving.get("/accounts/email/").content.decode()


def test_it_returns_to_security_after_a_new_password(as_alice: Client) -> None:
    new = "another long password"

    response = as_alice.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )

    assert response["Location"] == "/settings/security/"
