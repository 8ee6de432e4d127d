"""Error pages, the health check, and what every answer carries."""

from unittest import mock

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import Settings

from learn.accounts.models import User

pytestmark = pytest.mark.django_db


def test_it_says_that_it_is_well(client: Client) -> None:
    response = client.get("/healthz")

    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_it_says_that_it_is_not_well_without_a_database(client: Client) -> None:
    client.raise_request_exception = False

    with mock.patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        response = client.get("/healthz")

    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


def test_it_answers_404_with_a_way_on(client: Client) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert b"There is nothing here" in response.content
    assert b"/accounts/login/?next=/no/such/page/" in response.content


def test_it_does_not_ask_to_log_in_who_is(as_alice: Client) -> None:
    response = as_alice.get("/no/such/page/")

    assert b"/accounts/login/" not in response.content


def test_it_says_that_a_form_was_too_old(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    response = client.post("/cohorts/", {"code": "BCDFGHJK"})

    assert response.status_code == 403
    assert b"That page was out of date, so nothing was sent" in response.content
    assert b"kept in this browser" in response.content


def test_it_says_that_a_form_was_too_large(as_alice: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    response = as_alice.post("/cohorts/", {"code": "BCDFGHJKLMNP"})

    assert response.status_code == 400
    assert b"too large or malformed" in response.content


def test_it_allows_nothing_inline(client: Client) -> None:
    response = client.get("/accounts/login/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_it_forbids_htmx_to_evaluate_code(client: Client) -> None:
    response = client.get("/accounts/login/")

    assert b'"allowEval": false' in response.content
    assert b'"includeIndicatorStyles": false' in response.content


def test_it_keeps_cookies_from_scripts_and_other_sites() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
